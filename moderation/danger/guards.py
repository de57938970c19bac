"""Guards: what beside a match shows that it is no present statement of the author. Must not know rules or labels.

A guard looks only at the words that touch the match (a quotation opened just before it, "of embarrassment" just
after it), never at the clause or the message around it: so an "I used to" or "she said" elsewhere hides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import re2

REACH: Final = 72  # characters read on either side; the longest guard phrase is shorter


@dataclass(frozen=True, slots=True)
class Guard:
    """One kind of harmlessness: patterns for what stands just before and just after a match; None: none.

    `within` begins inside the match and may run on after it ("end it" and then "with him").
    """

    name: str
    before: Any
    after: Any
    within: Any

    def covers(self, text: str, start: int, end: int) -> bool:
        """Whether the match `text[start:end]` is harmless for this reason."""
        if self.before is not None and self.before.search(text[max(0, start - REACH) : start]):
            return True
        if self.after is not None and self.after.search(text[end : end + REACH]):
            return True
        found = self.within.search(text[start : end + REACH]) if self.within is not None else None
        return found is not None and start + found.start() < end


def make_guard(name: str, before: Sequence[str], after: Sequence[str], within: Sequence[str]) -> Guard:
    """A guard from lists of RE2 patterns.

    Raises: re2.error for a pattern that is not RE2.
    """
    return Guard(
        name,
        re2.compile(f"(?:{'|'.join(before)})$") if before else None,
        re2.compile(f"^(?:{'|'.join(after)})") if after else None,
        re2.compile("|".join(within)) if within else None,
    )
