"""Tests of chatserver.core.schedule: values in, values out."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.schedule import DAY_MIN, Schedule, Span, next_opening_ms

BERLIN = ZoneInfo("Europe/Berlin")
EVENINGS = Schedule(BERLIN, tuple(Span(day, 18 * 60, 22 * 60) for day in range(7)))
WEEK_MS = 7 * 86_400_000


def ms(words: str) -> int:
    """Give a time of UTC in ms since 1970."""
    return int(datetime.fromisoformat(words).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-14T12:00", "2026-01-14T17:00"),  # winter: Berlin is an hour ahead
        ("2026-07-14T12:00", "2026-07-14T16:00"),  # summer: two
        ("2026-01-14T17:00", None),
        ("2026-01-14T20:59", None),
        ("2026-01-14T21:00", "2026-01-15T17:00"),
        ("2026-03-28T23:00", "2026-03-29T16:00"),  # the night summer time begins
        ("2026-10-24T23:00", "2026-10-25T17:00"),  # the night it ends
    ],
)
def test_the_next_span_begins_by_the_clock_on_the_wall(now: str, expected: str | None) -> None:
    """Whatever summer time does; inside a span nothing is next."""
    assert next_opening_ms(EVENINGS, ms(now)) == (None if expected is None else ms(expected))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-16T20:00", "2026-01-16T22:00"),  # a Friday
        ("2026-01-16T23:59", None),
        ("2026-01-17T01:59", None),
        ("2026-01-17T02:00", "2026-01-23T22:00"),
    ],
)
def test_a_span_may_run_into_the_next_day(now: str, expected: str | None) -> None:
    """It belongs to the day on which it begins."""
    late = Schedule(UTC, (Span(4, 22 * 60, 2 * 60),))
    assert next_opening_ms(late, ms(now)) == (None if expected is None else ms(expected))


def test_without_a_span_nothing_is_next_and_a_whole_day_has_no_gap() -> None:
    """Midnight belongs to both days."""
    assert next_opening_ms(Schedule(UTC, ()), 0) is None
    always = Schedule(UTC, tuple(Span(day, 0, DAY_MIN) for day in range(7)))
    assert next_opening_ms(always, ms("2026-01-16T00:00")) is None
    assert next_opening_ms(always, ms("2026-01-16T23:59:59")) is None


spans = st.builds(Span, st.integers(0, 6), st.integers(0, DAY_MIN - 1), st.integers(1, DAY_MIN))


@given(st.lists(spans, min_size=1, max_size=5), st.integers(0, 2_000_000_000_000))
def test_what_is_next_is_ahead_within_a_week_and_inside_then(found: list[Span], now_ms: int) -> None:
    """In a zone without summer time, where a week is a week."""
    schedule = Schedule(UTC, tuple(found))
    next_ms = next_opening_ms(schedule, now_ms)
    if next_ms is not None:
        assert now_ms < next_ms <= now_ms + WEEK_MS
        assert next_opening_ms(schedule, next_ms) is None
