"""Thousands of patterns over one text: which of them occur, and where. Must not know what a pattern is for.

RE2 answers in linear time whatever the pattern, but one automaton for thousands of them, or for the words they need,
makes states without end, and a call for each costs more than all the rest. So the words of a text are looked up first
(`lookup.py`), and only the few patterns whose words are there are asked, each by itself. A pattern is made ready when
it is first asked, and the ones asked last are kept: most never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from moderation.lookup import Lookup
from moderation.needs import Needs
from moderation.patterns import Span, compiled
from moderation.reading import Reading

MAX_READY: Final = 1536  # patterns kept ready; chat asks 150 of 2,200, lines of every danger 1,300: 40 KB each


class WordedPatterns:
    """Patterns that answer together, as `Patterns` do. Their indices count from 0, in the order given."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Does not look whether each is one: the first text that asks for it finds out."""
        self._patterns = tuple(patterns)
        self._lookup = Lookup(map(Needs().of, self._patterns))
        self._ready: dict[int, tuple[Any, int]] = {}

    def occurring(self, text: Reading) -> list[int]:
        """The patterns that seem to occur in `text`, in order; linear in its length.

        One that does is named (in a text of several parts: if it is shorter than `REACH`); one that is named may still
        not occur, where it asks for the edge of a text and met that of a part: `spans` knows.

        Raises: re2.error when one that is asked is no RE2, or asks for more memory than one may use.
        """
        found = self._lookup.candidates(text)
        return sorted([index for index, places in found.items() if self._is_in(index, text.data, places)])

    def spans(self, index: int, data: bytes) -> Iterator[Span]:
        """The half-open spans, in bytes, of one pattern's matches from left to right; where it has one, of `detail`."""
        pattern, detail = self._pattern(index)
        for match in pattern.finditer(data):
            start, end = match.span(detail)
            yield (start, end) if start >= 0 else match.span()

    @property
    def ready(self) -> int:
        """How many patterns are ready now."""
        return len(self._ready)

    def _is_in(self, index: int, data: bytes, places: Iterable[Span]) -> bool:
        pattern, _ = self._pattern(index)
        return any(pattern.search(data[start:end]) is not None for start, end in places)

    def _pattern(self, index: int) -> tuple[Any, int]:
        """One pattern made ready, with the number of its group `detail`, and counted as asked last."""
        if (ready := self._ready.pop(index, None)) is None:
            one = compiled(self._patterns[index])
            ready = one, one.groupindex.get("detail", 0) if one.groups else 0
            if len(self._ready) >= MAX_READY:
                del self._ready[next(iter(self._ready))]
        self._ready[index] = ready
        return ready
