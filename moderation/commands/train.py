"""`train DATA.jsonl... [--out FILE]`: learns the weights anew from rated texts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from moderation import load_rules
from moderation.commands.dataset import Entry, counted, read
from moderation.model.training import Example, Kind, train
from moderation.model.weights import PACKAGED, dump
from moderation.normalise import normalise

# Harmless lines written to hold words of danger (tests/moderation/lines; xstest).
_TRIGGERS: Final = frozenset({"idiom", "negated", "other", "past", "quote", "ordinary_words", "gamer", "xstest"})


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=PACKAGED)


def run(arguments: argparse.Namespace) -> int:
    """Write the weights; every line must have a level. Raises: DataFault, OSError, and changes nothing."""
    entries = [entry for path in arguments.data for entry in read(path) if entry.level is not None]
    print(f"training on {len(entries)} texts", file=sys.stderr)
    rules = load_rules()
    examples = [
        Example(
            one.text, int(one.level or 0), _kind(one), one.labels or frozenset(), _hand(one),
            bool(rules.find(normalise(one.text).text)),
        )
        for one in counted(entries)
    ]  # fmt: skip
    trained = train(examples)
    arguments.out.write_bytes(dump(trained.model))
    print(f"{arguments.out.name}: {arguments.out.stat().st_size} bytes", file=sys.stderr)
    return 0


def _hand(entry: Entry) -> str:
    """Who wrote it: a file of labelled lines is one hand."""
    return Path(entry.path).stem if entry.labels is not None else ""


def _kind(entry: Entry) -> Kind:
    return "sad" if entry.is_sad else "trigger" if entry.source in _TRIGGERS else "ordinary"
