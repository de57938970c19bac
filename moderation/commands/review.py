"""`review`: JSON lines in, the same objects with their verdicts out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from moderation import Context, Reviewer, load_group, load_rules
from moderation.commands.dataset import DataFault, before_of


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--group", default="general")


def run(arguments: argparse.Namespace) -> int:
    """Answer each line before the next is read. Raises: DataFault at the first line that is not usable."""
    reviewer = Reviewer(load_rules(arguments.rules), load_group(arguments.group))
    for number, line in enumerate(sys.stdin, 1):
        print(_answer(reviewer, line, number), flush=True)
    return 0


def _answer(reviewer: Reviewer, line: str, number: int) -> str:
    try:
        entry = json.loads(line)
        text, before = entry["text"], before_of(entry)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataFault("standard input", number, "a JSON object with a text is wanted.") from None
    if not isinstance(text, str):
        raise DataFault("standard input", number, "the text must be a string.")
    verdict = reviewer.review(text, Context(before))
    entry |= {"level": verdict.level.name.lower(), "labels": sorted(verdict.labels), "action": verdict.action}
    entry["because"] = [
        {"rule": r.rule, "label": r.label, "span": [r.start, r.end], "intent": r.intent} for r in verdict.reasons
    ]
    return json.dumps(entry, ensure_ascii=False)
