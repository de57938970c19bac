"""Many patterns over one text: which of them occur, and where. Must not know what a pattern is for.

RE2 answers in linear time whatever the pattern. One automaton for all patterns at once would be the fastest where all
its states exist, but long chat makes it build states without end (70 ms for 4,000 characters, 100 MB). So a filter of
plain pieces of text that a pattern needs ("myself", "tonight") says first which patterns can occur at all, and each of
those few runs by itself, with a small automaton that is soon complete. A pattern `a|b|c` is taken as three, for each of
them needs more than their union does. A long text is looked at in windows, because the pieces of a pattern are all
somewhere in a long text, but seldom side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import re2

MAX_MEMORY: Final = (
    4 << 20
)  # bytes one pattern may use; with 2 MB the largest start over in ordinary chat, 2 times slower
WINDOW: Final = 640  # bytes; 480 to 1,200 are about equally fast, the whole of 4,000 takes twice as long
OVERLAP: Final = 128  # bytes; what is shorter lies whole in some window. The longest match in 9,000 lines had 98.
Subject = str | bytes
"""A text, or its UTF-8: the spans of bytes are the same where all is ASCII, and RE2 need not count characters."""


class Patterns:
    """Patterns that answer together. Their indices count from 0, in the order given."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Raises: re2.error when one is no RE2, or asks for more memory than `MAX_MEMORY`."""
        self._filter = re2.Filter()
        options = _options()
        count = 0
        for pattern in patterns:
            self._filter.Add(pattern, options)
            count += 1
        if count:
            self._filter.Compile()
        self._compiled = tuple(self._filter.re(index) for index in range(count))
        self._details = tuple(one.groupindex.get("detail", 0) if one.groups else 0 for one in self._compiled)

    def occurring(self, data: bytes) -> list[int]:
        """The patterns that seem to occur in UTF-8 `data`, in order; linear in its length.

        One that does is named (in a text longer than `WINDOW`: if it is shorter than `OVERLAP`); one that is named may
        still not occur, where it asks for the edge of a long text and met that of a window: `spans` knows.
        """
        if not self._compiled:
            return []
        if len(data) <= WINDOW:
            return self._filter.Match(data) or []
        found: set[int] = set()
        for start in range(0, len(data) - OVERLAP, WINDOW - OVERLAP):
            found.update(self._filter.Match(data[start : start + WINDOW]) or ())
        return sorted(found)

    def spans(self, index: int, subject: Subject) -> Iterator[tuple[int, int]]:
        """The half-open spans of one pattern's matches, from left to right; of its group `detail` where it has one."""
        detail = self._details[index]
        for match in self._compiled[index].finditer(subject):
            start, end = match.span(detail)
            yield (start, end) if start >= 0 else match.span()


def subject_of(text: str, data: bytes) -> Subject:
    """What to search for spans in `text`, whose UTF-8 is `data`."""
    return data if len(data) == len(text) else text


def compiled(pattern: str) -> Any:
    """`pattern` as RE2. Raises: re2.error when it is not, or asks for more memory than `MAX_MEMORY`."""
    return re2.compile(pattern, _options())


def alternatives(pattern: str) -> Sequence[str]:
    """The patterns that `pattern` is an alternation of; itself alone where it is none, or turns a flag on midway."""
    if "[:" in pattern or r"\Q" in pattern:  # brackets that need not mean what they are
        return [pattern]
    parts, depth, at = [], 0, 0
    for place, sign in _signs(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append(pattern[at:place])
            at = place + 1
        elif sign == "(" and depth == 1 and _is_flag(pattern, place):
            return [pattern]
    return [*parts, pattern[at:]]


def _signs(pattern: str) -> Iterator[tuple[int, str]]:
    """The brackets and bars of a pattern that mean what they are: neither escaped nor inside a class."""
    place, in_class = 0, False
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
            place += pattern.startswith(("[]", "[^"), place) + pattern.startswith("[^]", place)
        elif sign in "(|)":
            yield place, sign
        place += 1


def _is_flag(pattern: str, place: int) -> bool:
    """Whether the bracket at `place` is one like `(?i)`, which has no end of its own."""
    inside = pattern[place + 2 : pattern.find(")", place)]
    return pattern.startswith("(?", place) and inside.strip("imsU-") == ""


def _options() -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False  # the fault says it
    return options
