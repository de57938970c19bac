"""Tests of chatserver.core.share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.share import LATELY_S, Share

SECONDS = st.floats(0, 10, allow_nan=False)


@given(st.lists(st.tuples(SECONDS, SECONDS), max_size=20))
def test_a_share_is_one_of_time_when_anything_is_told(looks: list[tuple[float, float]]) -> None:
    """Also when more is said to have been busy than time passed, or none did."""
    share, now_s = Share(), 0.0
    for passed_s, busy_s in looks:
        now_s += passed_s
        assert 0 <= share.look(now_s, busy_s) <= 1


@pytest.mark.parametrize(("busy", "step_s"), [(0.5, 0.02), (0.9, 0.001), (0.1, 0.3)])
def test_a_share_comes_near_what_is_so_when_it_stays_so(busy: float, step_s: float) -> None:
    """However often it is looked at; and falls as soon again."""
    share = Share()
    steps = int(10 * LATELY_S / step_s) + 2
    for number in range(steps):
        seen = share.look(number * step_s, busy * step_s)
    assert seen == pytest.approx(busy, abs=0.01)
    assert share.look(steps * step_s + 10 * LATELY_S, 0.0) < 0.01


def test_a_burst_is_not_a_busy_time_when_it_is_short() -> None:
    """10 ms without a pause do not make a tenth of a second busy."""
    share = Share()
    share.look(0.0, 0.0)
    assert share.look(0.01, 0.01) < 0.2
