"""Token buckets, as values.

Law: in any stretch of t seconds no more than `burst + per_s * t` are admitted. A clock that goes back admits nothing
extra and punishes nobody. Time is an argument; knows nothing of what is limited.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """How much is admitted at once (`burst`) and how quickly it comes back (`per_s`)."""

    burst: float
    per_s: float


# A person typing quickly sends a short line every two seconds; eight lines at once are a paragraph sent in pieces.
SAY = Limit(burst=8, per_s=0.5)
# Reactions, taking back, reports: rarer than words, but a hug for each of ten people is no attack.
ACT = Limit(burst=10, per_s=1)
# A page tells that somebody is typing every few seconds at most.
TYPING = Limit(burst=2, per_s=0.5)
# Any frame at all: a page of ours, repeating an outbox after a lost link, stays far below.
FRAMES = Limit(burst=80, per_s=20)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left, as of `at_ms`."""

    tokens: float
    at_ms: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Not admitted; it would be in this many seconds."""

    seconds: float


def full(limit: Limit, now_ms: int) -> Bucket:
    """Give a bucket from which nothing has been taken."""
    return Bucket(limit.burst, now_ms)


def refilled(bucket: Bucket, limit: Limit, now_ms: int) -> float:
    """Give the tokens that are in the bucket now."""
    return min(limit.burst, bucket.tokens + max(0, now_ms - bucket.at_ms) / 1000 * limit.per_s)


def take(bucket: Bucket, limit: Limit, now_ms: int, cost: float = 1) -> Bucket | Wait:
    """Take `cost` tokens; the bucket afterwards, or how long to wait (the bucket then stays as it is).

    >>> take(Bucket(0, 0), Limit(burst=2, per_s=0.5), now_ms=1000)
    Wait(seconds=1.0)
    """
    passed_s = max(0, now_ms - bucket.at_ms) / 1000  # as `refilled`, in place: this is the path of every frame
    tokens = min(limit.burst, bucket.tokens + passed_s * limit.per_s)
    if tokens >= cost:
        return Bucket(tokens - cost, max(now_ms, bucket.at_ms))
    return Wait((cost - tokens) / limit.per_s)
