"""The floor of a private room: what is written there goes to the other as it is, and what risks a life raises the case.

Why nothing is held, folded, masked or returned between the two: the other is a moderator, who is there to read just
that; somebody may have to say where they are. Danger is looked for all the same, also while nobody has come yet.
Promises: every `say` is answered as on any floor; a word that risks a life raises the case of the talk. Words are
passed on, never logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chatserver.core.cases import DANGER_LABELS
from chatserver.core.errors import StoreUnavailable
from chatserver.core.handoff import Refused
from chatserver.core.letters import LetterId
from chatserver.core.messages import MODERATOR, Appeal, AskModerator, Misread, Report, Say
from chatserver.core.seats import Seat
from chatserver.core.session import error
from chatserver.live.appeals import Appeals
from chatserver.live.caller import Caller
from chatserver.live.floor import Floor, Tell
from chatserver.live.guard import Guard
from chatserver.live.room import LiveRoom
from chatserver.live.talks import Talks
from chatserver.store.handoff import HandOffs
from chatserver.store.posting import Outcome

HEARD_EVERY_MS = 60_000  # the silence is counted in an hour; a word a minute need not be told
RAISE_TRIES, RAISE_PAUSE_S = 20, 0.5
_NOT_HERE = "You are with a moderator already: you can say it here."


class PrivateFloor(Floor):
    """The floor of one private room, for the sockets of one party of one talk on one node."""

    def __init__(
        self,
        guard: Guard,
        caller: Caller,
        now_ms: Callable[[], int],
        talks: Talks,
        appeals: Appeals,
        handoffs: HandOffs,
        talk: str,
    ) -> None:
        super().__init__(guard, caller, now_ms, talks, appeals)
        self._handoffs, self._talk = handoffs, talk
        self._heard_ms = 0

    def say(self, room: LiveRoom, seat: Seat, say: Say, tell: Tell) -> None:
        """Record the words as they are."""
        level = "green" if seat.member == MODERATOR else self._level(room, seat, say)

        def done(outcome: Outcome) -> None:
            tell(self._said(say, outcome))
            if isinstance(outcome, str):
                self._heard(level)

        room.record.say(seat, say, done)

    def call(self, room: LiveRoom, seat: Seat, act: Report | AskModerator | Misread | Appeal, tell: Tell) -> None:
        """Nobody is called here: somebody is here, or called already."""
        tell(error("not_here", _NOT_HERE).fields)

    def put_away(self, room: LiveRoom, seat: Seat, letter: LetterId, tell: Tell) -> None:
        """Letters are shown in the group's room."""
        tell(error("not_here", "Letters are in the group's room.").fields)

    async def show_card(self, room: LiveRoom, seat: Seat, tell: Tell) -> None:
        """There are no cards here."""

    async def show_letters(self, room: LiveRoom, seat: Seat, tell: Tell) -> None:
        """Nor letters."""

    async def show_talk(self, room: LiveRoom, seat: Seat, tell: Tell) -> None:
        """Tell where it stands, to whoever has come in."""
        self._talks.soon(self._talk)

    def _level(self, room: LiveRoom, seat: Seat, say: Say) -> str:
        flag = self._guard.review(seat.member, room.record.group.id, say, self._now_ms()).flag
        return flag.level if flag is not None and DANGER_LABELS.intersection(flag.labels) else "green"

    def _heard(self, level: str) -> None:
        now_ms = self._now_ms()
        if level == "green" and now_ms - self._heard_ms < HEARD_EVERY_MS:
            return
        self._heard_ms = now_ms
        self._chores.begin(self._hear(level))

    async def _hear(self, level: str) -> None:
        for _ in range(RAISE_TRIES):
            try:
                await self._handoffs.hear(self._talk, level)
            except StoreUnavailable:
                await asyncio.sleep(RAISE_PAUSE_S)
            except Refused:
                return  # it is over
            else:
                return
