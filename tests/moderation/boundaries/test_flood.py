"""Promises of pace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.boundaries.flood import check_pace
from moderation.context import Earlier


@pytest.mark.parametrize(
    ("text", "before", "slow_mode_s", "rule", "wait_s"),
    [
        ("x" * 11, [], 0, "flood.length", None),
        ("b", [Earlier("a", 4)], 10, "flood.slow_mode", 6),
        ("Same", [Earlier("same ", 1), Earlier(" SAME", 5)], 0, "flood.repeat", 55),
        ("b", [Earlier(str(n), n) for n in range(8)], 0, "flood.lines", 3),
    ],
)
def test_pace_says_why_and_how_long_when_crossed(
    text: str, before: list[Earlier], slow_mode_s: int, rule: str, wait_s: float | None
) -> None:
    """Each limit names itself and the wait that clears it."""
    pace = check_pace(text, before, slow_mode_s=slow_mode_s, max_length=10)
    assert pace is not None
    assert (pace.rule, pace.retry_after_s) == (rule, wait_s)


@given(st.lists(st.floats(0, 120), max_size=30), st.integers(0, 60))
def test_waiting_is_enough_when_told_how_long(ages: list[float], slow_mode_s: int) -> None:
    """Whoever waits as long as told is not stopped by the same limit."""
    before = [Earlier("a", age) for age in ages]
    pace = check_pace("a", before, slow_mode_s=slow_mode_s, max_length=10)
    if pace is not None and pace.retry_after_s is not None:
        later = [Earlier("a", age + pace.retry_after_s + 0.001) for age in ages]
        again = check_pace("a", later, slow_mode_s=slow_mode_s, max_length=10)
        assert again is None or again.rule != pace.rule


def test_words_stay_hidden_when_shown() -> None:
    """What a person wrote is not in the repr of their line."""
    assert "secret" not in repr(Earlier("secret", 1))
