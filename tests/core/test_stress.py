"""How much a node has to do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.stress import BUSY_LAG_S, FULL_POST_S, Stress, judge

SECONDS = st.floats(0, 10)


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_more_to_do_never_means_less_caution(lag: float, more_lag: float, post: float, more_post: float) -> None:
    """The law of the module."""
    assert judge(lag, post) <= judge(lag + more_lag, post + more_post)


def test_each_sign_alone_is_enough() -> None:
    """A late loop or a late Redis; neither is calm."""
    assert judge(0, 0) is Stress.CALM
    assert judge(BUSY_LAG_S * 1.1, 0) is Stress.BUSY
    assert judge(0, FULL_POST_S * 1.1) is judge(10, 0) is Stress.FULL
