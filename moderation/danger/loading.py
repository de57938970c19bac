"""Reads danger rules, slots and guards from TOML. Must not know texts to review.

`slots.toml` holds the word lists that patterns name in braces, `guards.toml` the guards; every other file of the folder
holds rules of one family. Keys are closed lists: what is not known, an action above all, is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Never

import re2

from moderation.danger.guards import Guard, make_guard
from moderation.danger.rules import Rule, RuleFault, Rules, compile_rules, options
from moderation.verdict import DANGER_LABELS, Level

PACKAGED: Final = Path(__file__).parent.parent / "rules"
KEYS: Final = frozenset(
    {"id", "label", "level", "intent", "source", "owner", "reviewed", "guards", "pattern", "match", "not"}
)
LEVELS: Final = {"amber": Level.AMBER, "red": Level.RED, "crisis": Level.CRISIS}
SLOT_DEPTH: Final = 4  # slots may name slots, no deeper than this
SIDES: Final = ("before", "after", "within")
_TEXTS: Final = ("id", "label", "level", "intent", "source", "owner")


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    raw: str

    def fail(self, rule: str, message: str, key: str = "") -> Never:
        """Raise with the line of the rule, or of its key, as far as the text shows it."""
        lines = self.raw.splitlines()
        at = next((n for n, line in enumerate(lines) if line.startswith("id") and f'"{rule}"' in line), 0)
        inside = (n for n in range(at, len(lines)) if key and lines[n].lstrip().startswith(key))
        line = next(inside, at)
        column = len(lines[line]) - len(lines[line].lstrip()) + 1 if lines else 1
        raise RuleFault(self.path, rule, message, line=line + 1, column=column)


def load_rules(path: Path | None = None) -> Rules:
    """The rules of a file or a folder, or the packaged ones; the packaged slots and guards stand ready for all.

    Raises: RuleFault for a rule that is unknown in form, is no danger label, or asks for an action; OSError.
    """
    chosen = path or PACKAGED
    files = sorted(chosen.glob("*.toml")) if chosen.is_dir() else [chosen]
    slots, guards = _shared()
    rules: list[Rule] = []
    for file in files:
        if file.name not in ("slots.toml", "guards.toml"):
            rules += _rules_of(file, slots, guards)
    _refuse_twins(chosen, rules)
    return compile_rules(tuple(rules))


@cache
def _shared() -> tuple[dict[str, str], dict[str, Guard]]:
    slots: dict[str, str] = _read(PACKAGED / "slots.toml")[1]
    return slots, _guards(PACKAGED / "guards.toml", slots)


def _rules_of(path: Path, slots: Mapping[str, str], guards: Mapping[str, Guard]) -> list[Rule]:
    source, document = _read(path)
    if extra := document.keys() - {"slots", "rule"}:
        source.fail("?", f"only [slots] and [[rule]] stand here, not: {', '.join(sorted(extra))}", min(extra))
    own = document.get("slots", {})
    entries = document.get("rule", [])
    if not isinstance(own, dict) or not all(isinstance(words, str) for words in own.values()):
        source.fail("?", "slots are texts", "[slots]")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        source.fail("?", "rules are written as [[rule]]", "[rule")
    return [_rule(source, entry, {**slots, **own}, guards) for entry in entries]


def _read(path: Path) -> tuple[_Source, dict[str, Any]]:
    raw = path.read_text("utf-8")
    try:
        return _Source(path, raw), tomllib.loads(raw)
    except tomllib.TOMLDecodeError as error:
        raise RuleFault(path, "?", str(error)) from error


def _guards(path: Path, slots: Mapping[str, str]) -> dict[str, Guard]:
    _, document = _read(path)
    return {
        name: make_guard(
            name, *([fill(one, slots) for one in sides.get(side, ())] for side in ("before", "after", "within"))
        )
        for name, sides in document.items()
    }


def _rule(source: _Source, entry: dict[str, Any], slots: Mapping[str, str], guards: Mapping[str, Guard]) -> Rule:
    name = str(entry.get("id", "?"))
    _refuse_keys(source, name, entry)
    if entry["label"] not in DANGER_LABELS:
        source.fail(name, "not a danger label", "label")
    if entry["level"] not in LEVELS:
        source.fail(name, "level is amber, red or crisis", "level")
    if unknown := set(entry["guards"]) - guards.keys():
        source.fail(name, f"unknown guard: {', '.join(sorted(unknown))}", "guards")
    return Rule(
        name, entry["label"], LEVELS[entry["level"]], entry["intent"], entry["source"], entry["owner"],
        entry["reviewed"], tuple(guards[guard] for guard in entry["guards"]), _patterns(source, entry, slots),
        tuple(entry["match"]), tuple(entry["not"]),
    )  # fmt: skip


def _refuse_keys(source: _Source, name: str, entry: dict[str, Any]) -> None:
    if extra := entry.keys() - KEYS:
        source.fail(
            name, f"these keys are unknown, and a danger rule has no action: {', '.join(sorted(extra))}", min(extra)
        )
    if missing := KEYS - entry.keys():
        source.fail(name, f"these keys are missing: {', '.join(sorted(missing))}")
    if not all(isinstance(entry[key], str) and entry[key] for key in _TEXTS):
        source.fail(name, f"these are texts, and not empty: {', '.join(_TEXTS)}")
    if type(entry["reviewed"]) is not date:
        source.fail(name, "reviewed is a date, as 2026-11-25", "reviewed")
    for key in ("guards", "pattern", "match", "not"):
        if not isinstance(entry[key], list) or not all(isinstance(one, str) for one in entry[key]):
            source.fail(name, f"{key} is a list of texts", key)
    if not entry["match"] or not entry["not"] or not entry["pattern"]:
        source.fail(name, "pattern, match and not have at least one entry each")


def _patterns(source: _Source, entry: dict[str, Any], slots: Mapping[str, str]) -> tuple[Any, ...]:
    try:
        compiled = tuple(re2.compile(fill(one, slots), options()) for one in entry["pattern"])
    except re2.error as error:
        source.fail(entry["id"], f"the pattern is not RE2: {error}", "pattern")
    if any(one.search("") for one in compiled):
        source.fail(entry["id"], "the pattern matches the empty text", "pattern")
    return compiled


def fill(pattern: str, slots: Mapping[str, str]) -> str:
    """The pattern with every slot it names written out."""
    for _ in range(SLOT_DEPTH):
        for name, words in slots.items():
            pattern = pattern.replace("{" + name + "}", words)
    return pattern


def _refuse_twins(path: Path, rules: list[Rule]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleFault(path, rule.id, "two rules have this id")
        seen.add(rule.id)
