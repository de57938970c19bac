"""Hand-offs in Redis: `chatserver.core.handoff`, atomic for all nodes, and the channel that says which one changed.

Promises: a step is done whole or not at all, whatever dies; time is Redis' own. Every method waits on the network and
raises StoreUnavailable when it is away, after which a step may have been done: each may be repeated. Those that change
something raise Refused and change nothing when the step is not the asker's. Everything expires. Knows no socket, no
HTTP and no words.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import msgpack

from chatserver.core.groups import Group
from chatserver.core.handoff import (
    COME_MS,
    HERE_MS,
    OFFER_MS,
    QUIET_MS,
    SHOWN_MS,
    WAIT_MS,
    By,
    HandOff,
    Refused,
    State,
    Why,
)
from chatserver.core.identity import MemberId
from chatserver.core.moderators import AccountId
from chatserver.core.seats import Seat
from chatserver.store.servers import Servers

TAG = "desk"
_PREFIX = "{desk}:"
_CHANNEL = b"{desk}:talks:live"
_LOG = _PREFIX + "talks:log"
_TIMES = msgpack.packb(
    {"offer": OFFER_MS, "come": COME_MS, "here": HERE_MS, "wait": WAIT_MS, "quiet": QUIET_MS, "shown": SHOWN_MS}
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
SWEEP_MS = 2_000  # a node that looks at the clock and dies is followed by another after this
NOTES_AT_ONCE = 100


@dataclass(frozen=True, slots=True, repr=False)
class Talk:
    """A hand-off and whom it is with. `number` names its private room, `room` is the member's room in the group.

    `since_ms`: since when it stands as it does (ms since 1970).
    """

    handoff: HandOff
    number: int
    group: str
    room: int
    member: MemberId
    handle: str
    since_ms: int

    def __repr__(self) -> str:
        return f"Talk({self.handoff!r})"

    def is_with(self, group: str, member: str) -> bool:
        """Tell whether this is the member."""
        return self.group == group and self.member == member


@dataclass(frozen=True, slots=True)
class Note:
    """What happened without a moderator's request and belongs into the log: what, and which hand-off and case."""

    act: str
    handoff: str
    case: str
    state: str

    @property
    def who(self) -> str:
        """Give whose doing it was, as the log names it."""
        return "member" if self.act in ("handoff.accepted", "handoff.declined", "handoff.left") else "house"


