"""Tests of chatserver.core.limits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.limits import Limit, Wait, full, take

LIMITS = st.builds(Limit, burst=st.integers(1, 20), per_s=st.sampled_from([0.25, 0.5, 1, 5]))


@given(LIMITS, st.lists(st.integers(-5_000, 5_000), max_size=60))
def test_no_more_is_admitted_than_burst_and_rate_allow(limit: Limit, steps: list[int]) -> None:
    """In any stretch at most burst + rate * time is admitted, even when the clock goes back."""
    now, latest, admitted = 10_000, 10_000, 0
    bucket = full(limit, now)
    for step in steps:
        now += step
        latest = max(latest, now)
        taken = take(bucket, limit, now)
        if not isinstance(taken, Wait):
            bucket, admitted = taken, admitted + 1
    assert admitted <= limit.burst + limit.per_s * (latest - 10_000) / 1000 + 1e-6


@given(LIMITS)
def test_the_wait_is_long_enough_when_nothing_is_left(limit: Limit) -> None:
    """Whoever waits as long as told is admitted."""
    bucket = full(limit, 0)
    while not isinstance(taken := take(bucket, limit, 0), Wait):
        bucket = taken
    assert not isinstance(take(bucket, limit, int(taken.seconds * 1000) + 1), Wait)
