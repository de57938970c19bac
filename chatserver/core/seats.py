"""Who sits where: the value of one seat, and what the web and the sockets ask of whoever keeps them.

Knows nothing of how seats are kept (`chatserver.store.members` does it in Redis).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chatserver.core.allowance import Left
from chatserver.core.groups import Group
from chatserver.core.identity import GroupId, MemberId
from chatserver.core.sanctions import Sanction


@dataclass(frozen=True, slots=True)
class Seat:
    """One member's place in one room of a group; `room` counts from 1."""

    member: MemberId
    handle: str
    room: int

    def __repr__(self) -> str:
        return f"Seat(room={self.room})"


class Seating(Protocol):
    """The keeper of seats. Every method waits on the network and raises StoreUnavailable within 2 s when it is away."""

    async def seat(self, group: Group, member: MemberId, handles: Sequence[str], *, remember: bool) -> Seat:
        """Seat this member, or find the seat held already; the first free one of `handles` becomes the handle."""
        ...

    async def find(self, group: Group, member: MemberId) -> Seat | None:
        """Find the seat this member holds; None when there is none (never joined, exited, expired)."""
        ...

    async def leave(self, group: Group, member: MemberId) -> None:
        """Free the seat; nothing happens when there is none."""
        ...

    async def spend(self, group: Group, challenge: str, ttl_s: int) -> bool:
        """Mark a challenge as used; True for the first caller only, remembered for `ttl_s` seconds."""
        ...

    async def allowance(self, group: Group, member: MemberId) -> Left | None:
        """Give what was left of this member's allowance when its last socket went, on whatever node; None when it
        would be full again.
        """
        ...

    async def keep_allowance(self, group: Group, member: MemberId, left: Left) -> None:
        """Keep what is left of this member's allowance until it would be full again."""
        ...

    async def here(self, groups: Sequence[Group]) -> dict[GroupId, int]:
        """Count the members connected now, for each group, over all nodes."""
        ...

    async def excluded(self, group: Group, member: str) -> Sanction | None:
        """Read what keeps this member out of the group; None when nothing does."""
        ...

    async def recent_joins(self, group: Group) -> int:
        """Count the joins of about the last 60 s."""
        ...
