"""`check FILE...`: reads group and danger rule files, runs the rules' examples, names each fault's place."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from moderation import Rules, load_group, load_rules
from moderation.boundaries.catalogue import PACKAGED, SLOTS, Catalogue, catalogue_of, load
from moderation.boundaries.spelling import respell
from moderation.normalise import normalise
from moderation.rulefile import RuleFault, RuleFile, read
from moderation.verdict import BOUNDARY_LABELS

PARTS: Final = ("slots.toml", "guards.toml")
"""Files of word lists that danger rules name; the boundaries' own has the first one's name."""

GROUP_KEYS: Final = frozenset({"base", "boundary", "slow_mode_s", "max_length"})
"""What only a group's file has; it may hold boundary rules of its own too."""


class WithExamples(Protocol):
    """What any rule has, of danger or of a boundary."""

    @property
    def id(self) -> str:
        """The rule's name."""

    @property
    def match(self) -> tuple[str, ...]:
        """What it must find."""

    @property
    def never(self) -> tuple[str, ...]:
        """What it must leave alone."""


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", type=Path, nargs="+")


def run(arguments: argparse.Namespace) -> int:
    """0 when every file is sound; 1 with a line for each fault. Raises: OSError."""
    faults = [fault for path in arguments.file for fault in faults_of(path)]
    print("\n".join(faults) if faults else f"{len(arguments.file)} sound", file=sys.stderr if faults else sys.stdout)
    return 1 if faults else 0


def faults_of(path: Path) -> Iterator[str]:
    """Every fault of the file at `path`, as `file:line:column: what`. Raises: OSError."""
    try:
        file = read(path)
        if path.name == SLOTS and path.resolve().parent == PACKAGED:
            load(PACKAGED)
        elif path.name in PARTS:
            load_rules(path.parent)  # they mean something only together with the rules beside them
        elif not (entries := _entries(file)) or GROUP_KEYS & file.document.keys():
            yield from _boundary_examples(file, load_group(path).own)
        elif any("level" in entry for entry in entries):
            yield from _examples(path)
        else:
            yield from _boundary_examples(file, catalogue_of(file))
    except RuleFault as fault:
        yield str(fault)


def _entries(file: RuleFile) -> list[dict[str, Any]]:
    entries = file.document.get("rule", [])
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _boundary_examples(file: RuleFile, catalogue: Catalogue) -> Iterator[str]:
    is_plain = file.document.get("on", "plain") == "plain"

    def finds(rule: str, text: str) -> bool:
        seen = respell(normalise(text)).text if is_plain else text
        return any(one.id == rule for one, _, _ in catalogue.find(seen, BOUNDARY_LABELS))

    for rule in catalogue.rules:
        yield from _wrong(file, rule, finds)


def _examples(path: Path) -> Iterator[str]:
    rules, file = load_rules(path), read(path)
    for rule in rules.rules:
        yield from _wrong(file, rule, lambda name, text: _finds(rules, name, text))


def _wrong(file: RuleFile, rule: WithExamples, finds: Callable[[str, str], bool]) -> Iterator[str]:
    wrong = [(text, "must match and does not") for text in rule.match if not finds(rule.id, text)]
    wrong += [(text, "must not match and does") for text in rule.never if finds(rule.id, text)]
    yield from (str(file.fault(text, f"{rule.id}: this example {what}", f'"{rule.id}"')) for text, what in wrong)


def _finds(rules: Rules, rule: str, text: str) -> bool:
    found = rules.find(normalise(text).text)
    return any(hit.rule.id == rule for hit in found)
