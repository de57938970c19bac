"""Danger rules: read from TOML, matched with RE2 over normalised text. Must not know group policy or actions."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import re2

from moderation.verdict import DANGER_LABELS, Level

PACKAGED: Final = Path(__file__).parent / "rules" / "danger.toml"
_KNOWN: Final = {"id", "label", "level", "guards", "intent", "pattern", "match", "not"}
_CLAUSE_END: Final = re.compile(r"[.!?;,\n]| but | though | anyway ")
# What comes before a match (negated, other) or stands in its clause (past, figure) and makes it harmless.
_BEFORE: Final = {
    "negated": re2.compile(
        r"\b(?:dont|didnt|never|not|no longer|wouldnt|wont|havent|isnt|arent|without|cant believe|doesnt)"
        r"(?: \w+){0,3} ?$"
    ),
    "other": re2.compile(
        r"\b(?:he|she|they|his|her|their|friend|brother|sister|mom|mum|dad|aunt|uncle|cousin|people|someone|character"
        r"|song|movie|film|book|article|lyrics)\b"
    ),
}
_AROUND: Final = {
    "past": re2.compile(
        r"\b(?:used to|years? ago|months ago|back then|when i was|last year|in \d{4}|in the past|as a (?:kid|teen))\b"
    ),
    "figure": re2.compile(
        # No "lol", no "jk": a laugh beside a present statement hides nothing.
        r"\b(?:of (?:embarrassment|laughter|laughing|boredom|cringe|shame)|laughing|this game"
        r"|in (?:the|this) (?:game|match|level)|shaving|homework|deadline|spoilers?"
        r"|for (?:a|some) (?:pizza|coffee|burger))\b"
    ),
}
_FIRST: Final = re2.compile(r"\b(?:i|im|ive|ill|id|myself|me)\b")


class RuleFault(Exception):
    """A rule file is wrong; says where and what."""

    def __init__(self, path: Path, rule: str, message: str) -> None:
        self.path, self.rule, self.message = path, rule, message
        super().__init__(f"{path}: {rule}: {message}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One danger rule. It has no action: nothing it says can hide, delay or limit."""

    id: str
    label: str
    level: Level
    guards: frozenset[str]
    intent: str
    pattern: Any
    match: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule found; the span is in the normalised text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All danger rules, with one set that answers first for a text in which none is found."""

    rules: tuple[Rule, ...]
    first: Any

    def find(self, text: str) -> list[Hit]:
        """Every unguarded match in normalised `text`, in order of rules. Linear in the length."""
        hits = []
        for index in sorted(self.first.Match(text) or ()):
            rule = self.rules[index]
            spans = (match.span() for match in rule.pattern.finditer(text))
            hits += [Hit(rule, start, end) for start, end in spans if not _guarded(rule, text, start, end)]
        return hits


def load_rules(path: Path | None = None) -> Rules:
    """The rules of `path`, or the packaged ones.

    Raises: RuleFault for a rule that is unknown in form, is no danger label, or asks for an action; OSError.
    """
    source = path or PACKAGED
    document = tomllib.loads(source.read_text("utf-8"))
    slots: dict[str, str] = document.get("slots", {})
    rules = tuple(_rule(source, entry, slots) for entry in document["rule"])
    first = re2.Set.SearchSet()
    for rule in rules:
        first.Add(rule.pattern.pattern)
    first.Compile()
    return Rules(rules, first)


def _rule(path: Path, entry: dict[str, Any], slots: dict[str, str]) -> Rule:
    fault = partial(RuleFault, path, str(entry.get("id", "?")))
    if extra := entry.keys() ^ _KNOWN:
        raise fault(f"these keys are missing or unknown: {', '.join(sorted(extra))}")
    if entry["label"] not in DANGER_LABELS:
        raise fault("not a danger label")
    if entry["level"] not in ("amber", "red", "crisis"):
        raise fault("level is amber, red or crisis")
    guards = frozenset(entry["guards"])
    if guards - {*_BEFORE, *_AROUND}:
        raise fault("unknown guard")
    pattern = entry["pattern"]
    for _ in range(3):  # slots may name slots, no deeper than this
        for name, words in slots.items():
            pattern = pattern.replace("{" + name + "}", words)
    try:
        compiled = re2.compile(pattern)
    except re2.error as error:
        raise fault("the pattern is not RE2") from error
    level = Level[entry["level"].upper()]
    examples = (tuple(entry["match"]), tuple(entry["not"]))
    return Rule(entry["id"], entry["label"], level, guards, entry["intent"], compiled, *examples)


def _guarded(rule: Rule, text: str, start: int, end: int) -> bool:
    clause_start = max((m.end() for m in _CLAUSE_END.finditer(text, 0, start)), default=0)
    found_end = _CLAUSE_END.search(text, end)
    clause = text[clause_start : found_end.start() if found_end else len(text)]
    before = text[clause_start:start]
    if "negated" in rule.guards and _BEFORE["negated"].search(before):
        return True
    if "other" in rule.guards and _BEFORE["other"].search(before) and not _FIRST.search(before):
        return not re.match(r"(?:i|im|ive|ill|id)\b", text[start:end])
    return any(kind in rule.guards and pattern.search(clause) for kind, pattern in _AROUND.items())
