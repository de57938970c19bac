"""Tests of chatserver.core.allowance."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.allowance import Allowance
from chatserver.core.limits import SAY, Bucket, Wait, take

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 3_000)), max_size=60)


def spend(allowance: Allowance, now_ms: int) -> bool:
    """Say one thing, if that may be; tell whether it might."""
    taken = take(allowance.say, SAY, now_ms)
    if isinstance(taken, Wait):
        return False
    allowance.say = taken
    return True


@given(STEPS)
def test_moving_between_two_nodes_admits_no_more_than_staying(steps: list[tuple[bool, int]]) -> None:
    """Whoever changes nodes as often as it likes, one socket at a time, says no more than burst and rate allow."""
    nodes = [Allowance(), Allowance()]
    here, now, admitted = 0, 100_000, 0
    for moves, passed_ms in steps:
        now += passed_ms
        if moves:
            nodes[1 - here].take_up(nodes[here].left(now), now)
            here = 1 - here
        admitted += spend(nodes[here], now)
    assert admitted <= SAY.burst + SAY.per_s * (now - 100_000) / 1000 + 1e-6


@given(st.integers(0, 8), st.integers(-60_000, 60_000))
def test_a_wrong_clock_elsewhere_costs_no_waiting(tokens: int, ahead_ms: int) -> None:
    """Nobody has less than was left; a clock ahead of ours gives nothing extra either."""
    there, here = Allowance(say=Bucket(tokens, 100_000 + ahead_ms)), Allowance()
    here.take_up(there.left(100_000 + ahead_ms), 100_000)
    assert tokens <= here.say.tokens <= SAY.burst
    if ahead_ms >= 0:
        assert here.say.tokens == tokens


def test_nothing_is_worth_keeping_when_everything_is_full() -> None:
    """A full allowance is what a member without one gets."""
    assert Allowance().left(1_000_000).full_in_ms == 0
    assert Allowance(say=Bucket(0, 1_000_000)).left(1_000_000).full_in_ms == 16_000
