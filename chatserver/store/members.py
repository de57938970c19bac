"""Seats, spent challenges and counts of a group, in Redis.

Promises: everything of one group carries the hash tag `{group}`; what holds a member id expires (`REMEMBER_MS`, or
`STAY_MS` when the member asked not to be remembered). Keeps `chatserver.core.seats.Seating`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgpack

from chatserver.core.allowance import Left
from chatserver.core.calm import CALM_MS
from chatserver.core.groups import Group
from chatserver.core.identity import GroupId, MemberId
from chatserver.core.sanctions import Sanction, pack_sanction, unpack_sanction
from chatserver.core.seats import Seat
from chatserver.store.servers import Servers

DAY_MS = 86_400_000
STAY_MS = 2 * DAY_MS  # a session cookie rarely lives longer; covers the 24 h in which messages are kept
REMEMBER_MS = 30 * DAY_MS  # as long as the remembering cookie
SEAT_MS = 15 * 60_000  # a seat is held this long for somebody whose link is lost
COUNT_MS = 25_000  # a killed node's members leave the directory's count within 30 s


class Members:
    """The keeper of seats (see chatserver.core.seats.Seating for what each method promises)."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def seat(self, group: Group, member: MemberId, handles: Sequence[str], *, remember: bool) -> Seat:
        """Seat a member, or find the seat held already."""
        keep_ms = REMEMBER_MS if remember else STAY_MS
        room, handle = await self._call(group, "alongside_seat", member, group.seats, keep_ms, SEAT_MS, *handles)
        return Seat(member, handle.decode(), int(room))

    async def find(self, group: Group, member: MemberId) -> Seat | None:
        """Find the seat a member holds."""
        found = await self._call(group, "alongside_find", member)
        return Seat(member, found[1].decode(), int(found[0])) if found else None

    async def leave(self, group: Group, member: MemberId) -> None:
        """Free a seat."""
        await self._call(group, "alongside_leave", member)

    async def stay(self, group: Group, room: int, members: Iterable[str]) -> None:
        """Renew the seats of those who are connected."""
        await self._call(group, "alongside_stay", room, SEAT_MS, STAY_MS, *members)

    async def spend(self, group: Group, challenge: str, ttl_s: int) -> bool:
        """Mark a challenge as used."""
        key = _prefix(group.id) + ":spent:" + challenge
        return await self._servers.call(group.id, "SET", key, "1", "NX", "EX", ttl_s) is not None

    async def allowance(self, group: Group, member: MemberId) -> Left | None:
        """Give what was left of a member's allowance."""
        packed = await self._servers.call(group.id, "GET", _allowance_key(group, member))
        if packed is None:
            return None
        at_ms, *tokens = msgpack.unpackb(packed)
        return Left(at_ms, tuple(tokens))

    async def keep_allowance(self, group: Group, member: MemberId, left: Left) -> None:
        """Keep what is left until it would be full again: some 16 s at most."""
        packed = msgpack.packb((left.at_ms, *left.tokens))
        await self._servers.call(group.id, "SET", _allowance_key(group, member), packed, "PX", max(1, left.full_in_ms))

    async def here(self, groups: Sequence[Group]) -> dict[GroupId, int]:
        """Count who is connected now."""
        counts = await asyncio.gather(*(self._call(group, "alongside_counted") for group in groups))
        return {group.id: int(count) for group, count in zip(groups, counts, strict=True)}

    async def tell_count(self, group: Group, node: str, count: int) -> None:
        """Say how many members of the group are with this node."""
        await self._call(group, "alongside_count", node, count, COUNT_MS)

    async def rooms(self, group: Group) -> int:
        """Count the rooms there are; they are numbered from 1."""
        return int(await self._servers.call(group.id, "GET", _prefix(group.id) + ":rooms") or 0)

    async def lock(self, group: Group, room: int, *, on: bool) -> None:
        """Let no newcomer into a room, or let them in again. Whoever has a seat keeps it."""
        key = f"{_prefix(group.id)}:locked:{room}"
        command = ("SET", key, "1", "PX", CALM_MS) if on else ("DEL", key)
        await self._servers.call(group.id, *command)

    async def exclude(self, group: Group, sanction: Sanction, now_ms: int) -> None:
        """Keep a member out of the group until the sanction's end."""
        rest_ms = max(1, (sanction.until_ms or 0) - now_ms)
        packed = msgpack.packb(pack_sanction(sanction))
        await self._servers.call(group.id, "SET", _excluded_key(group, sanction.member), packed, "PX", rest_ms)

    async def readmit(self, group: Group, member: str) -> None:
        """Let a member in again."""
        await self._servers.call(group.id, "DEL", _excluded_key(group, member))

    async def excluded(self, group: Group, member: str) -> Sanction | None:
        """Read what keeps a member out of the group; None when nothing does."""
        packed = await self._servers.call(group.id, "GET", _excluded_key(group, member))
        return None if packed is None else unpack_sanction(msgpack.unpackb(packed))

    async def recent_joins(self, group: Group) -> int:
        """Count the joins of about the last 60 s."""
        return int(await self._call(group, "alongside_joins"))

    async def _call(self, group: Group, function: str, *args: str | int) -> Any:
        return await self._servers.fcall(group.id, function, 1, _prefix(group.id), *args)


def _allowance_key(group: Group, member: MemberId) -> str:
    return f"{_prefix(group.id)}:allowance:{member}"


def _excluded_key(group: Group, member: str) -> str:
    return f"{_prefix(group.id)}:excluded:{member}"


def _prefix(group: GroupId) -> str:
    return "{" + group + "}"
