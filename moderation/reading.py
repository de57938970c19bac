"""A text made ready to be looked at by many patterns: its bytes, and the words of each part of it.

A long text has parts, because the words of a pattern are all somewhere in it, but seldom side by side. Must not know a
pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from moderation.needs import DIGIT, SIGNS
from moderation.patterns import encoded

WHOLE: Final = 640  # bytes of a text that is one part
PART: Final = 256  # bytes of a part of a longer one, at least; the next blank ends it
REACH: Final = (
    256  # bytes; what is shorter lies whole in a part and its neighbours. The longest match in 9,000 lines: 98
)
_STRETCH: Final = 256  # bytes that a part may be longer; then it is cut amid a word, and the next one repeats `REACH`
_WORD: Final = re.compile(rb"[a-z0-9_]+")
_GAP: Final = re.compile(rb"[^a-z0-9_]")
_MARK: Final = re.compile(rb"[0-9" + re.escape(SIGNS.encode()) + rb"]")
_SIGNS: Final = frozenset(sign.encode() for sign in SIGNS)  # every other mark is a figure
_DIGIT: Final = DIGIT.encode()


class Part(NamedTuple):
    """What the bytes from `start` up to `end` hold: `words`; in `held` also each two neighbours as one, and marks."""

    start: int
    end: int
    words: frozenset[bytes]
    held: set[bytes]


@dataclass(slots=True)
class Reading:
    """The UTF-8 of a text, the same in lower case, and the parts of it from first to last."""

    data: bytes = field(repr=False)
    lowered: bytes = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)

    def around(self, number: int) -> tuple[int, int]:
        """Where a part and its neighbours begin and end."""
        return self.parts[max(0, number - 1)].start, self.parts[min(number + 1, len(self.parts) - 1)].end


def reading_of(text: str) -> Reading:
    """`text`, ready to be looked at. Linear in its length."""
    data = encoded(text)
    lowered = data.lower()
    return Reading(data, lowered, tuple(_parts(lowered)))


def _parts(data: bytes) -> Iterator[Part]:
    start, last = 0, b""
    while start < len(data) or not start:
        end, following = len(data), len(data)
        if len(data) - start > WHOLE:
            gap = _GAP.search(data, start + PART, start + PART + _STRETCH)
            end = gap.start() if gap else start + PART + _STRETCH
            following = end if gap else end - REACH
        words = _WORD.findall(data, start, end)
        held = {*words, *map(b" ".join, pairwise((last, *words)))}
        held.update([sign if sign in _SIGNS else _DIGIT for sign in _MARK.findall(data, start, end)])
        yield Part(start, end, frozenset(words), held)
        start, last = following or 1, words[-1] if words else last
