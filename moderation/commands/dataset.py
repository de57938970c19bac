"""Reads JSON lines with their truth, whatever of the known fields says it. Must not know a verdict."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from moderation import Earlier, Level
from moderation.verdict import BOUNDARY_LABELS, DANGER_LABELS

_EVERY: Final = 500  # lines between two signs of progress
_LABELS: Final = {
    "crisis": Level.RED, "concern": Level.AMBER, "abuse": Level.RED,
    "benign": Level.GREEN, "benign_emotional": Level.GREEN,
}  # fmt: skip
_HATE: Final = {"hateful": True, "non-hateful": False}


class DataFault(Exception):
    """A line of data cannot be used; the message names file and line, and repeats no words of it."""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        super().__init__(f"{path}, line {line}: {message}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the text, and of the truth what is known (None or empty: not said)."""

    path: str
    line: int
    text: str = field(repr=False)
    before: tuple[str | Earlier, ...] = field(default=(), repr=False)
    level: Level | None = None
    labels: frozenset[str] | None = None
    spans: tuple[tuple[int, int, str], ...] | None = None
    is_hateful: bool | None = None
    is_sad: bool = False
    source: str = ""
    limits: frozenset[str] | None = None


def counted(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries, with a sign of progress on standard error now and then, and a line's end at the end."""
    for number, entry in enumerate(entries, 1):
        yield entry
        if number % _EVERY == 0 or number == len(entries):
            print(f"\r{number} of {len(entries)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def read(path: Path) -> Iterator[Entry]:
    """The lines of the file, in order. Raises: DataFault; OSError."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            yield parse(line, path, number)


def parse(line: str, path: Path | str, number: int) -> Entry:
    """One line. Raises: DataFault when it is no object with `text`, or its truth is none we know."""
    try:
        document = json.loads(line)
    except ValueError:
        raise DataFault(path, number, "this is not JSON.") from None
    if not isinstance(document, dict) or not isinstance(document.get("text"), str):
        raise DataFault(path, number, "an object with a text is wanted.")
    try:
        return _entry(document, str(path), number)
    except (KeyError, TypeError, ValueError):
        raise DataFault(
            path, number, "level, label, labels, limits, cssrs, spans or before is not as it should be."
        ) from None


def before_of(document: dict[str, Any]) -> tuple[str | Earlier, ...]:
    """The earlier lines in `before`. Raises: TypeError or KeyError when they are none."""
    lines = document.get("before") or ()
    if not isinstance(lines, (list, tuple)):
        raise TypeError
    return tuple(_earlier(line) for line in lines)


def _earlier(line: Any) -> str | Earlier:
    text = line["text"] if isinstance(line, dict) else line
    if not isinstance(text, str):
        raise TypeError
    age = line.get("age_s") if isinstance(line, dict) else None
    return text if age is None else Earlier(text, float(age))


def _entry(document: dict[str, Any], path: str, number: int) -> Entry:
    label = document.get("label")
    spans = document.get("spans")
    return Entry(
        path, number, document["text"], before_of(document), _level(document),
        _known(document.get("labels"), DANGER_LABELS),
        None if spans is None else tuple((int(start), int(end), str(kind)) for start, end, kind in spans),
        _HATE.get(label) if label is not None else None,
        label == "benign_emotional" or document.get("kind") == "sad",
        str(document.get("source") or document.get("kind") or Path(path).stem),
        _known(document.get("limits"), BOUNDARY_LABELS),
    )  # fmt: skip


def _level(document: dict[str, Any]) -> Level | None:
    if (level := document.get("level")) is not None:
        return Level[level.upper()]
    if (rating := document.get("cssrs")) is not None:
        return Level(min(int(rating), Level.RED))
    label = document.get("label")
    return None if label is None or label in _HATE else _LABELS[label]


def _known(labels: Any, known: frozenset[str]) -> frozenset[str] | None:
    """The labels, all of them `known`; None where nothing is said of them."""
    if labels is None:
        return None
    if not isinstance(labels, list) or set(labels) - known:
        raise ValueError
    return frozenset(labels)
