"""Guards: what beside a match shows that it is no present statement of the author. Must not know rules or labels.

A guard looks only at the words that touch the match (a quotation opened just before it, "of embarrassment" just
after it), never at the clause or the message around it: so an "I used to" or "she said" elsewhere hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from moderation.patterns import compiled

REACH: Final = 72  # bytes read on either side; the longest guard phrase is shorter


@dataclass(frozen=True, slots=True)
class Guard:
    """One kind of harmlessness: RE2 patterns for what stands just before and just after a match.

    `within` begins inside the match and may run on after it ("end it" and then "with him").
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """All guards of a rule as one question: three patterns, however many guards there are; None asks nothing."""

    before: Any
    after: Any
    within: Any

    def covers(self, data: bytes, start: int, end: int) -> bool:
        """Whether the match `data[start:end]` is harmless for any of the reasons."""
        if self.before is not None and self.before.search(data[max(0, start - REACH) : start]):
            return True
        if self.after is not None and self.after.search(data[end : end + REACH]):
            return True
        found = self.within.search(data[start : end + REACH]) if self.within is not None else None
        return found is not None and start + found.start() < end


def make_cover(guards: Iterable[Guard]) -> Cover:
    """The one question of several guards.

    Raises: re2.error for a pattern that is not RE2.
    """
    chosen = tuple(guards)
    before, after, within = (
        "|".join(pattern for guard in chosen for pattern in getattr(guard, side))
        for side in ("before", "after", "within")
    )
    return Cover(
        compiled(f"(?:{before})$") if before else None,
        compiled(f"^(?:{after})") if after else None,
        compiled(within) if within else None,
    )
