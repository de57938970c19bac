"""What a danger rule is, and how a set of them is matched. Must not know files, or what follows from a hit.

A `Rule` has no action, and there is no place to put one: a rule can call a person, it cannot hide, delay or limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from moderation.danger.guards import Cover, Guard, make_cover
from moderation.patterns import Span, alternatives, in_text
from moderation.reading import reading_of
from moderation.verdict import Level
from moderation.worded import WordedPatterns

MAX_HITS: Final = 8  # of one pattern in one text; more say nothing new, and each costs its way back into the original


@dataclass(frozen=True, slots=True)
class Rule:
    """One danger rule: what it means, who answers for it and until when it was last looked at."""

    id: str
    label: str
    level: Level
    intent: str
    source: str
    owner: str
    reviewed: date
    guards: tuple[Guard, ...]
    patterns: tuple[str, ...]
    match: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule found; the half-open span is in the normalised text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All danger rules; `owners` says which rule each of the `patterns` belongs to, and what makes it harmless."""

    rules: tuple[Rule, ...]
    patterns: WordedPatterns = field(repr=False)
    owners: tuple[tuple[Rule, Cover], ...] = field(repr=False)

    def find(self, text: str) -> list[Hit]:
        """The unguarded matches in normalised `text`, `MAX_HITS` of a pattern, in order of rules and patterns.

        Linear in the length.
        """
        reading = reading_of(text)
        hits: dict[tuple[str, int, int], Hit] = {}
        for index in self.patterns.occurring(reading):
            rule, cover = self.owners[index]
            for found in islice(self._unguarded(index, reading.data, cover), MAX_HITS):
                span = in_text(found, reading.data, text)
                hits.setdefault((rule.id, *span), Hit(rule, *span))
        return list(hits.values())

    def _unguarded(self, index: int, data: bytes, cover: Cover) -> Iterator[Span]:
        return (span for span in self.patterns.spans(index, data) if not cover.covers(data, *span))


def compile_rules(rules: tuple[Rule, ...]) -> Rules:
    """Put all patterns of all rules together. Raises: re2.error, for a pattern that is no RE2."""
    covers = {guards: make_cover(guards) for guards in {rule.guards for rule in rules}}
    owned = [(rule, one) for rule in rules for pattern in rule.patterns for one in alternatives(pattern)]
    return Rules(
        rules, WordedPatterns(one for _, one in owned), tuple((rule, covers[rule.guards]) for rule, _ in owned)
    )
