"""What one member may still send, and how that travels from node to node.

Law: whoever takes up what was left elsewhere has never more than either side had. Pure; knows no Redis.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chatserver.core.limits import ACT, FRAMES, SAY, TYPING, Bucket, Limit, full, refilled

_LIMITS: dict[str, Limit] = {"say": SAY, "act": ACT, "typing": TYPING, "frames": FRAMES}


@dataclass(frozen=True, slots=True)
class Left:
    """What was left in each bucket (in the order of `_LIMITS`) as of `at_ms`, ms since 1970."""

    at_ms: int
    tokens: tuple[float, ...]

    @property
    def full_in_ms(self) -> int:
        """After how many ms every bucket is full again: from then on there is nothing to remember."""
        waits = ((limit.burst - left) / limit.per_s for limit, left in zip(_LIMITS.values(), self.tokens, strict=True))
        return int(max(waits) * 1000)


@dataclass(slots=True)
class Allowance:
    """What one member may still send; it belongs to the member, not to the socket, so that a reconnect refills
    nothing.
    """

    say: Bucket = field(default_factory=lambda: full(SAY, 0))
    act: Bucket = field(default_factory=lambda: full(ACT, 0))
    typing: Bucket = field(default_factory=lambda: full(TYPING, 0))
    frames: Bucket = field(default_factory=lambda: full(FRAMES, 0))

    def left(self, now_ms: int) -> Left:
        """Give what is left now."""
        return Left(now_ms, tuple(refilled(getattr(self, name), limit, now_ms) for name, limit in _LIMITS.items()))

    def take_up(self, left: Left, now_ms: int) -> None:
        """Go on with the lesser of this and of what was left elsewhere. A clock elsewhere that is ahead of ours
        counts as ours: nobody waits longer for it.
        """
        then_ms = min(left.at_ms, now_ms)
        for (name, limit), tokens in zip(_LIMITS.items(), left.tokens, strict=True):
            there = refilled(Bucket(tokens, then_ms), limit, now_ms)
            here = refilled(getattr(self, name), limit, now_ms)
            if there < here:
                setattr(self, name, Bucket(there, now_ms))
