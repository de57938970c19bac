"""When moderators mean to be there: spans of the week in one time zone, and when the next one begins.

Law: a span begins and ends by the clock on the wall of its zone, whatever summer time does; one that ends at or before
its beginning runs into the next day. Pure: the time is an argument, the zone a value (reading its file is
`chatserver.groups`').
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MIN = 1440
_DAYS_AHEAD = 8  # a week from today, today included


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `from_min` of a `weekday` (0: Monday), in minutes since midnight, to `to_min`, that not included."""

    weekday: int
    from_min: int
    to_min: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The spans of every week."""

    zone: tzinfo
    spans: tuple[Span, ...]


def next_opening_ms(schedule: Schedule, now_ms: int) -> int | None:
    """Give when the next span begins (ms since 1970); None inside a span, and without any."""
    begins = []
    for begin_ms, end_ms in _around(schedule, now_ms):
        if begin_ms <= now_ms < end_ms:
            return None
        if begin_ms > now_ms:
            begins.append(begin_ms)
    return min(begins, default=None)


def _around(schedule: Schedule, now_ms: int) -> Iterator[tuple[int, int]]:
    """Gives the beginnings and ends (ms) of the spans from yesterday, which may last until today, to a week ahead."""
    today = datetime.fromtimestamp(now_ms / 1000, schedule.zone).date()
    for ahead in range(-1, _DAYS_AHEAD):
        day = today + timedelta(ahead)
        for span in schedule.spans:
            if span.weekday == day.weekday():
                until_min = span.to_min + (DAY_MIN if span.to_min <= span.from_min else 0)
                yield _at_ms(schedule, day, span.from_min), _at_ms(schedule, day, until_min)


def _at_ms(schedule: Schedule, day: date, minutes: int) -> int:
    on = day + timedelta(minutes // DAY_MIN)
    hour, minute = divmod(minutes % DAY_MIN, 60)
    return int(datetime.combine(on, time(hour, minute), schedule.zone).timestamp() * 1000)
