"""`alone DATA.jsonl...`: what each pattern of the danger rules catches that no other does; which few could go.

A pattern that catches nothing alone says nothing new; one that catches a single line is a phrase, and better said by
slots. The rules' own examples count as lines. Never give it a file that is kept for measuring.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation import Level, load_rules
from moderation.commands.dataset import Entry, counted, read
from moderation.danger import PACKAGED, Rule, Rules
from moderation.danger.guards import make_cover
from moderation.normalise import normalise
from moderation.patterns import alternatives, compiled, encoded


@dataclass(slots=True)
class Tally:
    """One alternative of one pattern of a rule, counted from 1: lines it catches, catches alone, and harmless ones."""

    rule: str
    pattern: int
    alternative: int
    caught: int = 0
    alone: int = 0
    harmless: int = 0


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--rules", type=Path, default=PACKAGED, help="a file or folder; the packaged ones when absent")
    parser.add_argument("--at-most", type=int, default=0, help="name those that alone catch no more lines than this")


def run(arguments: argparse.Namespace) -> int:
    """Name the patterns that could go; 1 when there is one, 0 when there is none. Raises: DataFault and others."""
    rules = load_rules(arguments.rules)
    entries = [*_examples(rules), *(entry for path in arguments.data for entry in read(path))]
    tallies = tally(rules, counted(entries))
    few = [one for one in tallies if one.alone <= arguments.at_most]
    for one in few:
        place = f"{one.rule}, pattern {one.pattern}, alternative {one.alternative}"
        print(f"{place}: alone {one.alone} of {one.caught}, harmless {one.harmless}")
    print(f"{len(few)} of {len(tallies)} patterns catch at most {arguments.at_most} alone", file=sys.stderr)
    return 1 if few else 0


def tally(rules: Rules, entries: Iterable[Entry]) -> list[Tally]:
    """What each pattern catches: a line of danger at its level, or at the highest level that any rule finds there.

    In the order of rules, patterns and alternatives. Lines without a level are left out.
    """
    parts = {rule.id: _Parts(rule) for rule in rules.rules}
    for entry in entries:
        text = normalise(entry.text).text
        found = {hit.rule.id: hit.rule.level for hit in rules.find(text)}
        if entry.level is None or not found:
            continue
        wanted = min(entry.level, max(found.values()))
        hits = [one for name, level in found.items() if level >= wanted for one in parts[name].catching(text)]
        for one in hits:
            one.harmless += entry.level is Level.GREEN
            one.caught += entry.level > Level.GREEN
            one.alone += entry.level > Level.GREEN and len(hits) == 1
    return [one for part in parts.values() for one in part.tallies]


class _Parts:
    """The alternatives of one rule's patterns, each with its tally."""

    def __init__(self, rule: Rule) -> None:
        self._cover = make_cover(rule.guards)
        written = [
            (Tally(rule.id, number, place), one)
            for number, pattern in enumerate(rule.patterns, 1)
            for place, one in enumerate(alternatives(pattern), 1)
        ]
        self.tallies = [one for one, _ in written]
        self._compiled = [(one, compiled(pattern)) for one, pattern in written]

    def catching(self, text: str) -> Iterator[Tally]:
        """The tallies of those that occur in normalised `text` and no guard takes back."""
        data = encoded(text)
        for one, pattern in self._compiled:
            if any(not self._cover.covers(data, *found.span()) for found in pattern.finditer(data)):
                yield one


def _examples(rules: Rules) -> Iterator[Entry]:
    for rule in rules.rules:
        for number, text in enumerate(rule.match, 1):
            yield Entry(rule.id, number, text, level=rule.level)
