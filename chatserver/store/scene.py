"""What a moderator sees of a case's room: the message, the few before it, its pace, and whether its author is here.

Promises: reads only, and only this case's room; gives no member id. Every method waits on the network and raises
StoreUnavailable when it is away. Knows no HTTP and no log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgpack

from chatserver.core.cases import Case
from chatserver.core.groups import Group
from chatserver.core.identity import MemberId
from chatserver.core.messages import Position, sent_at_ms
from chatserver.core.pace import MAX_LOOKED, WINDOW_MS, Pace
from chatserver.core.sanctions import Sanction, unpack_sanction
from chatserver.store.members import Members
from chatserver.store.servers import Servers

BEFORE = 5  # messages: enough to see what was answered, little enough to read at night
_READ = 60  # entries looked through for them: reactions and removals stand in between

Room = tuple[str, int]


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One message as a moderator reads it; `at_ms` is when it was sent (ms since 1970).

    `pos` names it for an act; None for one that is not in the record, as a held one.
    """

    handle: str
    text: str
    at_ms: int
    is_removed: bool = False
    pos: Position | None = None

    def __repr__(self) -> str:
        return f"Line({len(self.text)} characters)"


class Scenes:
    """The reader."""

    def __init__(self, servers: Servers, members: Members, groups: Iterable[Group]) -> None:
        self._servers, self._members = servers, members
        self._groups = {str(group.id): group for group in groups}

    def group(self, case: Case) -> Group | None:
        """Give the group of a case; None when this node does not have it (any more)."""
        return self._groups.get(case.group)

    def group_of(self, name: str) -> Group | None:
        """Give the group of this id; None when this node does not have it (any more)."""
        return self._groups.get(name)

    async def message(self, case: Case) -> Line | None:
        """Read the message a case is about, also a removed one; None when it is about none, or it is gone.

        What a sanction came of is read from beside its receipt, when the record keeps it no longer or never had it.
        """
        if case.kind == "held":
            packed = await self._call(case, "HGET", f"held:{case.id}", "e")
            return None if packed is None else _line(msgpack.unpackb(packed), case.opened_at_ms)
        found = None if case.pos is None else await self._recorded(case, Position(case.pos))
        if found is not None or case.receipt is None:
            return found
        packed = await self._call(case, "GET", f"said:{case.receipt}")
        if packed is None:
            return None
        said = msgpack.unpackb(packed)
        return _line(said, said["at"])

    async def _recorded(self, case: Case, pos: Position) -> Line | None:
        tag, entry = f"{case.group}.{case.room}", _entry_id(pos)
        reply = await self._servers.fcall(tag, "alongside_message", 1, "{" + tag + "}:", entry)
        if reply is None:
            return None
        return _line(msgpack.unpackb(reply[0]), sent_at_ms(pos), is_removed=reply[1] == b"removed", pos=pos)

    async def sanction(self, case: Case) -> Sanction | None:
        """Read the sanction a case is about; None when it is about none, or its receipt is over."""
        if case.receipt is None:
            return None
        packed = await self._call(case, "GET", f"receipt:{case.receipt}")
        return None if packed is None else unpack_sanction(msgpack.unpackb(packed))

    async def before(self, case: Case) -> list[Line]:
        """Read the messages of the room before it, oldest first; none when a case is about no message."""
        if case.pos is None and case.kind != "held":
            return []
        end = f"({_entry_id(case.pos)}" if case.pos is not None else str(case.opened_at_ms)
        mark = await self._call(case, "GET", "mark")
        epoch = "" if mark is None else mark.decode().partition(".")[0]
        found: list[Line] = []
        for entry_id, fields in await self._call(case, "XREVRANGE", "stream", end, "-", "COUNT", _READ):
            body = msgpack.unpackb(fields[3])
            if body["ev"] == "message" and len(found) < BEFORE:
                pos = Position(f"{epoch}.{entry_id.decode()}")
                found.append(_line(body, sent_at_ms(pos), pos=pos))
        return found[::-1]

    async def pace(self, case: Case) -> Pace:
        """Read how fast the room is written in just now."""
        tag = f"{case.group}.{case.room}"
        asked = ("{" + tag + "}:stream", WINDOW_MS, MAX_LOOKED)
        messages, over_ms = await self._servers.fcall(tag, "alongside_pace", 1, *asked)
        return Pace(messages, over_ms)

    async def handle(self, case: Case) -> str:
        """Give the handle of whom a case is about; empty when nobody is known by it any more."""
        group = self.group(case)
        if case.handle or group is None:
            return case.handle
        seat = await self._members.find(group, MemberId(case.member))
        return "" if seat is None else seat.handle

    async def here(self, rooms: Iterable[Room], now_ms: int) -> dict[Room, frozenset[str]]:
        """Read which members are connected in each of these rooms, by what every node last said."""
        asked = list(rooms)
        return dict(zip(asked, await asyncio.gather(*(self._here(room, now_ms) for room in asked)), strict=True))

    async def _here(self, room: Room, now_ms: int) -> frozenset[str]:
        tag = f"{room[0]}.{room[1]}"
        said = await self._servers.call(tag, "HVALS", "{" + tag + "}:here")
        words = [msgpack.unpackb(word, raw=True) for word in said]
        return frozenset(
            member for until_ms, members in words if until_ms > now_ms for member in msgpack.unpackb(members)
        )

    async def _call(self, case: Case, command: str, key: str, *args: str | int) -> Any:
        tag = f"{case.group}.{case.room}"
        return await self._servers.call(tag, command, "{" + tag + "}:" + key, *args)


def _line(body: dict[str, Any], at_ms: int, *, is_removed: bool = False, pos: Position | None = None) -> Line:
    return Line(body["handle"], body["text"], at_ms, is_removed, pos)


def _entry_id(pos: str) -> str:
    return pos.partition(".")[2]
