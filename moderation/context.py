"""What the author wrote before, as values. Must not know a clock: ages are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_BEFORE: Final = 4  # one statement typed over several lines is rarely longer, and each line costs a match

JOINED_WITHIN_S: Final = 600.0  # lines of one statement follow each other; an hour later somebody speaks anew
JOINED_REACH: Final = 240  # characters on either side of the seam: the longest match (98 seen) and what guards read
WEAK_WITHIN_S: Final = (
    86_400.0  # the room keeps a day of messages (DESIGN.md, section 6), so weak signals add up over it
)
MAX_WEAK: Final = 12  # lines looked at for weak signals; each costs one match
WEAK_LINES: Final = 3  # weak lines of one day, this one too, that together are red; written for Alongside, not measured


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier line of the same author, `age_s` seconds before the line under review; None: not known."""

    text: str = field(repr=False)
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The author's own earlier lines, oldest first; a plain string is a line of unknown age."""

    before: Sequence[str | Earlier] = field(default=(), repr=False)


def text_of(line: str | Earlier) -> str:
    """The words of an earlier line."""
    return line.text if isinstance(line, Earlier) else line


def is_within(line: str | Earlier, age_s: float) -> bool:
    """Whether the line is no older than `age_s`; a line of unknown age counts as recent."""
    return not isinstance(line, Earlier) or line.age_s is None or line.age_s <= age_s
