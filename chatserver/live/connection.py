"""One member's socket: bytes to acts, acts through the session, effects carried out, answers back as bytes.

Promises: every `say` is answered with `sent`, `not_sent` or `held`; what the room had before the member came is
written first, then every later event, with no hole and nothing twice in between. Nothing here blocks the loop or
another socket. Words are passed on, never logged. Knows the room and the record only by what they promise.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from chatserver.core.codec import Codec, attempt_of, read_fields
from chatserver.core.errors import BadFrame, CloseCode, StoreUnavailable
from chatserver.core.messages import Event, Position, React, Say, TakeBack
from chatserver.core.sanctions import Sanction
from chatserver.core.seats import Seat
from chatserver.core.session import (
    Admit,
    Answer,
    Call,
    Effect,
    End,
    Nothing,
    PutAway,
    Record,
    Reply,
    Session,
    ShowTyping,
    State,
)
from chatserver.core.stress import Stress
from chatserver.live.answers import undone
from chatserver.live.floor import Floor
from chatserver.live.measured import measured
from chatserver.live.room import LiveRoom, framed
from chatserver.live.socket import Socket
from chatserver.store.posting import Outcome

_log = logging.getLogger(__name__)

ENTER_TIMEOUT_S = 5.0  # docs/protocol.md, close code 4002
MAX_CHUNK_BYTES = 256 * 1024  # history in one frame: well below the 1 MiB at which client libraries refuse a frame
RESUME_BELOW_BYTES = 64 * 1024  # the next stretch of history is written once the reader has taken the last one


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a member hears of itself and the room on entering, apart from the events. `build`: which pages this node
    serves; empty where no page is to know.
    """

    title: str
    topic: str
    language: str
    seats: int
    build: str = ""


def now_ms() -> int:
    """Give the time in ms since 1970; session cores take it as an argument."""
    return time.time_ns() // 1_000_000


