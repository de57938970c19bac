"""The boundary rules, read from their files and matched by RE2; it must not know what a group does about a match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import re2

from moderation.boundaries import doses, guards, names, personal
from moderation.patterns import Patterns, alternatives, compiled, encoded, in_text
from moderation.rulefile import RuleFile, read
from moderation.verdict import BOUNDARY_LABELS

PACKAGED: Final = Path(__file__).parent / "rules"
SLOTS: Final = "slots.toml"
"""The packaged file of word lists that stand ready for every file of rules, an operator's too."""
_KEYS: Final = {"id", "label", "intent", "pattern", "match", "not"}
_MAY: Final = {"guards", "check"}
_CHECKS: Final = personal.CHECKS | names.CHECKS | doses.CHECKS
# Where a file's rules look: at the text as written, or at its plain spelling (`moderation.boundaries.spelling`).
_PLACES: Final = ("original", "plain")


@dataclass(frozen=True, slots=True)
class Rule:
    """One boundary rule. What happens to what it finds is the group's to say."""

    id: str
    label: str
    intent: str
    patterns: tuple[str, ...]  # RE2; a group named `detail` is the finding, without one all of the match is
    guards: tuple[str, ...]
    check: str | None
    match: tuple[str, ...]
    never: tuple[str, ...]

    def stands(self, text: str, start: int, end: int) -> bool:
        """Whether a match at this place passes the check, and no guard excuses it."""
        if self.check and not _CHECKS[self.check](text, start, end):
            return False
        return not any(guards.GUARDS[name](text, start, end) for name in self.guards)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Rules that look at one spelling of a text; `owners` says which rule each of the `patterns` belongs to."""

    rules: tuple[Rule, ...]
    patterns: Patterns = field(repr=False)
    owners: tuple[Rule, ...] = field(repr=False)

    def find(self, text: str, labels: frozenset[str]) -> Iterator[tuple[Rule, int, int]]:
        """Every match that passes its check and no guard excuses, with its place in `text`."""
        data = encoded(text)
        for index in self.patterns.occurring(data):
            rule = self.owners[index]
            if rule.label in labels:
                for found in self.patterns.spans(index, data):
                    start, end = in_text(found, data, text)
                    if rule.stands(text, start, end):
                        yield rule, start, end


@cache
def packaged() -> Mapping[str, Catalogue]:
    """The packaged rules by where they look. Raises: RuleFault, as `moderation.rulefile.read`."""
    return load(PACKAGED)


def load(folder: Path) -> Mapping[str, Catalogue]:
    """The rules of every file in `folder` by where they look. Raises: RuleFault, OSError."""
    by_place: dict[str, list[Rule]] = {place: [] for place in _PLACES}
    for path in sorted(folder.glob("*.toml")):
        if path.name == SLOTS:
            continue
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
    owned = [(rule, one) for rule in rules for one in rule.patterns]
    return Catalogue(tuple(rules), Patterns(one for _, one in owned), tuple(rule for rule, _ in owned))


@cache
def _slots() -> Mapping[str, Any]:
    return read(PACKAGED / SLOTS).document


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
    return Rule(
        entry["id"],
        entry["label"],
        entry["intent"],
        _patterns(file, entry, after),
        tuple(entry.get("guards", ())),
        entry.get("check"),
        tuple(entry["match"]),
        tuple(entry["not"]),
    )


def _patterns(file: RuleFile, entry: dict[str, Any], after: str) -> tuple[str, ...]:
    """Each alternative by itself; for the text as written one pattern, where the first alternative that fits has it."""
    asked = entry["pattern"]
    written = [file.expand(one, _slots()) for one in ([asked] if isinstance(asked, str) else asked)]
    if file.document.get("on") == "original":
        patterns = ["|".join(f"(?:{one})" for one in written) if len(written) > 1 else written[0]]
    else:
        patterns = [part for one in written for part in alternatives(one)]
    for pattern in patterns:
        try:
            compiled(pattern)
        except re2.error as error:
            raise file.fault("pattern", f"not RE2: {error}", after) from error
    return tuple(patterns)
