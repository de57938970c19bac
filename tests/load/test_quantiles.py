"""Tests of the quantiles: the value is one that was seen, and as many as promised do not exceed it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.quantiles import PARTS, line_through, quantile, spread_ms


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from(sorted(PARTS.values())))
def test_a_quantile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[int], part: float) -> None:
    """By the definition, counted."""
    found = quantile(sorted(values), part)
    assert sum(value <= found for value in values) >= part * len(values)
    assert sum(value < found for value in values) < part * len(values)


def test_a_spread_is_in_milliseconds_and_says_how_many() -> None:
    """And of nothing it says nothing but that."""
    assert spread_ms(range(1000, 1_001_000, 1000)) == {"n": 1000, "p50": 500, "p99": 990, "p999": 999, "max": 1000}
    assert spread_ms([]) == {"n": 0}


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_line_is_found_through_points_on_it(at_zero: float, step: float) -> None:
    """The least squares are none then."""
    found = line_through([(x, at_zero + step * x) for x in (1, 2, 4, 10)])
    assert found == pytest.approx((at_zero, step), abs=1e-6)
