"""Guards: what beside a match shows that it is no present statement of the author. Must not know rules or labels.

A guard looks only at the words that touch the match (a quotation opened just before it, "of embarrassment" just
after it) and stand in its clause: what is behind a comma, a full stop, an "and" or a "but" is another statement, and an
"I used to" or "she said" there hides nothing. A guard that is `wide` reads on; it is only for matches that are told as
past themselves ("i wanted to"), and so say nothing of now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import re2

from moderation.patterns import compiled

REACH: Final = 72  # bytes read on either side; the longest guard phrase is shorter
# Where one statement ends and another begins, in normalised spelling, in five languages.
_END: Final = r"(?:[.!?;,\n]|\b(?:and|but|y|pero|et|mais|und|aber|mas)\b)"
CLAUSE_END: Final = re2.compile(_END)
ENDS_CLAUSE: Final = re2.compile(rf"{_END} *$")  # a match that takes the comma in, or the "and"
INSIDE_WORD: Final = re2.compile(r"\w+$")  # the last word of a match, or what it took of it


@dataclass(frozen=True, slots=True)
class Guard:
    """One kind of harmlessness: RE2 patterns for what stands just before and just after a match.

    `within` begins inside the match and may run on after it ("end it" and then "with him"). A `wide` one is not held by
    the end of the clause.
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    within: tuple[str, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """All guards of a rule as one question: few patterns, however many guards there are; None asks nothing."""

    before: Any
    after: Any
    within: Any
    wide_before: Any
    wide_after: Any

    def covers(self, data: bytes, start: int, end: int) -> bool:
        """Whether the match `data[start:end]` is harmless for any of the reasons."""
        before, after = data[max(0, start - REACH) : start], data[end : end + REACH]
        if _finds(self.wide_before, before) or _finds(self.wide_after, after):
            return True
        near = _first_clause(data, start, end)
        if _finds(self.before, _last_clause(before)) or _finds(self.after, near):
            return True
        found = self.within.search(data[start:end] + near) if self.within is not None else None
        return found is not None and start + found.start() < end


def _finds(pattern: Any, data: bytes) -> bool:
    return pattern is not None and pattern.search(data) is not None


def _last_clause(data: bytes) -> bytes:
    last = 0
    for found in CLAUSE_END.finditer(data):
        last = found.end()
    return data[last:]


def _first_clause(data: bytes, start: int, end: int) -> bytes:
    """What stands after the match in its clause; a pattern may have ended with the clause, or inside a word."""
    word = INSIDE_WORD.search(data[start:end])
    begin = start + word.start() if word else end
    if begin == end and ENDS_CLAUSE.search(data[start:end]):
        return b""
    found = CLAUSE_END.search(data[begin : end + REACH])
    return data[end : end + REACH if found is None else max(end, begin + found.start())]


def make_cover(guards: Iterable[Guard]) -> Cover:
    """The one question of several guards.

    Raises: re2.error for a pattern that is not RE2.
    """
    chosen = tuple(guards)
    near, wide = [one for one in chosen if not one.wide], [one for one in chosen if one.wide]
    return Cover(
        _any(near, "before", "(?:{})$"), _any(near, "after", "^(?:{})"), _any(chosen, "within", "{}"),
        _any(wide, "before", "(?:{})$"), _any(wide, "after", "^(?:{})"),
    )  # fmt: skip


def _any(guards: Iterable[Guard], side: str, frame: str) -> Any:
    """The patterns of one side as one; None where there is none."""
    patterns = "|".join(pattern for guard in guards for pattern in getattr(guard, side))
    return compiled(frame.format(patterns)) if patterns else None
