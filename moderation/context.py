"""What the author wrote before, as values. Must not know a clock: ages are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_BEFORE: Final = 4  # one statement typed over several lines is rarely longer, and each line costs a match


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier line of the same author, `age_s` seconds before the line under review; None: not known."""

    text: str = field(repr=False)
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The author's own earlier lines, oldest first; a plain string is a line of unknown age."""

    before: Sequence[str | Earlier] = field(default=(), repr=False)
