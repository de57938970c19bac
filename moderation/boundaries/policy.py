"""Reads what a group does about each boundary; it must not know how a boundary is found.

A danger label has no member in `Boundary`, so no `GroupRules` can hold an action against it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

DANGER = frozenset({"suicide", "self_harm", "overdose", "abuse", "threat", "eating"})
MAX_LENGTH = 4000  # docs/protocol.md: the longest text a frame may carry
MAX_SLOW_MODE_S = 300  # longer would be silence by another name

_PLACE = re.compile(r"line (\d+), column (\d+)")


class Boundary(StrEnum):
    """What a group may set limits on; never distress."""

    PERSONAL_INFO = "personal_info"
    CONTACT = "contact"
    METHOD = "method"
    HARASSMENT = "harassment"
    HATE = "hate"
    SEXUAL = "sexual"
    MEDICAL = "medical"
    PROMOTION = "promotion"
    FLOOD = "flood"


class BoundaryAction(StrEnum):
    """What happens to a text that crosses a boundary; `return` gives it back to its author."""

    DELIVER = "deliver"
    MASK = "mask"
    FOLD = "fold"
    HOLD = "hold"
    RETURN = "return"


class PolicyError(Exception):
    """A group's rules cannot be used; `line` and `column` count from 1."""

    def __init__(self, path: Path, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path, self.line, self.column, self.message = path, line, column, message


@dataclass(frozen=True, slots=True)
class BoundaryRule:
    """One boundary's action and the words for the author: what, why and how to put it otherwise."""

    action: BoundaryAction
    what: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class GroupRules:
    """The boundaries of one group; `slow_mode_s` 0 is no slow mode, `max_length` counts characters."""

    slow_mode_s: int
    max_length: int
    boundaries: Mapping[Boundary, BoundaryRule]


def load_rules(path: Path) -> GroupRules:
    """The rules in `path`.

    Raises:
        PolicyError: the file is not TOML, or names an unknown key, label or action, or acts against distress.
        OSError: the file cannot be read.
    """
    return parse_rules(path.read_text(encoding="utf-8"), path)


def parse_rules(source: str, path: Path) -> GroupRules:
    """The rules in `source`; `path` is only for faults.

    Raises:
        PolicyError: as `load_rules`.
    """
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        place = _PLACE.search(str(fault))
        line, column = (int(place[1]), int(place[2])) if place else (max(1, source.count("\n") + 1), 1)
        raise PolicyError(path, line, column, "not TOML") from fault
    return _Reader(source, path).read(document)


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str
    path: Path

    def read(self, document: dict[str, Any]) -> GroupRules:
        self._known(document, {"slow_mode_s", "max_length", "boundary"})
        tables = document.get("boundary", {})
        if not isinstance(tables, dict):
            raise self._fault("boundary", "must be tables")
        rules = {}
        for label, table in tables.items():
            rule = self._rule(label, table)
            if label not in DANGER:
                rules[self._label(label)] = rule
        return GroupRules(
            self._number(document, "slow_mode_s", 0, 0, MAX_SLOW_MODE_S),
            self._number(document, "max_length", MAX_LENGTH, 1, MAX_LENGTH),
            MappingProxyType(rules),
        )

    def _label(self, label: str) -> Boundary:
        try:
            return Boundary(label)
        except ValueError:
            raise self._fault(label, "unknown label") from None

    def _rule(self, label: str, table: object) -> BoundaryRule:
        if not isinstance(table, dict):
            raise self._fault(label, "must be a table")
        try:
            action = BoundaryAction(table.get("action", ""))
        except ValueError:
            raise self._fault(label, "unknown action") from None
        if label in DANGER:
            if action is not BoundaryAction.DELIVER:
                raise self._fault(label, "distress is always delivered")
        else:
            self._label(label)
        self._known(table, {"action", "what", "why", "instead"})
        words = [table.get(key, "") for key in ("what", "why", "instead")]
        if not all(isinstance(word, str) for word in words):
            raise self._fault(label, "words must be text")
        if action is not BoundaryAction.DELIVER and not all(words):
            raise self._fault(label, "a limit needs what, why and instead")
        return BoundaryRule(action, *words)

    def _number(self, document: dict[str, Any], key: str, default: int, least: int, most: int) -> int:
        value = document.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self._fault(key, f"must be a whole number from {least} to {most}")
        return value

    def _known(self, table: dict[str, Any], known: set[str]) -> None:
        for key in table:
            if key not in known:
                raise self._fault(key, "unknown key")

    def _fault(self, key: str, message: str) -> PolicyError:
        """Points at the first line that names `key`; tomllib tells no places of what it has read."""
        for number, line in enumerate(self.source.splitlines(), 1):
            if key in line:
                return PolicyError(self.path, number, line.index(key) + 1, message)
        return PolicyError(self.path, 1, 1, message)
