"""The table [schedule] of a group's file, read into a value (its form is in `chatserver.groups`).

Promises: a fault names the field. Reads the zones' files, at start only.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from chatserver.core.schedule import DAY_MIN, WEEKDAYS, Schedule, Span
from chatserver.groups.fault import Fault

DAILY = "daily"
MAX_SPANS = 12  # a day: one every two hours
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)\Z")


def read_schedule(table: object) -> Schedule | None:
    """Give the schedule; None for an empty table. Raises: Fault."""
    if not isinstance(table, dict):
        raise Fault("schedule", "must be a table")
    if not table:
        return None
    for name in table:
        if name not in (*WEEKDAYS, DAILY, "zone"):
            raise Fault(name, "not a day; known: zone, " + ", ".join((DAILY, *WEEKDAYS)))
    daily = _spans(DAILY, table.get(DAILY, []))
    spans = [
        Span(day, *times) for day, name in enumerate(WEEKDAYS) for times in daily + _spans(name, table.get(name, []))
    ]
    return Schedule(_zone(table.get("zone")), tuple(sorted(set(spans))))


def _zone(name: object) -> ZoneInfo:
    wrong = Fault("zone", "must be a time zone of the IANA list, such as Europe/Berlin")
    if name is None:
        raise Fault("schedule", "must name its zone, such as Europe/Berlin")
    if not isinstance(name, str):
        raise wrong
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name of a file, a folder
        raise wrong from None


def _spans(name: str, value: object) -> list[tuple[int, int]]:
    wrong = Fault(name, f'must be a list of up to {MAX_SPANS} spans such as "18:00-22:00"')
    if not isinstance(value, list) or len(value) > MAX_SPANS:
        raise wrong
    spans = []
    for words in value:
        match = _SPAN.match(words) if isinstance(words, str) else None
        if match is None:
            raise wrong
        first, last = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if first >= DAY_MIN or last > DAY_MIN or first == last:
            raise wrong
        spans.append((first, last))
    return spans
