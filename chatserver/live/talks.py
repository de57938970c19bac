"""Who is in which talk on this node, and what each of them is told of where it stands.

Promises: a change reaches every socket of the member and everybody in the private room; after each entering, and each
time hearing from Redis begins anew, it is told again, read from where it is kept: nobody is shown what is not so. Who
may no longer be in a private room is told and sent out. Knows no cookie, no session and no words.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from chatserver.core.errors import CloseCode, StoreUnavailable
from chatserver.core.handoff import Refused
from chatserver.core.messages import AnswerOffer, LeaveHandOff
from chatserver.core.moderators import AccountId
from chatserver.core.session import error
from chatserver.live.answers import AWAY
from chatserver.live.chores import Chores
from chatserver.live.hub import Hub
from chatserver.store.handoff import HandOffs, Talk

_log = logging.getLogger(__name__)

Tell = Callable[[object], None]

_OVER = "This offer is over. You can ask for a moderator at any time."
_GONE = "There is no such talk."


class Wire(Protocol):
    """One socket in a private room, as far as it is needed here."""

    def tell(self, fields: object) -> None:
        """Write one event to it."""
        ...

    def end(self, code: CloseCode, reason: str) -> None:
        """Close it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """Somebody in a private room: `account` is None for the member; `is_looking` for a second moderator.

    `token`: the session a moderator came with, to be looked at again while they stay.
    """

    talk: str
    wire: Wire
    account: AccountId | None = None
    token: str = ""
    is_looking: bool = False

    def may_stay(self, talk: Talk) -> bool:
        """Tell whether its place is still in this room."""
        return talk.handoff.is_open and (self.account in (None, talk.handoff.holder) or self.is_looking)

    def is_waited_for(self, talk: Talk) -> bool:
        """Tell whether it is the moderator that is waited for: another of its sockets went, unheard of by this one."""
        return talk.handoff.state == "accepted" and not self.is_looking and self.account == talk.handoff.holder


def event_of(talk: Talk) -> dict[str, object]:
    """Give what everybody concerned is told of a hand-off (docs/protocol.md)."""
    handoff = talk.handoff
    until_ms = handoff.quiet_ms or handoff.until_ms
    return {
        "ev": "offer" if handoff.state == "offered" else "handoff",
        "handoff": handoff.id,
        "state": handoff.state,
        "has_moderator": handoff.is_live and handoff.holder is not None,
        "at": talk.since_ms,
        "until": until_ms or None,
        "by": handoff.by or None,
    }