class Connection:
    """The handler of one socket (see chatserver.live.handler.Handler)."""

    __slots__ = (
        "_codec",
        "_drained",
        "_enter_timer",
        "_floor",
        "_has_arrived",
        "_on_over",
        "_room",
        "_sanction",
        "_seat",
        "_session",
        "_task",
        "_welcome",
        "socket",
    )

    def __init__(
        self,
        room: LiveRoom,
        floor: Floor,
        seat: Seat,
        codec: Codec,
        session: Session,
        welcome: Welcome,
        on_over: Callable[[Connection], None],
    ) -> None:
        self._room, self._floor, self._seat, self._codec = room, floor, seat, codec
        self._session, self._welcome, self._on_over = session, welcome, on_over
        self._task: asyncio.Task[None] | None = None
        self._drained: asyncio.Event | None = None
        self._has_arrived = False
        self._sanction: Sanction | None = None
        self._enter_timer: asyncio.TimerHandle | None = None
        self.socket: Socket | None = None

    def begin(self, socket: Socket) -> None:
        """The socket is ours from now on: `enter` must come within ENTER_TIMEOUT_S."""
        self.socket = socket
        self._enter_timer = asyncio.get_running_loop().call_later(ENTER_TIMEOUT_S, self._no_enter)

    def _no_enter(self) -> None:
        if self._session.state is State.WAITING:
            self.end(CloseCode.NO_ENTER, "no enter")

    # -- what the socket tells ---------------------------------------------------------------------------------------

    def received(self, payload: bytes) -> None:
        """One data message has come."""
        now = now_ms()
        session = self._session
        effect: Effect | None = session.count_frame(now)
        if effect is None:
            fields: object = None
            try:
                fields = self._codec.decode(payload)
                effect = session.accept(read_fields(fields), now)
            except BadFrame as fault:
                effect = session.refuse(fault, attempt_of(fields))
        self._carry_out(effect)

    def drained(self) -> None:
        """What was written has been taken by the reader."""
        if self._drained is not None:
            self._drained.set()

    def closed(self, code: int) -> None:
        """The socket is gone."""
        self._session.state = State.OVER
        self._room.closed(code)
        if self._enter_timer is not None:
            self._enter_timer.cancel()
        if self._task is not None:
            self._task.cancel()
        if self.socket is not None:
            self._room.rise(self.socket, self._codec)
        if self._has_arrived:
            self._room.people.depart(self._seat, self)
        self.socket = None
        self._on_over(self)

    def end(self, code: CloseCode, reason: str) -> None:
        """Close this member's socket."""
        if self.socket is not None:
            self.socket.close(code, reason)

    # -- effects -----------------------------------------------------------------------------------------------------

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Record(act):
                self._record(act)
            case Answer(fields):
                self._room.tally.refused(fields)
                self.tell(fields)
            case Admit(after):
                self._admit(after)
            case ShowTyping():
                self._show_typing()
            case Call(act):
                self._floor.call(self._room, self._seat, act, self.tell)
            case Reply(act):
                self._floor.reply(self._room, self._seat, act, self.tell)
            case PutAway(letter):
                self._floor.put_away(self._room, self._seat, letter, self.tell)
            case End(code, reason):
                self.end(code, reason)
            case Nothing():
                pass
            case _:
                assert_never(effect)

    def tell(self, fields: object) -> None:
        """Write one event to this member only."""
        if self.socket is not None:
            self.socket.send(framed(self._codec, fields))

    def _record(self, act: Say | React | TakeBack) -> None:
        record, seat = self._room.record, self._seat
        match act:
            case Say():
                self._floor.say(self._room, seat, act, measured(self._room, self.tell))
            case React():
                record.react(seat, act, self._done)
            case TakeBack():
                record.take_back(seat, act, self._done)

    def _done(self, outcome: Outcome) -> None:
        if (answer := undone(outcome)) is not None:
            self.tell(answer)

    def _show_typing(self) -> None:
        if self._floor.stress() > Stress.CALM:
            self._room.tally.add("shed", "typing")
            return
        self._room.chores.begin(self._room.record.tell_typing(self._seat))

    # -- entering ----------------------------------------------------------------------------------------------------

    def _admit(self, after: Position | None) -> None:
        if self._enter_timer is not None:
            self._enter_timer.cancel()
            self._enter_timer = None
        self._task = asyncio.get_running_loop().create_task(self._enter(after))

    async def _enter(self, after: Position | None) -> None:
        try:
            await self._room.following.opened()
            self._room.people.arrive(self._seat, self)
            self._has_arrived = True
            self._sanction = await self._room.record.barred(self._seat)
            await self._catch_up(after)
            await self._floor.show_card(self._room, self._seat, self.tell)
            await self._floor.show_letters(self._room, self._seat, self.tell)
            await self._floor.show_talk(self._room, self._seat, self.tell)
        except StoreUnavailable:
            self.end(CloseCode.RESUME, "unavailable")
        finally:
            self._task = None

    async def _catch_up(self, after: Position | None) -> None:
        """Writes what is missing in stretches; the last one is followed, in the same step, by taking the seat."""
        pos, is_first = after, True
        while self.socket is not None:
            known = self._room.following.since(pos)
            if known is None:
                page = await self._room.record.read(pos)
                events, is_whole, end = page.events, page.is_whole, page.mark
                if not is_first and not is_whole:
                    raise StoreUnavailable  # trimmed under our hands: come back and be told so
            else:
                events, is_whole = known
                end = self._room.following.pos or Position("")
            chunk = _chunk(events)
            pos = chunk[-1].pos if chunk else end
            is_last = known is not None and len(chunk) == len(events)
            if is_first and after is not None:
                self._room.tally.add("resumes", "whole" if is_whole else "gap")
            self._write_chunk(chunk, pos, is_whole=is_whole, is_first=is_first)
            is_first = False
            if is_last:
                self._sit()
                return
            await self._taken()

    def _sit(self) -> None:
        assert self.socket is not None
        self._room.sit(self.socket, self._codec)

    def _write_chunk(self, chunk: list[Event], pos: Position, *, is_whole: bool, is_first: bool) -> None:
        if not is_first:
            for event in chunk:
                self.tell(event.fields())
            return
        about, you = self._welcome, {"member": self._seat.member, "handle": self._seat.handle}
        self.tell(
            {
                "ev": "entered",
                "you": you if self._sanction is None else {**you, "sanction": self._sanction.fields()},
                "room": {
                    "title": about.title,
                    "topic": about.topic,
                    "language": about.language,
                    "seats": about.seats,
                    **({} if self._room.staff is None else {"staff": self._room.staff.fields()}),
                    "here": self._room.people.fields(),
                    **self._room.calm.fields(),
                },
                "complete": is_whole,
                "events": [event.fields() for event in chunk],
                "pos": pos,
                **({"build": about.build} if about.build else {}),
            }
        )

    async def _taken(self) -> None:
        """Waits until the reader has taken most of what was written; a reader that never does is closed by the
        socket's bound.
        """
        if self.socket is not None:
            self.socket.push()
        while self.socket is not None and self.socket.buffered_bytes > RESUME_BELOW_BYTES:
            self._drained = asyncio.Event()
            await self._drained.wait()
        self._drained = None
        await asyncio.sleep(0)


def _chunk(events: list[Event]) -> list[Event]:
    """Gives the first events that fit one frame of history (at least one)."""
    size = 0
    for count, event in enumerate(events):
        size += 250 + 4 * len(str(event.body.get("text") or event.body.get("message", "")))
        if size > MAX_CHUNK_BYTES and count:
            return events[:count]
    return events
