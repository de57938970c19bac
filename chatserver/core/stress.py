"""How much a node has to do, as a value, and what is left undone then.

    CALM    everything
    BUSY    who is typing and who came or went is not told: nobody misses it for a moment
    FULL    no new socket, no join, and no message but those in which the review sees something: those are never
            refused here. What is refused is said, with a time to come back

Law: more to do never means less caution. Knows no clock and no loop.
"""

from __future__ import annotations

from enum import IntEnum

BUSY_LAG_S, FULL_LAG_S = 0.1, 0.25  # the second is half of what an operator is paged for (deploy/prometheus/rules.yml)
BUSY_POST_S, FULL_POST_S = (
    0.5,
    1.0,
)  # of the 1.8 s after which a post is given up: what is said now would hardly make it
RETRY_S = 2.0


class Stress(IntEnum):
    """From nothing to everything."""

    CALM = 0
    BUSY = 1
    FULL = 2


def judge(loop_lag_s: float, oldest_post_s: float) -> Stress:
    """Judge by how late the loop is and how long the oldest post has waited for Redis.

    >>> judge(0.0, 1.2).name
    'FULL'
    """
    if loop_lag_s > FULL_LAG_S or oldest_post_s > FULL_POST_S:
        return Stress.FULL
    if loop_lag_s > BUSY_LAG_S or oldest_post_s > BUSY_POST_S:
        return Stress.BUSY
    return Stress.CALM
