"""How fast a room is written in just now: what a moderator reads before saying something into it, or slowing it down.

Promises: a figure about a room, never about one member. Knows no Redis and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW_MS = 300_000  # five minutes: long enough for a calm room to have a pace, short enough to be "now"
MAX_LOOKED = 200  # entries, 2 ms of the server's time (500 took 5 ms); a busier room's pace is that of its newest ones
_LEAST_MS = 1_000  # a burst within less says nothing of a minute


@dataclass(frozen=True, slots=True)
class Pace:
    """So many messages within the last `over_ms` ms."""

    messages: int
    over_ms: int

    @property
    def per_minute(self) -> float:
        """Give messages a minute, to one decimal."""
        return round(self.messages * 60_000 / max(self.over_ms, _LEAST_MS), 1)
