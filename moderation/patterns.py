"""Many patterns over one text: which of them occur, and where. Must not know what a pattern is for.

RE2 answers in linear time whatever the pattern. One automaton for all patterns at once would be the fastest where all
its states exist, but long chat makes it build states without end (70 ms for 4,000 characters, 100 MB). So a filter of
plain pieces of text that a pattern needs ("myself", "tonight") says first which patterns can occur at all, and each of
those few runs by itself, with a small automaton that is soon complete. A pattern `a|b|c` is taken as three, for each of
them needs more than their union does. A long text is looked at in windows, because the pieces of a pattern are all
somewhere in a long text, but seldom side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import re2

Span = tuple[int, int]

MAX_MEMORY: Final = (
    4 << 20
)  # bytes one pattern may use; with 2 MB the largest start over in ordinary chat, 2 times slower
MAX_TOGETHER: Final = 1500  # patterns behind one filter; RE2 gives a filter 8 MB, and refuses one that needs more
WINDOW: Final = 640  # bytes; 480 to 1,200 are about equally fast, the whole of 4,000 takes twice as long
OVERLAP: Final = 128  # bytes; what is shorter lies whole in some window. The longest match in 9,000 lines had 98.
_DIGIT: Final = re.compile(rb"[0-9]")
_NOTHING: Final = r"[^\x{0}-\x{10FFFF}]"  # a class of no character
_NEVER: Final = 1  # steps in the program of a pattern that nothing can match; the empty pattern has 4


class Patterns:
    """Patterns that answer together. Their indices count from 0, in the order given."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Raises: re2.error when one is no RE2, or asks for more memory than `MAX_MEMORY`."""
        given = tuple(patterns)
        numbered = {index for index, pattern in enumerate(given) if needs_digit(pattern)}
        self._numbered = _Filtered({index: given[index] for index in sorted(numbered)})
        others = [index for index in range(len(given)) if index not in numbered]
        self._others = tuple(
            _Filtered({index: given[index] for index in others[at : at + MAX_TOGETHER]})
            for at in range(0, len(others), MAX_TOGETHER)
        )
        self._compiled = {
            index: one for part in (*self._others, self._numbered) for index, one in part.compiled.items()
        }

    def occurring(self, data: bytes) -> list[int]:
        """The patterns that seem to occur in UTF-8 `data`, in order; linear in its length.

        One that does is named (in a text longer than `WINDOW`: if it is shorter than `OVERLAP`); one that is named may
        still not occur, where it asks for the edge of a long text and met that of a window: `spans` knows.
        """
        found: set[int] = set()
        filters = (*self._others, self._numbered) if _DIGIT.search(data) else self._others
        for start in range(0, max(1, len(data) - OVERLAP), WINDOW - OVERLAP) if len(data) > WINDOW else (0,):
            window = data[start : start + WINDOW]
            for one in filters:
                found.update(one.occurring(window))
        return sorted(found)

    def spans(self, index: int, data: bytes) -> Iterator[Span]:
        """The half-open spans, in bytes, of one pattern's matches from left to right; where it has one, of `detail`."""
        pattern, detail = self._compiled[index]
        for match in pattern.finditer(data):
            start, end = match.span(detail)
            yield (start, end) if start >= 0 else match.span()


class _Filtered:
    """Some of the patterns by their indices, behind RE2's filter of the pieces they need."""

    __slots__ = ("_filter", "_indices", "compiled")

    def __init__(self, patterns: Mapping[int, str]) -> None:
        self._indices = tuple(patterns)
        self._filter = re2.Filter()
        options = _options()
        for pattern in patterns.values():
            self._filter.Add(pattern, options)
        if patterns:
            self._filter.Compile()
        each = ((index, self._filter.re(place)) for place, index in enumerate(patterns))
        self.compiled = {index: (one, one.groupindex.get("detail", 0) if one.groups else 0) for index, one in each}

    def occurring(self, data: bytes) -> Iterable[int]:
        """The indices of those that occur in `data`."""
        found = self._filter.Match(data) if self._indices else None
        return [self._indices[place] for place in found] if found else ()


def encoded(text: str) -> bytes:
    """The UTF-8 of `text`, in which each character, half a one too, is one character again."""
    return text.encode("utf-8", "replace")


def in_text(span: Span, data: bytes, text: str) -> Span:
    """The place in `text` of a span of `data`, its UTF-8."""
    if len(data) == len(text):
        return span
    start = len(data[: span[0]].decode())
    return start, start + len(data[span[0] : span[1]].decode())


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


def needs_digit(pattern: str) -> bool:
    """Whether nothing matches `pattern` but texts with a digit: whether it means nothing once `\\d` does."""
    parts: list[str] = []
    at = 0
    for place, sign in _signs(pattern):
        if sign == r"\d":
            parts += (pattern[at:place], _NOTHING)
            at = place + 2
    return at > 0 and bool(compiled("".join((*parts, pattern[at:]))).programsize <= _NEVER)


def _signs(pattern: str) -> Iterator[tuple[int, str]]:
    """The brackets, bars and `\\d` of a pattern that mean what they are: neither escaped nor inside a class."""
    place, in_class = 0, False
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            if not in_class and pattern.startswith("d", place + 1):
                yield place, r"\d"
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