class Talks:
    """All talks this node has to do with."""

    def __init__(self, handoffs: HandOffs, hub: Hub) -> None:
        self._handoffs, self._hub = handoffs, hub
        self._parties: dict[str, set[Party]] = {}
        self._live: set[str] = set()
        self._telling: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._chores = Chores("hand-offs")
        self.listen()

    def listen(self) -> None:
        """Hear of every change from now on, and tell anew what may have been missed."""
        self._handoffs.listen(self.soon, self._hear_again)

    # -- the private rooms -------------------------------------------------------------------------------------------

    def join(self, party: Party) -> None:
        """Somebody is in a private room."""
        self._parties.setdefault(party.talk, set()).add(party)

    def part(self, party: Party) -> bool:
        """Somebody has gone; tells whether it was the last socket of a moderator who does more than look."""
        parties = self._parties.get(party.talk, set())
        parties.discard(party)
        if not parties:
            self._parties.pop(party.talk, None)
        if party.account is None or party.is_looking:
            return False
        return not any(other.account == party.account and not other.is_looking for other in parties)

    def gone(self, party: Party) -> None:
        """A socket in a private room has gone: a moderator's last one is told, so that the member knows."""
        if self.part(party) and party.account is not None:
            self._chores.begin(self._go(party.talk, party.account))

    async def _go(self, name: str, who: AccountId) -> None:
        with contextlib.suppress(StoreUnavailable, Refused):  # else the lease of being there ends
            await self._handoffs.away(name, who)

    async def _come(self, name: str, who: AccountId) -> None:
        with contextlib.suppress(StoreUnavailable, Refused):  # else the next beat of the watch says so
            await self._handoffs.come(name, who)

    @property
    def moderators(self) -> list[Party]:
        """Every moderator's socket in a private room here."""
        return [party for parties in self._parties.values() for party in parties if party.account is not None]

    # -- what the member says ----------------------------------------------------------------------------------------

    def reply(self, group: str, member: str, act: AnswerOffer | LeaveHandOff, tell: Tell) -> None:
        """Carry a member's answer to where it is kept, and say what became of it."""
        self._chores.begin(self._reply(group, member, act, tell))

    async def _reply(self, group: str, member: str, act: AnswerOffer | LeaveHandOff, tell: Tell) -> None:
        is_yes = isinstance(act, AnswerOffer) and act.is_yes
        step = self._handoffs.accept if is_yes else self._handoffs.leave
        try:
            talk = await step(act.handoff, group, member)
        except StoreUnavailable:
            tell(AWAY)
        except Refused as refused:
            tell(error(*(("over", _OVER) if refused.why == "over" else ("not_found", _GONE))).fields)
        else:
            tell(event_of(talk))
            tell({"ev": "received", "of": "answer_offer" if isinstance(act, AnswerOffer) else "leave_handoff"})

    async def leave_all(self, group: str, member: str) -> None:
        """The member gives up their seat: a live talk ends with it. Raises: StoreUnavailable."""
        talk = await self._handoffs.of(group, member)
        if talk is not None and talk.handoff.is_live:
            await self._handoffs.leave(talk.handoff.id, group, member)

    # -- telling -----------------------------------------------------------------------------------------------------

    async def show(self, group: str, member: str, tell: Tell) -> None:
        """Tell a member where they stand, if they stand anywhere. Raises: StoreUnavailable."""
        talk = await self._handoffs.of(group, member)
        if talk is None:
            return
        if talk.handoff.is_live:
            self._live.add(talk.handoff.id)
        tell(event_of(talk))

    def soon(self, name: str) -> None:
        """Read one and tell it; one reading at a time, and one more for what came meanwhile: never an old one last."""
        if name in self._telling:
            self._again.add(name)
            return
        task = self._telling[name] = asyncio.get_running_loop().create_task(self._tell(name))
        task.add_done_callback(lambda done: self._told(name, done))

    async def _tell(self, name: str) -> None:
        while True:
            self._again.discard(name)
            try:
                talk = await self._handoffs.find(name)
            except StoreUnavailable:
                return  # hearing begins anew when Redis is back
            if talk is not None:
                self._tell_all(talk)
            if name not in self._again:
                return

    def _tell_all(self, talk: Talk) -> None:
        fields = event_of(talk)
        room = self._hub.find(talk.group, talk.room)
        if room is not None:
            room.people.tell(talk.member, fields)
        for party in list(self._parties.get(talk.handoff.id, ())):
            party.wire.tell(fields)
            if not party.may_stay(talk):
                party.wire.end(CloseCode.LEFT, "over")
            elif party.account is not None and party.is_waited_for(talk):
                self._chores.begin(self._come(party.talk, party.account))
        (self._live.add if talk.handoff.is_live else self._live.discard)(talk.handoff.id)

    def _told(self, name: str, task: asyncio.Task[None]) -> None:
        del self._telling[name]
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("telling a hand-off failed: %s", type(fault).__name__, exc_info=fault)

    def _hear_again(self) -> None:
        """Something may have been published while nobody listened."""
        self._tell_these([*self._live, *self._parties])
        self._chores.begin(self._tell_live())

    async def _tell_live(self) -> None:
        try:
            self._tell_these(talk.handoff.id for talk in await self._handoffs.live())
        except StoreUnavailable:
            return  # hearing begins anew when Redis is back

    def _tell_these(self, names: Iterable[str]) -> None:
        for name in names:
            self.soon(name)
