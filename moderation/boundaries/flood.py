"""Says whether a line comes too fast, too often or too long; it must not read a clock: ages are arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moderation.context import Earlier

REPEATS: Final = 3  # the third same line within the window is repetition; twice happens after a lost link
REPEAT_WINDOW_S: Final = 60.0
FLOOD_LINES: Final = 8  # somebody pouring their heart out in short lines stays below this
FLOOD_WINDOW_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Why a line must wait, and for how long; `retry_after_s` None means that waiting does not help."""

    rule: str
    retry_after_s: float | None


def check_pace(text: str, before: Sequence[Earlier], *, slow_mode_s: float, max_length: int) -> Pace | None:
    """The first limit that `text` crosses, or None.

    `before` may come in any order, lines of unknown age do not count; `slow_mode_s` 0 is no slow mode.
    """
    aged = [(line.age_s, line.text) for line in before if line.age_s is not None]
    if len(text) > max_length:
        return Pace("flood.length", None)
    if not aged:
        return None
    newest_s = min(age_s for age_s, _ in aged)
    if newest_s < slow_mode_s:
        return Pace("flood.slow_mode", slow_mode_s - newest_s)
    recent = sorted(age_s for age_s, _ in aged if age_s < FLOOD_WINDOW_S)
    if len(recent) >= FLOOD_LINES:
        return Pace("flood.lines", FLOOD_WINDOW_S - recent[FLOOD_LINES - 1])
    folded = _fold(text)
    same = sorted(age_s for age_s, line in aged if age_s < REPEAT_WINDOW_S and _fold(line) == folded)
    if len(same) >= REPEATS - 1:
        return Pace("flood.repeat", REPEAT_WINDOW_S - same[REPEATS - 2])
    return None


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
