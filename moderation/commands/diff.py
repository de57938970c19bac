"""`diff OLD NEW DATA.jsonl`: what a change of danger rules newly flags and no longer flags."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from moderation import Context, Reviewer, load_rules
from moderation.commands.dataset import Entry, counted, read


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    for name in ("old", "new", "data"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--show", action="store_true", help="print the words too")


def run(arguments: argparse.Namespace) -> int:
    """Name each line whose level changes; 1 when there is one, 0 when there is none. Raises: DataFault and others."""
    old, new = (Reviewer(load_rules(path)) for path in (arguments.old, arguments.new))
    entries = list(read(arguments.data))
    counts = {"newly flagged": 0, "no longer flagged": 0, "other level": 0}
    for entry in counted(entries):
        if changed := _change(old, new, entry):
            counts[changed[0]] += 1
            words = f": {entry.text}" if arguments.show else ""
            print(f"{changed[0]}: line {entry.line}, {changed[1]}{words}")
    print(", ".join(f"{count} {name}" for name, count in counts.items()), f"of {len(entries)}", file=sys.stderr)
    return 1 if any(counts.values()) else 0


def _change(old: Reviewer, new: Reviewer, entry: Entry) -> tuple[str, str] | None:
    context = Context(entry.before)
    was, now = old.review(entry.text, context).level, new.review(entry.text, context).level
    if was == now:
        return None
    kind = "newly flagged" if not was else "no longer flagged" if not now else "other level"
    return kind, f"{was.name.lower()} to {now.name.lower()}"
