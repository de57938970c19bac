"""One room on this node: frames each event of the record once per encoding, hands the bytes to the room's channels.

Promises: every socket of the room gets every event once, in the order of the record (live.following), or is closed with
a code that makes it come back with its position. Fan-out never waits. Knows sockets only as members of channels, and
nothing of what a member may ask for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from chatserver.core.calm import Calm, after
from chatserver.core.codec import CODECS, Codec
from chatserver.core.duty import StaffWord
from chatserver.core.errors import CloseCode, StoreUnavailable
from chatserver.core.letters import echo, seen
from chatserver.core.messages import Event
from chatserver.live.chores import Chores
from chatserver.live.following import Following
from chatserver.live.frames import frame
from chatserver.live.outbox import Channel, Outbox
from chatserver.live.people import People
from chatserver.live.socket import Socket
from chatserver.store.heard import Excluded, Heard, Here, LetterCame, LetterGone, Said, TypingNow
from chatserver.store.rooms import RoomRecord

_log = logging.getLogger(__name__)

MAX_ACCEPTED = 1_000  # own messages recorded and not heard yet; what is over it is not measured
OPCODE_TEXT, OPCODE_BINARY = 1, 2


def framed(codec: Codec, value: object) -> bytes:
    """Give one server frame holding `value` in this encoding."""
    return frame(OPCODE_TEXT if codec.is_text else OPCODE_BINARY, codec.encode(value))


class LiveRoom:
    """A room with at least one socket here (or until lately)."""

    def __init__(self, record: RoomRecord, outbox: Outbox, now_ms: Callable[[], int]) -> None:
        self.record = record
        self._outbox, self.tally = outbox, outbox.tally
        self._accepted: dict[str, float] = {}
        self._channels = {name: Channel(outbox) for name in CODECS}
        self._sockets: set[Socket] = set()
        self.people = People(now_ms)
        self.following = Following(
            record, self.tally, on_begin=self._read_calm, on_event=self._publish, on_lost=self._lost
        )
        self.calm = Calm()
        """What a moderator set for the whole room, as this node knows it."""
        self.staff: StaffWord | None = None
        """What its members were told of the staff last; None: nothing (a room that is not a group's)."""
        self.chores = Chores(f"room {record.tag}")
        self._messages = self._slow = 0
        self._retelling: asyncio.Task[None] | None = None
        record.listen(self._heard, self._heard_again)

    def close(self) -> None:
        """Stop following; the room has no sockets any more."""
        self.record.forget()
        self.following.close()
        if self._retelling is not None:
            self._retelling.cancel()

    @property
    def is_idle(self) -> bool:
        """Whether no socket sits here."""
        return not self._sockets

    def _heard_again(self) -> None:
        """Something may have been published while nobody listened: events are read, letters told anew."""
        self.following.refresh()
        if self.people.local and self._retelling is None:
            self._retelling = asyncio.get_running_loop().create_task(self._tell_letters())

    async def _tell_letters(self) -> None:
        try:
            members = list(self.people.local)
            boxes = await asyncio.gather(*(self.record.letters.standing(member) for member in members))
            for member, letters in zip(members, boxes, strict=True):
                for letter in letters:
                    self.people.tell(member, letter.fields())
        except StoreUnavailable:
            pass  # the subscription calls again when Redis is back
        finally:
            self._retelling = None

    async def _read_calm(self) -> None:
        self.calm = await self.record.calm()

    def _lost(self) -> None:
        """The record is not the one this node followed (flushed, restored, trimmed): everybody comes back and reads."""
        _log.warning("room %s: a new epoch or a gap; %d sockets resume", self.record.tag, len(self._sockets))
        for socket in list(self._sockets):
            socket.close(CloseCode.RESUME, "resume")

    def _heard(self, heard: Heard) -> None:
        match heard:
            case Said(event):
                self.following.offer(event)
            case Here():
                self.people.merge(heard)
            case TypingNow(member, handle):
                self.announce({"ev": "here", "typing": {"member": member, "handle": handle}})
            case Excluded(member):
                for hearer in self.people.hearers(member):
                    hearer.end(CloseCode.EXCLUDED, "excluded")
            case LetterCame(member, letter):
                self.people.tell(member, letter.fields())
                if (answer := echo(letter)) is not None:
                    self.people.tell(member, answer)
            case LetterGone(member, gone):
                self.people.tell(member, seen(gone))

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

    def sit(self, socket: Socket, codec: Codec) -> None:
        """Let a socket hear everything from this moment on."""
        self._sockets.add(socket)
        self._channels[codec.subprotocol].add(socket)

    def rise(self, socket: Socket, codec: Codec) -> None:
        """The socket hears no more."""
        self._sockets.discard(socket)
        self._channels[codec.subprotocol].discard(socket)

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

    async def tell_presence(self, node: str) -> None:
        """Tell the other nodes who is here, and learn what they said. Raises: StoreUnavailable."""
        self.people.is_untold = False
        for word in await self.record.tell_here(node, self.people.local):
            self.people.merge(word)

    def show_presence(self) -> None:
        """Once a tick: drop nodes that fell silent, and tell the sockets when somebody came or went."""
        self.people.expire()
        if self.people.is_unshown:
            self.people.is_unshown = False
            self.announce({"ev": "here", **self.people.fields()})
