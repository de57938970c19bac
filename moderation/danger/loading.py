"""Reads danger rules, slots and guards from TOML. Must not know texts to review.

`slots.toml` holds the word lists that patterns name in braces, `guards.toml` the guards; every other file of the folder
holds rules of one family. Keys are closed lists: what is not known, an action above all, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import re2

from moderation.danger.guards import Guard
from moderation.danger.rules import Rule, Rules, compile_rules
from moderation.patterns import alternatives, compiled
from moderation.rulefile import RuleFault, RuleFile, fill, read
from moderation.verdict import DANGER_LABELS, Level

PACKAGED: Final = Path(__file__).parent.parent / "rules"
KEYS: Final = frozenset(
    {"id", "label", "level", "intent", "source", "owner", "reviewed", "guards", "pattern", "match", "not"}
)
LEVELS: Final = {"amber": Level.AMBER, "red": Level.RED, "crisis": Level.CRISIS}
SIDES: Final = ("before", "after", "within")
_TEXTS: Final = ("id", "label", "level", "intent", "source", "owner")


def load_rules(folder_or_file: Path | None = None) -> Rules:
    """The rules of a file or a folder, or the packaged ones; the packaged slots and guards stand ready for all.

    The patterns of the packaged ones are taken for RE2, as the tests say: to make thousands ready takes half a second.

    Raises: RuleFault for a rule that is unknown in form, is no danger label, or asks for an action; OSError.
    """
    chosen = folder_or_file or PACKAGED
    files = sorted(chosen.glob("*.toml")) if chosen.is_dir() else [chosen]
    slots, guards = _shared()
    rules: dict[str, Rule] = {}
    for path in files:
        if path.name not in ("slots.toml", "guards.toml"):
            file = read(path)
            for rule in _rules_of(file, slots, guards, is_new=folder_or_file is not None):
                if rule.id in rules:
                    raise _fault(file, rule.id, "two rules have this id")
                rules[rule.id] = rule
    return compile_rules(tuple(rules.values()))


@cache
def _shared() -> tuple[dict[str, str], dict[str, Guard]]:
    slots: dict[str, str] = read(PACKAGED / "slots.toml").document
    return slots, _guards(read(PACKAGED / "guards.toml"), slots)


def _guards(file: RuleFile, slots: Mapping[str, str]) -> dict[str, Guard]:
    return {name: _guard(name, sides, slots) for name, sides in file.document.items()}


def _guard(name: str, sides: Mapping[str, Any], slots: Mapping[str, str]) -> Guard:
    before, after, within = (tuple(fill(one, slots) for one in sides.get(side, ())) for side in SIDES)
    return Guard(name, before, after, within, bool(sides.get("wide", False)))


def _fault(file: RuleFile, rule: str, message: str, words: str = "id") -> RuleFault:
    """At `words` in the rule, or at its id."""
    return file.fault(words, f"{rule}: {message}", f'"{rule}"')


def _rules_of(file: RuleFile, slots: Mapping[str, str], guards: Mapping[str, Guard], *, is_new: bool) -> list[Rule]:
    if extra := file.document.keys() - {"slots", "rule"}:
        raise file.fault(min(extra), f"only [slots] and [[rule]] stand here, not: {', '.join(sorted(extra))}")
    own = file.document.get("slots", {})
    entries = file.document.get("rule", [])
    if not isinstance(own, dict) or not all(isinstance(words, str) for words in own.values()):
        raise file.fault("slots", "slots are texts")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise file.fault("rule", "rules are written as [[rule]]")
    return [_rule(file, entry, slots, guards, is_new=is_new) for entry in entries]


def _rule(
    file: RuleFile, entry: dict[str, Any], slots: Mapping[str, str], guards: Mapping[str, Guard], *, is_new: bool
) -> Rule:
    name = str(entry.get("id", "?"))
    _refuse_keys(file, name, entry)
    if entry["label"] not in DANGER_LABELS:
        raise _fault(file, name, "not a danger label", "label")
    if entry["level"] not in LEVELS:
        raise _fault(file, name, "level is amber, red or crisis", "level")
    if unknown := set(entry["guards"]) - guards.keys():
        raise _fault(file, name, f"unknown guard: {', '.join(sorted(unknown))}", "guards")
    patterns = tuple(file.expand(pattern, slots) for pattern in entry["pattern"])
    if is_new:
        _refuse_patterns(file, name, patterns)
    return Rule(
        name, entry["label"], LEVELS[entry["level"]], entry["intent"], entry["source"], entry["owner"],
        entry["reviewed"], tuple(guards[guard] for guard in entry["guards"]), patterns,
        tuple(entry["match"]), tuple(entry["not"]),
    )  # fmt: skip


def _refuse_keys(file: RuleFile, name: str, entry: dict[str, Any]) -> None:
    if extra := entry.keys() - KEYS:
        listed = ", ".join(sorted(extra))
        raise _fault(file, name, f"these keys are unknown, and a danger rule has no action: {listed}", min(extra))
    if missing := KEYS - entry.keys():
        raise _fault(file, name, f"these keys are missing: {', '.join(sorted(missing))}")
    if not all(isinstance(entry[key], str) and entry[key] for key in _TEXTS):
        raise _fault(file, name, f"these are texts, and not empty: {', '.join(_TEXTS)}")
    if type(entry["reviewed"]) is not date:
        raise _fault(file, name, "reviewed is a date, as 2026-11-25", "reviewed")
    for key in ("guards", "pattern", "match", "not"):
        if not isinstance(entry[key], list) or not all(isinstance(one, str) for one in entry[key]):
            raise _fault(file, name, f"{key} is a list of texts", key)
    if not entry["match"] or not entry["not"] or not entry["pattern"]:
        raise _fault(file, name, "pattern, match and not have at least one entry each")


def _refuse_patterns(file: RuleFile, rule: str, patterns: Iterable[str]) -> None:
    for pattern in (one for whole in patterns for one in alternatives(whole)):
        try:
            is_empty = compiled(pattern).search("") is not None
        except re2.error as error:
            raise _fault(file, rule, f"the pattern is not RE2: {error}", "pattern") from error
        if is_empty:
            raise _fault(file, rule, "the pattern matches the empty text", "pattern")
