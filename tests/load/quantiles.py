"""Quantiles of what was timed, as they stand in a record. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

PARTS = {"p50": 0.5, "p99": 0.99, "p999": 0.999}
Spread = dict[str, float]
"""`n`, and where n > 0 also p50, p99, p999 and max, in milliseconds."""


def quantile(ordered: Sequence[float], part: float) -> float:
    """Give the smallest of the ordered values that at least this part of them do not exceed.

    >>> quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.999)
    (2, 4)
    """
    return ordered[max(0, math.ceil(len(ordered) * part) - 1)]


def spread_ms(values_us: Sequence[float]) -> Spread:
    """Give the spread of these microseconds, in milliseconds. Of fewer than 1,000 values p999 is the longest."""
    if not values_us:
        return {"n": 0}
    ordered = sorted(values_us)
    timed = {name: round(quantile(ordered, part) / 1000, 2) for name, part in PARTS.items()}
    return {"n": len(ordered), **timed, "max": round(ordered[-1] / 1000, 2)}


def line_through(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Give `(at_zero, a_step)` of the straight line with the least squares; two points with different x at least.

    >>> line_through([(1, 3), (2, 5), (4, 9)])
    (1.0, 2.0)
    """
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    step = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    return mean_y - step * mean_x, step
