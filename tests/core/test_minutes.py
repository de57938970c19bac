"""The last hour as numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.minutes import MINUTES, Minutes


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9)), max_size=300))
def test_an_hour_is_what_was_counted_in_it(counted: list[tuple[int, int]]) -> None:
    """Whatever was counted when: the sum of each minute of the last hour, None where nothing was, nothing older."""
    minutes, counted = Minutes(), sorted(counted)
    for minute, amount in counted:
        minutes.add(minute, amount)
    now = counted[-1][0] if counted else 0
    before = [sum(a for m, a in counted if m == each) for each in range(now - MINUTES, now)]
    known = [each in {m for m, _ in counted} for each in range(now - MINUTES, now)]
    assert minutes.before(now) == [value if is_known else None for value, is_known in zip(before, known, strict=True)]
    assert minutes.total(now) == sum(a for m, a in counted if now - MINUTES < m <= now)
    assert minutes.total(now, 5) == sum(a for m, a in counted if now - 5 < m <= now)


def test_a_minute_keeps_its_extremes_when_asked_to() -> None:
    """The fewest people, the longest lag."""
    low, high = Minutes(), Minutes()
    for value in (4.0, 2.0, 3.0):
        low.low(7, value)
        high.high(7, value)
    assert (low.before(8)[-1], high.before(8)[-1]) == (2.0, 4.0)


def test_an_hour_is_over_when_nothing_of_it_is_known() -> None:
    """A room that nobody was in for an hour is forgotten, not a minute sooner."""
    minutes = Minutes()
    minutes.add(10, 0)
    assert not minutes.is_over(10 + MINUTES)
    assert minutes.is_over(11 + MINUTES)
