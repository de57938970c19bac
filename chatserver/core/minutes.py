"""The last hour as numbers, one a minute: what a sparkline is drawn from.

Law: a minute of which nothing is known is None, never 0; nothing older than MINUTES is kept. A minute is a whole number
since 1970. Pure: the time is an argument.
"""

from __future__ import annotations

MINUTES = 60


class Minutes:
    """One number a minute."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[int, float] = {}

    def add(self, minute: int, amount: float) -> None:
        """Count towards a minute; 0 makes it known."""
        self._put(minute, self._values.get(minute, 0) + amount)

    def low(self, minute: int, value: float) -> None:
        """Keep the lowest value of a minute."""
        self._put(minute, min(value, self._values.get(minute, value)))

    def high(self, minute: int, value: float) -> None:
        """Keep the highest value of a minute."""
        self._put(minute, max(value, self._values.get(minute, value)))

    def before(self, minute: int) -> list[float | None]:
        """Give the MINUTES full minutes before this one, oldest first."""
        return [self._values.get(each) for each in range(minute - MINUTES, minute)]

    def total(self, minute: int, minutes: int = MINUTES) -> float:
        """Give the sum of the last `minutes`, this one included."""
        return sum(value for each, value in self._values.items() if minute - minutes < each <= minute)

    def is_over(self, minute: int) -> bool:
        """Tell whether nothing of the last hour is known."""
        return not any(each >= minute - MINUTES for each in self._values)

    def _put(self, minute: int, value: float) -> None:
        if minute not in self._values:
            self._values = {each: kept for each, kept in self._values.items() if each >= minute - MINUTES}
        self._values[minute] = value
