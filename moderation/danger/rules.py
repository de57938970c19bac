"""What a danger rule is, and how a set of them is matched. Must not know files, or what follows from a hit.

A `Rule` has no action, and there is no place to put one: a rule can call a person, it cannot hide, delay or limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import re2

from moderation.danger.guards import Guard
from moderation.verdict import Level

# One table of states serves all rules at once; at 8 MB (RE2's own default) long chat made it start over and over.
SET_MEMORY_BYTES = 24 << 20


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
    patterns: tuple[Any, ...]
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
    """All danger rules, with one set of all their patterns that answers first for a text in which none is found."""

    rules: tuple[Rule, ...]
    first: Any = field(repr=False)
    entries: tuple[tuple[Rule, Any], ...] = field(repr=False)

    def find(self, text: str) -> list[Hit]:
        """Every unguarded match in normalised `text`, in order of rules, then of patterns. Linear in the length."""
        hits = []
        for index in sorted(self.first.Match(text) or ()):
            rule, pattern = self.entries[index]
            spans = (match.span() for match in pattern.finditer(text))
            hits += [Hit(rule, *span) for span in spans if not any(g.covers(text, *span) for g in rule.guards)]
        return hits


def options() -> Any:
    """RE2's options for rules: what goes wrong is for us to say, not for its log."""
    chosen = re2.Options()
    chosen.max_mem = SET_MEMORY_BYTES
    chosen.log_errors = False
    return chosen


def compile_rules(rules: tuple[Rule, ...]) -> Rules:
    """Put all patterns of all rules behind one first match."""
    entries = tuple((rule, pattern) for rule in rules for pattern in rule.patterns)
    first = re2.Set.SearchSet(options())
    for _, pattern in entries:
        first.Add(pattern.pattern)
    if entries:
        first.Compile()
    return Rules(rules, first, entries)
