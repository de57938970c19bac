"""One room on this node: follows the record, frames each event once per encoding, hands the bytes to the room's
channels.

Promises: every socket of the room gets every event once, in the order of the record, or is closed with a code that
makes it come back with its position. Whatever is heard over pub/sub is only believed when it follows directly;
otherwise the record is read. Fan-out never waits. Knows sockets only as members of channels, and nothing of what a
member may ask for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chatserver.core.calm import Calm, after
from chatserver.core.codec import CODECS, Codec
from chatserver.core.duty import StaffWord
from chatserver.core.errors import CloseCode, StoreUnavailable
from chatserver.core.letters import echo, seen
from chatserver.core.messages import Event, Position
from chatserver.core.presence import Presence, expire, listing, merge
from chatserver.core.seats import Seat
from chatserver.core.timeline import Step, Timeline
from chatserver.live.frames import frame
from chatserver.live.outbox import Channel, Outbox
from chatserver.live.socket import Socket
from chatserver.store.rooms import (
    PAGE_EVENTS,
    Excluded,
    Heard,
    Here,
    LetterCame,
    LetterGone,
    Page,
    RoomRecord,
    Said,
    TypingNow,
)

_log = logging.getLogger(__name__)

MAX_EARLY = 1_000  # what is heard while the record is first read; more than that is simply read again
OPEN_TIMEOUT_S = 5.0
MAX_ACCEPTED = 1_000  # own messages recorded and not heard yet; what is over it is not measured
OPCODE_TEXT, OPCODE_BINARY = 1, 2


class Hearer(Protocol):
    """One socket of a member, as far as a room needs it."""

    def tell(self, fields: object) -> None:
        """Write one event to this socket only."""
        ...

    def end(self, code: CloseCode, reason: str) -> None:
        """Close this socket, after what was written."""
        ...


@dataclass(slots=True)
class _Present:
    handle: str
    hearers: list[Hearer]


def framed(codec: Codec, value: object) -> bytes:
    """Give one server frame holding `value` in this encoding."""
    return frame(OPCODE_TEXT if codec.is_text else OPCODE_BINARY, codec.encode(value))


class LiveRoom:
    """A room with at least one socket here (or until lately)."""

    def __init__(self, record: RoomRecord, outbox: Outbox, now_ms: Callable[[], int]) -> None:
        self.record = record
        self._now_ms = now_ms
        self._outbox, self.tally = outbox, outbox.tally
        self._accepted: dict[str, float] = {}
        self._channels = {name: Channel(outbox) for name in CODECS}
        self._sockets: set[Socket] = set()
        self._present: dict[str, _Present] = {}
        self._presence = Presence()
        self._timeline: Timeline | None = None
        self._early: list[Event] = []
        self.calm = Calm()
        """What a moderator set for the whole room, as this node knows it."""
        self._reading: asyncio.Task[None] | None = None
        self._read_again = False
        self._opened = asyncio.Event()
        self.staff: StaffWord | None = None
        """What its members were told of the staff last; None: nothing (a room that is not a group's)."""
        self.presence_changed = False
        self.here_changed = False
        self.holes = 0
        """How often the record had to be read because pub/sub skipped something."""
        self._messages = self._slow = 0
        self._retelling: asyncio.Task[None] | None = None
        record.listen(self._heard, self._heard_again)

    # -- opening, following ------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        """Wait until the room follows its record. Raises: StoreUnavailable after OPEN_TIMEOUT_S."""
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                await self._opened.wait()
        except TimeoutError:
            raise StoreUnavailable from None

    def close(self) -> None:
        """Stop following; the room has no sockets any more."""
        self.record.forget()
        if self._reading is not None:
            self._reading.cancel()
        if self._retelling is not None:
            self._retelling.cancel()

    @property
    def pos(self) -> Position | None:
        """Where the room stands on this node; None while it opens."""
        return None if self._timeline is None else self._timeline.pos

    @property
    def is_idle(self) -> bool:
        """Whether no socket sits here."""
        return not self._sockets

    def refresh(self) -> None:
        """Read the record from where this node stands; at most one read at a time, and one more when asked
        meanwhile.
        """
        if self._reading is not None:
            self._read_again = True
            return
        self._reading = asyncio.get_running_loop().create_task(self._read())
        self._reading.add_done_callback(self._read_done)

    def _heard_again(self) -> None:
        """Something may have been published while nobody listened: events are read, letters told anew."""
        self.refresh()
        if self._present and self._retelling is None:
            self._retelling = asyncio.get_running_loop().create_task(self._tell_letters())

    async def _tell_letters(self) -> None:
        try:
            members = list(self._present)
            boxes = await asyncio.gather(*(self.record.letters.standing(member) for member in members))
            for member, letters in zip(members, boxes, strict=True):
                for letter in letters:
                    self.tell(member, letter.fields())
        except StoreUnavailable:
            pass  # the subscription calls again when Redis is back
        finally:
            self._retelling = None

    def _read_done(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("room %s: reading failed", self.record.tag, exc_info=fault)
        if self._read_again and not task.cancelled():
            self._read_again = False
            self.refresh()

    async def _read(self) -> None:
        try:
            if self._timeline is None:
                await self._read_first()
            else:
                await self._read_on(self._timeline)
        except StoreUnavailable:
            return  # the subscription calls again when Redis is back, and the hub looks every few seconds

    async def _read_first(self) -> None:
        page = await self.record.read(None)
        self.calm = await self.record.calm()
        self._timeline = self._begin(page)
        early, self._early = self._early, []
        for event in early:
            self._offer(event)
        self._opened.set()

    @staticmethod
    def _begin(page: Page) -> Timeline:
        if len(page.events) >= PAGE_EVENTS:
            return Timeline(page.mark)
        first = page.events[0].prev if page.events else page.mark
        timeline = Timeline(first, is_from_beginning=True, is_whole=page.is_whole)
        timeline.extend(page.events)
        timeline.pos = page.mark
        return timeline

    async def _read_on(self, timeline: Timeline) -> None:
        while True:
            page = await self.record.read(timeline.pos)
            if not page.is_whole:
                self._lose_sight(page)
                return
            for event in timeline.extend(page.events):
                self._publish(event)
            if len(page.events) < PAGE_EVENTS:
                return

    def _lose_sight(self, page: Page) -> None:
        """The record is not the one this node followed (flushed, restored, trimmed): everybody comes back and reads."""
        _log.warning("room %s: a new epoch or a gap; %d sockets resume", self.record.tag, len(self._sockets))
        self._timeline = self._begin(page) if len(page.events) < PAGE_EVENTS else Timeline(page.mark)
        for socket in list(self._sockets):
            socket.close(CloseCode.RESUME, "resume")

    def _heard(self, heard: Heard) -> None:
        match heard:
            case Said(event):
                self._offer(event)
            case Here():
                self._merge(heard)
            case TypingNow(member, handle):
                self.announce({"ev": "here", "typing": {"member": member, "handle": handle}})
            case Excluded(member):
                for hearer in self.hearers(member):
                    hearer.end(CloseCode.EXCLUDED, "excluded")
            case LetterCame(member, letter):
                self.tell(member, letter.fields())
                if (answer := echo(letter)) is not None:
                    self.tell(member, answer)
            case LetterGone(member, gone):
                self.tell(member, seen(gone))

    def _offer(self, event: Event) -> None:
        if self._timeline is None:
            if len(self._early) < MAX_EARLY:
                self._early.append(event)
            else:
                self._read_again = True
            return
        match self._timeline.offer(event):
            case Step.TAKEN:
                self._publish(event)
            case Step.HOLE:
                self.holes += 1
                self.tally.add("holes")
                self.refresh()
            case Step.KNOWN:
                pass

    def _publish(self, event: Event) -> None:
        if event.body["ev"] == "notice":
            self.calm = after(self.calm, event.body)
        self._messages += event.body["ev"] == "message"
        self.announce(event.fields())
        if self._accepted and (began := self._accepted.pop(event.pos, None)) is not None:
            self._outbox.accepted.append(began)

    def accepted(self, pos: str, began: float) -> None:
        """A message that came to this node at `began` (perf_counter) stands in the record: its writing is measured.

        Redis answers first and publishes then; one before 7.2 does it the other way round, and there it is not
        measured.
        """
        if len(self._accepted) >= MAX_ACCEPTED:  # positions that were heard already: repeats
            self._accepted.clear()
        self._accepted[pos] = began

    def announce(self, fields: object) -> None:
        """Frame once for each encoding somebody uses, and hand it to all of its sockets."""
        for name, channel in self._channels.items():
            if len(channel):
                channel.publish(framed(CODECS[name], fields))

    def drop_before(self, oldest_ms: int) -> None:
        """Forget what is older than the group keeps."""
        if self._timeline is not None:
            self._timeline.drop_before(oldest_ms)

    # -- what a socket asks ------------------------------------------------------------------------------------------

    def since(self, after: Position | None) -> tuple[list[Event], bool] | None:
        """Give the events after a position and whether nothing is missing; None when the record must be read."""
        assert self._timeline is not None
        events = self._timeline.since(after)
        if events is None:
            return None
        return events, self._timeline.is_whole if after is None else True

    def sit(self, socket: Socket, codec: Codec) -> None:
        """Let a socket hear everything from this moment on."""
        self._sockets.add(socket)
        self._channels[codec.subprotocol].add(socket)

    def rise(self, socket: Socket, codec: Codec) -> None:
        """The socket hears no more."""
        self._sockets.discard(socket)
        self._channels[codec.subprotocol].discard(socket)

    def arrive(self, seat: Seat, hearer: Hearer) -> None:
        """A member is here with one more socket."""
        present = self._present.setdefault(seat.member, _Present(seat.handle, []))
        present.hearers.append(hearer)
        self.presence_changed |= len(present.hearers) == 1

    def depart(self, seat: Seat, hearer: Hearer) -> None:
        """A member has one socket fewer."""
        present = self._present.get(seat.member)
        if present is None:
            return
        present.hearers.remove(hearer)
        if not present.hearers:
            del self._present[seat.member]
            self.presence_changed = True

    def hearers(self, member: str) -> list[Hearer]:
        """Give the sockets by which a member is here."""
        present = self._present.get(member)
        return [] if present is None else list(present.hearers)

    def tell(self, member: str, fields: object) -> None:
        """Write one event to every socket by which a member is here, and to nobody else's."""
        for hearer in self.hearers(member):
            hearer.tell(fields)

    def show_staff(self, word: StaffWord) -> None:
        """Tell the sockets of the staff, when that has changed."""
        if word != self.staff:
            self.staff = word
            self.announce({"ev": "staff", **word.fields()})

    @property
    def is_read_only(self) -> bool:
        """Whether the room is for reading until a moderator is here."""
        return self.staff is not None and self.staff.is_read_only

    def closed(self, code: int) -> None:
        """Count a socket of this room that closed with this code."""
        self.tally.closed(code)
        self._slow += code == CloseCode.SLOW

    def take_counts(self) -> tuple[int, int]:
        """Give how many messages came and how many readers were closed for being slow since this was asked last."""
        counts, self._messages, self._slow = (self._messages, self._slow), 0, 0
        return counts

    # -- presence ----------------------------------------------------------------------------------------------------

    @property
    def local_members(self) -> dict[str, str]:
        """Who is in the room with this node: member id to handle."""
        return {member: present.handle for member, present in self._present.items()}

    @property
    def people(self) -> int:
        """How many people are in the room over all nodes."""
        return len(self._presence.people().keys() | self._present.keys())

    def here(self) -> dict[str, object]:
        """Give the room's people over all nodes, as the fields of a `here` event."""
        return listing({**self._presence.people(), **self.local_members})

    async def tell_presence(self, node: str) -> None:
        """Tell the other nodes who is here, and learn what they said. Raises: StoreUnavailable."""
        self.presence_changed = False
        for word in await self.record.tell_here(node, self.local_members):
            self._merge(word)

    def _merge(self, word: Here) -> None:
        before = self._presence.people()
        self._presence = merge(self._presence, word.node, word.members, self._now_ms() + word.ttl_ms)
        self.here_changed |= self._presence.people() != before

    def show_presence(self) -> None:
        """Once a tick: drop nodes that fell silent, and tell the sockets when somebody came or went."""
        kept = expire(self._presence, self._now_ms())
        self.here_changed |= kept is not self._presence
        self._presence = kept
        if self.here_changed:
            self.here_changed = False
            self.announce({"ev": "here", **self.here()})
