"""Tests of chatserver.core.pace."""

from __future__ import annotations

import pytest

from chatserver.core.pace import WINDOW_MS, Pace


@pytest.mark.parametrize(
    ("messages", "over_ms", "per_minute"),
    [(0, WINDOW_MS, 0.0), (1, WINDOW_MS, 0.2), (10, WINDOW_MS, 2.0), (500, 20_000, 1_500.0), (3, 0, 180.0)],
)
def test_a_pace_is_messages_a_minute_over_the_time_looked_at(messages: int, over_ms: int, per_minute: float) -> None:
    """Also of a burst that is younger than a second."""
    assert Pace(messages, over_ms).per_minute == per_minute
