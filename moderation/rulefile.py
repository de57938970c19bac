"""Reads a file of rules, for every kind of rule: slots, and faults that name their place.

The only reader of TOML in the library, with its only error. Must not know what a rule is about: levels, guards and
actions belong to who asks.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

MAX_SLOT_DEPTH: Final = 4  # a slot may name slots, no deeper: a reader must be able to follow
_PLACE: Final = re.compile(r"line (\d+), column (\d+)")
# A slot that no list fills; `\p{Lu}`, `\x{C0}` and `{2,5}` are none.
_LEFT: Final = re.compile(r"(?<!\\[pPx])\{([A-Za-z_]\w*)\}")


class RuleFault(Exception):
    """A rule file cannot be used; `line` and `column` count from 1."""

    def __init__(self, path: Path, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path, self.line, self.column, self.message = path, line, column, message


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file read as TOML, still able to point at its lines."""

    path: Path
    source: str
    document: dict[str, Any]

    def fault(self, words: str, message: str, after: str = "") -> RuleFault:
        """A fault at the first place of `words` at or below the line that has `after`; tomllib tells no places."""
        lines = self.source.splitlines()
        first = next((number for number, line in enumerate(lines) if after in line), 0)
        for number in range(first, len(lines)):
            if (column := lines[number].find(words)) >= 0:
                return RuleFault(self.path, number + 1, column + 1, message)
        return RuleFault(self.path, first + 1, 1, message)

    def expand(self, pattern: str, shared: Mapping[str, Any] | None = None) -> str:
        """`pattern` with every `{slot}` of this file, or of `shared` behind it, written out.

        A slot is a pattern, or a list of words for an alternation. Raises: RuleFault for a slot nobody knows.
        """
        slots = {**(shared or {}), **self.document.get("slots", {})}
        written = fill(pattern, slots)
        if left := _LEFT.search(written):
            raise self.fault(left[0], f"there is no slot {left[1]}, or slots name slots deeper than {MAX_SLOT_DEPTH}")
        return written


def fill(pattern: str, slots: Mapping[str, Any]) -> str:
    """`pattern` with the `slots` it names written out, and the slots those name."""
    for _ in range(MAX_SLOT_DEPTH):
        for name, words in slots.items():
            pattern = pattern.replace("{" + name + "}", words if isinstance(words, str) else any_of(words))
    return pattern


def read(path: Path) -> RuleFile:
    """The file at `path`.

    Raises:
        RuleFault: the file is not TOML.
        OSError: the file cannot be read.
    """
    return parse(path.read_text(encoding="utf-8"), path)


def parse(source: str, path: Path) -> RuleFile:
    """The rules in `source`; `path` is only for faults. Raises: RuleFault, as `read`."""
    try:
        return RuleFile(path, source, tomllib.loads(source))
    except tomllib.TOMLDecodeError as fault:
        what, _, where = str(fault).rpartition(" (at ")
        lines = source.splitlines() or [""]
        place = _PLACE.search(where)  # without one, it is at the end
        line, column = (int(place[1]), int(place[2])) if place else (len(lines), len(lines[-1]) + 1)
        raise RuleFault(path, line, column, f"not TOML: {what or where}") from fault


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of `words`, the longest first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"
