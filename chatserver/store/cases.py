"""The moderators' one queue of cases, and how what a room calls for gets there.

Promises: a call written with a message (in the room's slot) reaches the queue (in the desk's slot) once, whatever dies
in between: it is deleted from the room only after the queue has it, and opening a case twice changes nothing. One node
at a time sweeps every room there is, also those nobody sits in. Everything expires as the group's words do. Knows no
socket and no rule.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgpack

from chatserver.core.cases import Case, pack_case, unpack_case
from chatserver.core.groups import Group
from chatserver.core.letters import LETTER_MS
from chatserver.core.messages import Position, sent_at_ms
from chatserver.core.metrics import Tally
from chatserver.store.servers import Servers

TAG = "desk"
_PREFIX = "{desk}:"
SWEEP_MS = 2_000  # a sweeping node that dies is followed by another after this; a case must be there within 5 s
MOVE_AT_ONCE = 100  # calls of one room in one step


@dataclass(frozen=True, slots=True)
class Example:
    """A card that was misread, for whoever looks after the rules: where, and which rules; no words."""

    card: str
    case: str
    rules: tuple[str, ...]
    pos: str
    at_ms: int


class Cases:
    """The queue. Every method waits on the network and raises StoreUnavailable when it is away."""

    def __init__(self, servers: Servers, groups: Sequence[Group], tally: Tally | None = None) -> None:
        self._servers, self._groups = servers, groups
        self._tally = tally or Tally()

    async def waiting(self, limit: int) -> list[Case]:
        """Read the open cases, what risks a life first, then what has waited longest."""
        packed = await self._servers.fcall(TAG, "alongside_waiting", 1, _PREFIX, limit)
        return [unpack_case(msgpack.unpackb(case)) for case in packed]

    async def misread(self, limit: int) -> list[Example]:
        """Read the cards that were misread, oldest first."""
        packed = await self._servers.fcall(TAG, "alongside_misread_list", 1, _PREFIX, limit)
        return [Example(c, i, tuple(r), p, at) for c, i, r, p, at in map(msgpack.unpackb, packed)]

    async def move(self, group: Group, room: int) -> int:
        """Move one room's calls into the queue; gives how many there were."""
        tag = f"{group.id}.{room}"
        calls = "{" + tag + "}:calls"
        entries = await self._servers.call(tag, "XRANGE", calls, "-", "+", "COUNT", MOVE_AT_ONCE)
        for entry_id, fields in entries:
            await self._take(group, room, entry_id.decode(), dict(zip(fields[::2], fields[1::2], strict=True)))
        if entries:
            await self._servers.call(tag, "XDEL", calls, *(entry_id for entry_id, _ in entries))
        return len(entries)

    async def sweep(self, node: str) -> bool:
        """Move the calls of every room there is, unless another node did so just now; tells whether it was us."""
        if await self._servers.call(TAG, "SET", _PREFIX + "sweep", node, "NX", "PX", SWEEP_MS) is None:
            return False
        counts = await asyncio.gather(*(self._servers.call(g.id, "GET", "{" + g.id + "}:rooms") for g in self._groups))
        for group, count in zip(self._groups, counts, strict=True):
            await asyncio.gather(*(self.move(group, room) for room in range(1, int(count or 0) + 1)))
        return True

    async def _take(self, group: Group, room: int, entry_id: str, call: dict[bytes, bytes]) -> None:
        at_ms, keep_ms = int(entry_id.partition("-")[0]), group.retention_s * 1000
        packed: dict[str, Any] = msgpack.unpackb(call[b"c"])
        pos = call[b"p"].decode()
        if call[b"k"] == b"misread":
            example = msgpack.packb([packed["card"], packed["case"], packed["rules"], pos, at_ms])
            await self._keep("alongside_learn", packed["card"], at_ms, example, keep_ms)
            return
        if call[b"k"] == b"asks_after":
            await self._ask_after(f"{group.id}.{room}", pos, call[b"m"].decode(), packed["by"])
            return
        case = _opened(unpack_case(packed), pos, call[b"m"].decode(), call[b"h"].decode(), at_ms)
        if case.kind in ("appeal", "second"):  # whoever is limited waits for it longer than words are kept
            keep_ms = max(keep_ms, LETTER_MS)
        if await self._keep("alongside_open", case.id, case.rank, msgpack.packb(pack_case(case)), keep_ms):
            self._tally.add("cases_opened", case.flag.level)

    async def _ask_after(self, room: str, pos: str, author: str, asker: str) -> None:
        """A peer asked how somebody is: the open case about that message, or lately about its author, is looked at
        sooner within its band. Where there is none nothing happens, and nobody is shown anything.
        """
        await self._servers.fcall(TAG, "alongside_ask_after", 1, _PREFIX, room, pos, author, asker)

    async def _keep(self, function: str, name: str, rank: int, packed: bytes, keep_ms: int) -> bool:
        """Tells whether it is new."""
        return bool(await self._servers.fcall(TAG, function, 1, _PREFIX, name, rank, packed, keep_ms))


def _opened(case: Case, pos: str, member: str, handle: str, at_ms: int) -> Case:
    """The call of a member is about whoever wrote the message; a verdict's case began when its message was kept."""
    if member:
        case = replace(case, member=member, handle=handle)
    if case.kind in ("message", "failed") and pos:
        at_ms = sent_at_ms(Position(pos))
    return replace(case, pos=pos or None, opened_at_ms=at_ms)
