"""How busy something was lately, as a share of the time: 0 (idle) to 1 (no moment free).

Law: the share lies between 0 and 1; what was long ago counts less and less (by half about every .07 s), so a burst of
one moment is not taken for a busy node, and a node that was busy a second ago not either. Knows no clock.
"""

from __future__ import annotations

from math import exp

LATELY_S = 0.1


class Share:
    """What was busy of the time, the latest counting most."""

    __slots__ = ("_at_s", "_share")

    def __init__(self) -> None:
        self._at_s: float | None = None
        self._share = 0.0

    def look(self, now_s: float, busy_s: float) -> float:
        """Give the share, when `busy_s` seconds of those since the last look were busy.

        >>> share = Share()
        >>> share.look(0.0, 0.0), round(share.look(1.0, 0.5), 3), round(share.look(1.1, 0.1), 3)
        (0.0, 0.5, 0.816)
        """
        if self._at_s is not None and (passed_s := now_s - self._at_s) > 0:
            kept = exp(-passed_s / LATELY_S)
            self._share = kept * self._share + (1 - kept) * min(1.0, busy_s / passed_s)
        self._at_s = now_s
        return self._share
