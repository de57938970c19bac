"""The floor: how a member's words get into the record, or do not, and what their author hears.

Promises: every `say` is answered with `sent`, `not_sent` or `held`; a repeated attempt is answered as the first one
was, whatever the guard thinks of it now; what is known of distress goes to the moderators, and to its author as a
card, in the same step as the message or not at all: where the room does not get the words (it is only for reading, or
calmed, or their author is muted), in place of the message. A node with more to do than it can refuses only words in
which the review sees nothing. Other members hear of no level and no danger. Words are passed on, never logged.
"""

from __future__ import annotations

import contextlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from typing import assert_never

from chatserver.core.cases import Case, Kind, higher, may_be_danger
from chatserver.core.errors import Barred, StoreUnavailable
from chatserver.core.letters import LetterId, seen
from chatserver.core.messages import AnswerOffer, Appeal, AskModerator, LeaveHandOff, Misread, Report, Say
from chatserver.core.rulings import PLAIN, Because, Flag, Ruling, Way
from chatserver.core.seats import Seat
from chatserver.core.stress import Stress
from chatserver.live.answers import AWAY, Fields, appealed, busy, passed_on, received, returned, said, unstaffed
from chatserver.live.appeals import Appeals
from chatserver.live.caller import Caller
from chatserver.live.chores import Chores
from chatserver.live.guard import Guard
from chatserver.live.room import LiveRoom
from chatserver.live.talks import Talks
from chatserver.store.posting import Calmed, Held, Outcome
from chatserver.store.rooms import Opening

Tell = Callable[[object], None]
"""Writes one event to the author's own socket."""

_CALLED_LEVELS = {"concern": "red", "rule": "amber"}  # worry about a person is looked at before a broken rule


def new_id() -> str:
    """Make an id for a case or a card: 16 characters nobody can guess."""
    return secrets.token_urlsafe(12)