class HandOffs:
    """The keeper of hand-offs."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def offer(self, name: str, case: str, who: AccountId, seat: Seat, group: Group) -> Talk:
        """Offer a talk to a case's member, under this id; one that stands already is given. Raises: Refused."""
        keep_ms = group.retention_s * 1000
        return await self._step("alongside_handoff_offer", name, case, who, seat.handle, keep_ms)

    async def accept(self, name: str, group: str, member: str) -> Talk:
        """The member says yes. Raises: Refused, `over` or `gone`."""
        return await self._step("alongside_handoff_answer", name, group, member, "accept")

    async def leave(self, name: str, group: str, member: str) -> Talk:
        """The member says no, or goes. Raises: Refused, `gone`."""
        return await self._step("alongside_handoff_answer", name, group, member, "leave")

    async def come(self, name: str, who: AccountId) -> Talk:
        """The moderator is in the room, until HERE_MS from now. Raises: Refused."""
        return await self._step("alongside_handoff_come", name, who)

    async def away(self, name: str, who: AccountId) -> Talk:
        """The moderator has left the room without ending it. Raises: Refused, `gone`."""
        return await self._step("alongside_handoff_away", name, who)

    async def hear(self, name: str, level: str = "green") -> Talk:
        """Somebody wrote; a level above amber and above the case's raises the case. Raises: Refused."""
        return await self._step("alongside_handoff_hear", name, level)

    async def end(self, name: str, who: AccountId, how: Literal["return", "close"]) -> Talk:
        """The moderator ends it. Raises: Refused."""
        return await self._step("alongside_handoff_end", name, who, how)

    async def look_in(self, name: str, who: AccountId) -> Talk:
        """Let a second moderator come in from now on. Raises: Refused."""
        return await self._step("alongside_handoff_look", name, who)

    async def may_look(self, name: str, who: AccountId) -> bool:
        """Tell whether this account said that it looks in."""
        return bool(await self._servers.call(TAG, "SISMEMBER", f"{_PREFIX}talk:looks:{name}", who))

    async def find(self, name: str) -> Talk | None:
        """Read one; None when there is none (any more)."""
        try:
            return await self._step("alongside_handoff", name)
        except Refused:
            return None

    async def of(self, group: str, member: str) -> Talk | None:
        """Read a member's latest one, live or lately over."""
        name = await self._servers.call(TAG, "GET", f"{_PREFIX}talk:of:{group}:{member}")
        return None if name is None else await self.find(name.decode())

    async def live(self) -> list[Talk]:
        """Look at the clock, and read all that are live."""
        found = await self._servers.fcall(TAG, "alongside_handoffs", 1, _PREFIX, _TIMES)
        return [_talk(flat[1:]) for flat in found]

    async def of_cases(self, cases: Sequence[str]) -> dict[str, Talk]:
        """Read the live ones of these cases, by case."""
        if not cases:
            return {}
        names = await self._servers.call(TAG, "MGET", *(f"{_PREFIX}talk:case:{case}" for case in cases))
        talks = await asyncio.gather(*(self.find(name.decode()) for name in names if name is not None))
        return {talk.handoff.case: talk for talk in talks if talk is not None and talk.handoff.is_live}

    async def sweep(self, node: str) -> bool:
        """Look at the clock for all, unless another node does; tells whether it was us."""
        taken = await self._servers.call(TAG, "SET", _PREFIX + "talks:sweep", node, "PX", SWEEP_MS, "NX", "GET")
        if taken is not None and taken.decode() != node:
            return False
        await self._servers.call(TAG, "SET", _PREFIX + "talks:sweep", node, "PX", SWEEP_MS)
        await self.live()
        return True

    async def notes(self) -> list[Note]:
        """Read what waits for the log, oldest first."""
        packed = await self._servers.call(TAG, "LRANGE", _LOG, 0, NOTES_AT_ONCE - 1)
        return [Note(*msgpack.unpackb(note)) for note in packed]

    async def noted(self, count: int) -> None:
        """Drop the oldest notes: they are in the log."""
        await self._servers.call(TAG, "LTRIM", _LOG, count, -1)

    def listen(self, on_change: Callable[[str], None], on_again: Callable[[], None]) -> None:
        """Call `on_change` with the id of each one that changed, and `on_again` each time hearing (re)starts."""
        self._servers.subscriptions.add(TAG, _CHANNEL, lambda raw: on_change(raw.decode()), on_again)

    async def _step(self, function: str, name: str, *args: str | int) -> Talk:
        if not _ID.match(name):
            raise Refused("gone")
        reply = await self._servers.fcall(TAG, function, 1, _PREFIX, _TIMES, name, *args)
        if reply[0] == b"refused":
            raise Refused(cast(Why, reply[1].decode()))
        return _talk(reply[1:])


def _talk(flat: list[bytes]) -> Talk:
    fields: dict[str, Any] = {k.decode(): v.decode() for k, v in zip(flat[::2], flat[1::2], strict=True)}
    holder = fields["holder"]
    handoff = HandOff(
        id=fields["id"],
        state=cast(State, fields["state"]),
        case=fields["case"],
        holder=AccountId(holder) if holder else None,
        until_ms=int(fields["until"]),
        losses=int(fields["losses"]),
        by=cast(By, fields["by"]),
        quiet_ms=int(fields["quiet"]),
    )
    return Talk(
        handoff,
        number=int(fields["number"]),
        group=fields["group"],
        room=int(fields["room"]),
        member=MemberId(fields["member"]),
        handle=fields["handle"],
        since_ms=int(fields["since"]),
    )
