"""The boundary rules, read from their files and matched by RE2; it must not know what a group does about a match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import re2

from moderation.boundaries import doses, guards, personal
from moderation.rulefile import RuleFile, compiled, read, set_of
from moderation.verdict import BOUNDARY_LABELS

PACKAGED: Final = Path(__file__).parent / "rules"
_KEYS: Final = {"id", "label", "intent", "pattern", "match", "not"}
_MAY: Final = {"guards", "check"}
_CHECKS: Final = personal.CHECKS | doses.CHECKS
# Where a file's rules look: at the text as written, or at its plain spelling (`moderation.boundaries.spelling`).
_PLACES: Final = ("original", "plain")


@dataclass(frozen=True, slots=True)
class Rule:
    """One boundary rule. What happens to what it finds is the group's to say."""

    id: str
    label: str
    intent: str
    pattern: Any
    guards: tuple[str, ...]
    check: str | None
    detail: int  # the group of the pattern that alone is the finding; 0: all of the match
    match: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Rules that look at one spelling of a text, behind one set that answers first."""

    rules: tuple[Rule, ...]
    first: Any

    def find(self, text: str, labels: frozenset[str]) -> Iterator[tuple[Rule, int, int]]:
        """Every match that passes its check and no guard excuses, with its place in `text`."""
        for index in sorted(self.first.Match(text) or ()) if self.first else ():
            rule = self.rules[index]
            if rule.label not in labels:
                continue
            for match in rule.pattern.finditer(text):
                start, end = match.span(rule.detail)
                if start < 0:  # this way of matching has no part of its own
                    start, end = match.span()
                if rule.check and not _CHECKS[rule.check](text, start, end):
                    continue
                if not any(guards.GUARDS[name](text, start, end) for name in rule.guards):
                    yield rule, start, end


@cache
def packaged() -> Mapping[str, Catalogue]:
    """The packaged rules by where they look. Raises: RuleFault, as `moderation.rulefile.read`."""
    return load(PACKAGED)


def load(folder: Path) -> Mapping[str, Catalogue]:
    """The rules of every file in `folder` by where they look. Raises: RuleFault, OSError."""
    by_place: dict[str, list[Rule]] = {place: [] for place in _PLACES}
    for path in sorted(folder.glob("*.toml")):
        file = read(path)
        place = file.document.get("on", "plain")
        if place not in _PLACES:
            raise file.fault("on", f"must be one of {', '.join(_PLACES)}")
        by_place[place] += _rules(file)
    return {place: _catalogue(rules) for place, rules in by_place.items()}


def catalogue_of(file: RuleFile) -> Catalogue:
    """The rules that stand in one file. Raises: RuleFault."""
    return _catalogue(_rules(file))


def _catalogue(rules: list[Rule]) -> Catalogue:
    return Catalogue(tuple(rules), set_of(rule.pattern.pattern for rule in rules) if rules else None)


def _rules(file: RuleFile) -> list[Rule]:
    return [_rule(file, entry) for entry in file.document.get("rule", ())]


def _rule(file: RuleFile, entry: dict[str, Any]) -> Rule:
    after = f'"{entry.get("id", "")}"'
    if missing := _KEYS - entry.keys():
        raise file.fault(after, f"these keys are missing: {', '.join(sorted(missing))}", after)
    for key in entry.keys() - _KEYS - _MAY:
        raise file.fault(key, "unknown key", after)
    if entry["label"] not in BOUNDARY_LABELS:
        raise file.fault("label", "not a boundary label", after)
    if unknown := set(entry.get("guards", ())) - guards.GUARDS.keys():
        raise file.fault(min(unknown), "unknown guard", after)
    if entry.get("check", "card") not in _CHECKS:
        raise file.fault("check", "unknown check", after)
    try:
        pattern = compiled(file.expand(entry["pattern"]))
    except re2.error as error:
        raise file.fault("pattern", f"not RE2: {error}", after) from error
    return Rule(
        entry["id"],
        entry["label"],
        entry["intent"],
        pattern,
        tuple(entry.get("guards", ())),
        entry.get("check"),
        pattern.groupindex.get("detail", 0),
        tuple(entry["match"]),
        tuple(entry["not"]),
    )