class Floor:
    """The floor of one node."""

    def __init__(self, guard: Guard, caller: Caller, now_ms: Callable[[], int], talks: Talks, appeals: Appeals) -> None:
        self._guard, self._caller, self._now_ms = guard, caller, now_ms
        self._talks, self._appeals = talks, appeals
        self.stress: Callable[[], Stress] = lambda: Stress.CALM
        """How much the node has to do; only then are words refused in which the review sees nothing."""
        self._chores = Chores("the floor")

    def say(self, room: LiveRoom, seat: Seat, say: Say, tell: Tell) -> None:
        """Review one message and do what the ruling says."""
        ruling = self._guard.review(seat.member, room.record.group.id, say, self._now_ms())
        if room.is_read_only:
            self._keep_back(room, seat, say, ruling.flag, tell)
            return
        if ruling.flag is None and ruling.way is not Way.HOLD and self.stress() is Stress.FULL:
            room.tally.add("shed", "message")
            tell(busy(say.id))
            return
        if ruling is PLAIN:
            room.record.say(seat, say, lambda outcome: tell(self._said(say, outcome)))
            return
        kept = replace(say, text=ruling.text or say.text, note=ruling.note or say.note)
        match ruling.way:
            case Way.DELIVER:
                self._deliver(room, seat, kept, ruling, tell)
            case Way.HOLD:
                self._hold(room, seat, kept, ruling, tell)
            case Way.RETURN:
                room.record.find(seat, say, lambda outcome: tell(self._returned(say, outcome, ruling.because)))
            case _:
                assert_never(ruling.way)

    def call(self, room: LiveRoom, seat: Seat, act: Report | AskModerator | Misread | Appeal, tell: Tell) -> None:
        """Bring what a member says to the moderators."""
        if isinstance(act, Appeal):
            self._chores.begin(self._lodge(room, seat, act, tell))
            return
        if isinstance(act, Misread):
            room.record.misread(seat, act.card, lambda outcome: self._received(room, tell, "misread", outcome))
            return
        of = "report" if isinstance(act, Report) else "ask_moderator"
        room.record.call(self._called(room, seat, act), lambda outcome: self._received(room, tell, of, outcome))

    def reply(self, room: LiveRoom, seat: Seat, act: AnswerOffer | LeaveHandOff, tell: Tell) -> None:
        """Carry what a member says of a hand-off to where it is kept."""
        self._talks.reply(room.record.group.id, seat.member, act, tell)

    async def show_talk(self, room: LiveRoom, seat: Seat, tell: Tell) -> None:
        """Show where a member stands with a moderator, if anywhere; without Redis it comes with the next entering."""
        with contextlib.suppress(StoreUnavailable):
            await self._talks.show(room.record.group.id, seat.member, tell)

    async def show_card(self, room: LiveRoom, seat: Seat, tell: Tell) -> None:
        """Show the card that stands for a member, if there is one; without Redis it comes with the next entering."""
        with contextlib.suppress(StoreUnavailable):
            card = await room.record.card(seat)
            if card is not None:
                tell(card.fields())

    async def show_letters(self, room: LiveRoom, seat: Seat, tell: Tell) -> None:
        """Show what a member was told and has not seen; without Redis it comes with the next entering."""
        with contextlib.suppress(StoreUnavailable):
            for letter in await room.record.letters.standing(seat.member):
                tell(letter.fields())

    def put_away(self, room: LiveRoom, seat: Seat, letter: LetterId, tell: Tell) -> None:
        """Show a letter no more, at any socket of the member: what is published tells them."""

        def done(outcome: Outcome) -> None:
            if outcome is None:  # was put away before: said again to the one who asks
                tell(seen(letter))
            elif not isinstance(outcome, str):
                tell(AWAY)

        room.record.letters.seen(seat.member, letter, done)

    def _deliver(self, room: LiveRoom, seat: Seat, say: Say, ruling: Ruling, tell: Tell) -> None:
        opening, flag = None, ruling.flag
        if flag is not None:
            kind: Kind = "message" if flag.grounds else "failed"
            case = _case(room, seat, kind, flag)
            opening = Opening(case, new_id() if flag.asks_card else None)

        def done(outcome: Outcome) -> None:
            if self._pass_on(room, seat, say, flag, outcome, tell):
                return
            tell(self._said(say, outcome, ruling.because))
            if isinstance(outcome, str) and (flag is not None or ruling.asks_after):
                self._caller.soon(room.record.group, room.record.number)
                if flag is not None and flag.asks_card:
                    self._show(room, seat)

        room.record.say(seat, say, done, folded=ruling.folded, opening=opening, asks_after=ruling.asks_after)

    def _keep_back(self, room: LiveRoom, seat: Seat, say: Say, flag: Flag | None, tell: Tell) -> None:
        """Nobody is there to look after the room: the words stay with their author, unless they may risk a life."""

        def done(outcome: Outcome) -> None:
            if outcome is not None:  # was recorded or held before, or not to be known now: said as it is
                tell(self._said(say, outcome))
            elif flag is not None and may_be_danger(flag):
                self._call_for(room, seat, say, flag, unstaffed(say.id, is_called=True), tell)
            else:
                tell(unstaffed(say.id, is_called=False))

        room.record.find(seat, say, done)

    def _pass_on(self, room: LiveRoom, seat: Seat, say: Say, flag: Flag | None, outcome: Outcome, tell: Tell) -> bool:
        """What a sanction or a calmed room keeps from the others reaches the moderators, where it may risk a life."""
        if flag is None or not may_be_danger(flag) or not isinstance(outcome, Barred | Calmed):
            return False
        self._call_for(room, seat, say, flag, passed_on(self._said(say, outcome)), tell)
        return True

    def _call_for(self, room: LiveRoom, seat: Seat, say: Say, flag: Flag, answer: Fields, tell: Tell) -> None:
        """Calls the moderators with words the room does not get; once for an attempt, however often it is repeated.

        Then its author hears the `answer`.
        """
        words = f"{say.note}\n{say.text}" if say.note else say.text
        kind: Kind = "message" if flag.grounds else "failed"
        case = replace(_case(room, seat, kind, flag), id=_id_of("case", room, seat, say), words=words)

        def done(outcome: Outcome) -> None:
            if not isinstance(outcome, str):
                tell(self._said(say, outcome))
                return
            tell(answer)
            self._caller.soon(room.record.group, room.record.number)
            if flag.asks_card:
                self._show(room, seat)

        card = _id_of("card", room, seat, say) if flag.asks_card else None
        room.record.call(case, done, card_of=None if card is None else (seat, card))

    def _hold(self, room: LiveRoom, seat: Seat, say: Say, ruling: Ruling, tell: Tell) -> None:
        case = _case(room, seat, "held", ruling.flag or Flag("amber"))

        def done(outcome: Outcome) -> None:
            if self._pass_on(room, seat, say, ruling.flag, outcome, tell):
                return
            # "A moderator looks first" is no longer true of what a moderator has let through or given back.
            tell(self._said(say, outcome, ruling.because if isinstance(outcome, Held) else None))
            self._caller.soon(room.record.group, room.record.number)

        room.record.hold(seat, say, done, folded=ruling.folded, case=case)

    def _called(self, room: LiveRoom, seat: Seat, act: Report | AskModerator) -> Case:
        """A case about the author of a message, or about the one who asks; the caller's words can only raise it."""
        kind: Kind = act.why if isinstance(act, Report) else "asked"
        level = _CALLED_LEVELS[act.why] if isinstance(act, Report) else "red"
        if act.words is not None:
            level = higher(level, self._guard.look(room.record.group.id, act.words))
        pos = act.target if isinstance(act, Report) else None
        return replace(_case(room, seat, kind, Flag(level)), by=seat.member, words=act.words, pos=pos)

    def _show(self, room: LiveRoom, seat: Seat) -> None:
        """To every socket of the member on this node."""

        self._chores.begin(self.show_card(room, seat, lambda fields: room.people.tell(seat.member, fields)))

    async def _lodge(self, room: LiveRoom, seat: Seat, act: Appeal, tell: Tell) -> None:
        try:
            group = room.record.group
            is_there = await self._appeals.lodge(group, seat.member, seat.handle, act.receipt, act.words)
            tell(appealed(is_there=is_there))
        except StoreUnavailable:
            tell(AWAY)

    def _said(self, say: Say, outcome: Outcome, because: Because | None = None) -> Fields:
        return said(say.id, outcome, because, self._now_ms())

    def _returned(self, say: Say, outcome: Outcome, because: Because | None) -> Fields:
        """What was recorded or held before, or is not to be known now, is said as it is."""
        return returned(say.id, because) if outcome is None else self._said(say, outcome)

    def _received(self, room: LiveRoom, tell: Tell, of: str, outcome: Outcome) -> None:
        tell(received(of, outcome))
        if isinstance(outcome, str):
            self._caller.soon(room.record.group, room.record.number)


def _id_of(what: str, room: LiveRoom, seat: Seat, say: Say) -> str:
    """An id as `new_id` makes them, but the same for each repetition of an attempt."""
    named = f"{what}\0{room.record.tag}\0{seat.member}\0{say.id}".encode()
    return urlsafe_b64encode(blake2b(named, digest_size=12).digest()).decode()


def _case(room: LiveRoom, seat: Seat, kind: Kind, flag: Flag) -> Case:
    record = room.record
    return Case(new_id(), kind, record.group.id, record.number, seat.member, seat.handle, flag)
