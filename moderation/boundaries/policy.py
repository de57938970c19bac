"""Reads what a group does about each boundary; it must not know how a boundary is found.

A danger label has no member in `Boundary`, so no `GroupRules` can hold an action against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from moderation.boundaries.catalogue import Catalogue, catalogue_of
from moderation.rulefile import RuleFault, RuleFile, parse, read
from moderation.verdict import DANGER_LABELS, Action, Advice

PACKAGED: Final = Path(__file__).parents[1] / "groups"
MAX_LENGTH: Final = 4000  # docs/protocol.md: the longest text a frame may carry
MAX_SLOW_MODE_S: Final = 300  # longer would be silence by another name
_KEYS: Final = {"base", "slow_mode_s", "max_length", "boundary", "slots", "rule"}
_WORDS: Final = ("what", "why", "instead")


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


@dataclass(frozen=True, slots=True)
class BoundaryRule:
    """One boundary's action and the words for the author."""

    action: Action
    advice: Advice


@dataclass(frozen=True, slots=True)
class GroupRules:
    """The boundaries of one group; `slow_mode_s` 0 is no slow mode, `max_length` counts characters.

    A boundary that is not named is not looked for. `own` are patterns only this group has.
    """

    slow_mode_s: int
    max_length: int
    boundaries: Mapping[Boundary, BoundaryRule]
    own: Catalogue
    labels: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", frozenset(self.boundaries))


def load_group(source: str | Path) -> GroupRules:
    """The rules of the packaged group of that name ("grief"), or of the file at that path.

    Raises:
        RuleFault: no TOML; an unknown base, key, label or action; or a limit on distress. Says line and column.
        OSError: the file cannot be read.
    """
    name = PACKAGED / f"{source}.toml"
    return _load(name if isinstance(source, str) and "/" not in source and name.exists() else Path(source))


def parse_group(source: str, path: Path) -> GroupRules:
    """The rules in `source`; `path` is only for faults. Raises: as `load_group`."""
    return _rules(parse(source, path))


def _load(path: Path) -> GroupRules:
    return _rules(read(path))


def _rules(file: RuleFile) -> GroupRules:
    document = file.document
    _known(file, document, _KEYS)
    base = _base(file)
    tables = document.get("boundary", {})
    if not isinstance(tables, dict):
        raise file.fault("boundary", "must be tables")
    boundaries = dict(base.boundaries) if base else {}
    for label, table in tables.items():
        if label in DANGER_LABELS:
            _delivers(file, label, table)
        else:
            kind = _label(file, label)
            boundaries[kind] = _rule(file, label, table, boundaries.get(kind))
    return GroupRules(
        _number(file, "slow_mode_s", base.slow_mode_s if base else 0, 0, MAX_SLOW_MODE_S),
        _number(file, "max_length", base.max_length if base else MAX_LENGTH, 1, MAX_LENGTH),
        MappingProxyType(boundaries),
        catalogue_of(file),
    )


def _base(file: RuleFile) -> GroupRules | None:
    """The packaged group that `file` builds on; one step, for a base has no base."""
    name = file.document.get("base")
    if name is None:
        return None
    path = PACKAGED / f"{name}.toml"
    if not isinstance(name, str) or "/" in name or not path.exists():
        raise file.fault("base", "no packaged group of that name")
    if "base" in read(path).document:
        raise file.fault("base", "a base may not have a base itself")
    return _load(path)


def _label(file: RuleFile, label: str) -> Boundary:
    try:
        return Boundary(label)
    except ValueError:
        raise file.fault(label, "unknown label") from None


def _delivers(file: RuleFile, label: str, table: object) -> None:
    """A file may say of a danger that it is delivered, and nothing else: this is the law of the house."""
    if table != {"action": Action.DELIVER}:
        raise file.fault(label, "distress is always delivered")


def _rule(file: RuleFile, label: str, table: object, base: BoundaryRule | None) -> BoundaryRule:
    place = f"boundary.{label}"
    if not isinstance(table, dict):
        raise file.fault(label, "must be a table")
    _known(file, table, {"action", *_WORDS}, place)
    try:
        action = Action(table.get("action", base.action if base else ""))
    except ValueError:
        raise file.fault("action", "unknown action", place) from None
    words = {key: table.get(key, getattr(base.advice, key) if base else "") for key in _WORDS}
    for key, word in words.items():
        if not isinstance(word, str):
            raise file.fault(key, "words must be text", place)
        if action is not Action.DELIVER and not word.strip():
            raise file.fault(label, f"a limit needs the author to be told: {key} is missing", place)
    return BoundaryRule(action, Advice(**words))


def _number(file: RuleFile, key: str, default: int, least: int, most: int) -> int:
    value = file.document.get(key, default)
    if type(value) is not int or not least <= value <= most:
        raise file.fault(key, f"must be a whole number from {least} to {most}")
    return value


def _known(file: RuleFile, table: dict[str, Any], known: set[str], after: str = "") -> None:
    for key in table:
        if key not in known:
            raise file.fault(key, "unknown key", after)


__all__ = ["Boundary", "BoundaryRule", "GroupRules", "RuleFault", "load_group", "parse_group"]
