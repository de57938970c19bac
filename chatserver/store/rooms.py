"""One room's keys in Redis, and what can be done with them.

Promises: everything about one room carries the hash tag `{group.room}` and lives on one shard. Whatever holds a
person's words or a member id expires. Positions are made and ordered here and in `functions/room.lua`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack

from chatserver.core.calm import Calm, with_value
from chatserver.core.cards import CARD_MS, Card
from chatserver.core.cases import Case, pack_case
from chatserver.core.groups import Group
from chatserver.core.messages import Event, Position, React, Say, TakeBack, message_body, reaction_body
from chatserver.core.presence import Members
from chatserver.core.rulings import Folded
from chatserver.core.sanctions import Sanction, unpack_sanction
from chatserver.core.seats import Seat
from chatserver.store.heard import Heard, Here, position, read_body, read_heard, read_members
from chatserver.store.letters import LetterBoxes
from chatserver.store.posting import Done, Posting
from chatserver.store.servers import Servers

PAGE_EVENTS = 500  # one read: about 150 KB of short messages, a few milliseconds of the server's time
_LAST = "last"  # no position: the last message before
PRESENCE_TTL_MS = 25_000  # a killed node's members are gone within 30 s


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the record: where the record ends, whether nothing is missing before `events`, and the events."""

    mark: Position
    is_whole: bool
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to be opened in the same step as the post it is about, and the id of the card to be shown, if any."""

    case: Case
    card: str | None


class RoomRecord:
    """One room's stream, channel and presence."""

    __slots__ = (
        "_calls",
        "_channel",
        "_ids",
        "_keep_ms",
        "_keys",
        "_posting",
        "_restored",
        "_root",
        "_servers",
        "group",
        "letters",
        "number",
        "tag",
    )

    def __init__(
        self, servers: Servers, posting: Posting, group: Group, number: int, *, tag: str | None = None
    ) -> None:
        self._servers, self._posting = servers, posting
        self.group, self.number = group, number
        self.tag = tag or f"{group.id}.{number}"
        root = "{" + self.tag + "}:"
        self._keys = (root + "stream", root + "mark")
        self._ids = (root + "id:", root + "sanction:", root + "here")
        self._calls = root + "calls"
        self._root, self._restored = root, root + "restored:"
        self._channel = root + "live"
        self._keep_ms = group.retention_s * 1000
        self.letters = LetterBoxes(servers, posting, self.tag)

    def say(
        self,
        seat: Seat,
        say: Say,
        done: Done,
        *,
        folded: Folded | None = None,
        opening: Opening | None = None,
        asks_after: bool = False,
    ) -> None:
        """Record one message; a repeated `say.id` of this member answers with the first position.

        What `opening` asks for is written in the same step as the message, or not at all; so is that it asks after
        whoever wrote what it answers: the message it replies to, or the last before it.
        """
        keys: tuple[str, ...]
        keys = (*self._keys, self._attempt(seat, say), self._ids[1] + seat.member, self._channel, *self._calm(seat))
        args: tuple[bytes | str | int, ...]
        args = (msgpack.packb(message_body(seat.member, seat.handle, say, folded)), self._keep_ms)
        if opening is not None or asks_after:
            opened = (b"", b"", CARD_MS) if opening is None else _packed(opening)
            answered = (say.reply_to or _LAST) if asks_after else ""
            keys, args = (*keys, self._calls, self._card(seat.member), self._restored), (*args, *opened, answered)
        self._posting.submit(self.tag, "alongside_post", keys, args, done)

    def hold(self, seat: Seat, say: Say, done: Done, *, folded: Folded | None, case: Case) -> None:
        """Keep a message outside the record, for a moderator; Held, or where the attempt stands already."""
        self._posting.submit(
            self.tag,
            "alongside_hold",
            (
                self._attempt(seat, say),
                self._ids[1] + seat.member,
                f"{self._root}held:{case.id}",
                self._calls,
                *self._calm(seat),
            ),
            (
                msgpack.packb(message_body(seat.member, seat.handle, say, folded)),
                self._keep_ms,
                msgpack.packb(pack_case(case)),
                case.id,
                say.id,
            ),
            done,
        )

    def find(self, seat: Seat, say: Say, done: Done) -> None:
        """Look where this attempt stands, if anywhere; None when nothing was kept of it."""
        self._posting.submit(self.tag, "alongside_known", (self._attempt(seat, say),), (), done)

    def call(self, case: Case, done: Done, *, card_of: tuple[Seat, str] | None = None) -> None:
        """Call the moderators; None when the message it is about is not there. `card_of`: whom it shows which card."""
        keys: tuple[str, ...] = (self._keys[0], self._calls, self._restored)
        args: tuple[bytes | str | int, ...] = (msgpack.packb(pack_case(case)), self._keep_ms, case.pos or "")
        if card_of is not None:
            seat, card = card_of
            keys, args = (*keys, self._card(seat.member)), (*args, *_packed(Opening(case, card))[1:])
        self._posting.submit(self.tag, "alongside_call", keys, args, done)

    def misread(self, seat: Seat, card: str, done: Done) -> None:
        """Take a member's card away; None when that card does not stand."""
        keys = (self._card(seat.member), self._calls)
        self._posting.submit(self.tag, "alongside_misread", keys, (card, self._keep_ms), done)

    async def card(self, seat: Seat) -> Card | None:
        """Read the card that stands for a member. Raises: StoreUnavailable."""
        packed = await self._servers.call(self.tag, "GET", self._card(seat.member))
        if packed is None:
            return None
        about, card = msgpack.unpackb(packed, raw=True)
        return Card(msgpack.unpackb(card)["card"], about.decode())

    async def calm(self) -> Calm:
        """Read what calms the room now. Raises: StoreUnavailable."""
        return read_calm(await self._servers.call(self.tag, "HGETALL", self._root + "calm"))

    async def barred(self, seat: Seat) -> Sanction | None:
        """Read what keeps a member from writing. Raises: StoreUnavailable."""
        packed = await self._servers.fcall(self.tag, "alongside_barred", 1, self._root, seat.member)
        return None if packed is None else unpack_sanction(msgpack.unpackb(packed))

    def _calm(self, seat: Seat) -> tuple[str, str]:
        return self._root + "calm", f"{self._root}slow:{seat.member}"

    def _attempt(self, seat: Seat, say: Say) -> str:
        return f"{self._ids[0]}{seat.member}:{say.id}"

    def _card(self, member: str) -> str:
        return f"{self._root}card:{member}"

    def react(self, seat: Seat, react: React, done: Done) -> None:
        """Record one reaction; None when the message is not there."""
        self._posting.submit(
            self.tag,
            "alongside_respond",
            (*self._keys, self._ids[1] + seat.member, self._channel, self._restored),
            (msgpack.packb(reaction_body(seat.member, react)), self._keep_ms, _entry_id(react.target)),
            done,
        )

    def take_back(self, seat: Seat, act: TakeBack, done: Done) -> None:
        """Take the member's own message out of the record; None when it is not there or somebody else's."""
        body = msgpack.packb({"ev": "removed", "target": act.target, "by": "author"})
        self._posting.submit(
            self.tag,
            "alongside_take_back",
            (*self._keys, self._channel, self._restored),
            (body, self._keep_ms, _entry_id(act.target), seat.member),
            done,
        )

    async def read(self, after: Position | None, count: int = PAGE_EVENTS) -> Page:
        """Read on from a position (None: from the beginning of what is kept). Raises: StoreUnavailable."""
        mark, whole, flat = await self._servers.fcall(
            self.tag, "alongside_since", 2, *self._keys, after or "", count, self._keep_ms
        )
        mark = mark.decode()
        epoch = mark.partition(".")[0]
        events = [
            Event(position(epoch, i), position(epoch, p), read_body(e))
            for i, p, e in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        ]
        return Page(Position(mark), whole == 1, events)

    async def tidy(self) -> Position | None:
        """Drop what is older than the group keeps and renew the rest; answers with the mark. Raises:
        StoreUnavailable.
        """
        mark = await self._servers.fcall(self.tag, "alongside_keep", 2, *self._keys, self._keep_ms)
        return Position(mark.decode()) if mark else None

    async def mark(self) -> Position | None:
        """Read where the record ends. Raises: StoreUnavailable."""
        mark = await self._servers.call(self.tag, "GET", self._keys[1])
        return Position(mark.decode()) if mark else None

    async def tell_here(self, node: str, members: Members) -> list[Here]:
        """Say who is with this node, for PRESENCE_TTL_MS; answers with every node's word. Raises: StoreUnavailable."""
        packed = msgpack.packb(dict(members)) if members else b""
        flat = await self._servers.fcall(
            self.tag, "alongside_here", 2, self._ids[2], self._channel, node, packed, PRESENCE_TTL_MS
        )
        return [
            Here(n.decode(), read_members(m), int(ttl))
            for n, m, ttl in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        ]

    async def tell_typing(self, seat: Seat) -> None:
        """Tell the room, once, that this member is writing. Raises: StoreUnavailable."""
        word = msgpack.packb([0, "typing", seat.member, seat.handle])
        await self._servers.call(self.tag, "SPUBLISH", self._channel, word)

    def listen(self, on_heard: Callable[[Heard], None], on_again: Callable[[], None]) -> None:
        """Hear what is published; `on_again` comes each time hearing (re)starts: read the record then."""
        self._servers.subscriptions.add(
            self.tag, self._channel.encode(), lambda raw: on_heard(read_heard(raw)), on_again
        )

    def forget(self) -> None:
        """Hear no longer."""
        self._servers.subscriptions.drop(self._channel.encode())


def read_calm(flat: Any) -> Calm:
    """Read a room's calm as it is kept."""
    pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
    calm = Calm()
    for part, kept in pairs:
        calm = with_value(calm, part.decode(), int(kept))
    return calm


def _packed(opening: Opening) -> tuple[bytes, bytes, int]:
    card = b""
    if opening.card is not None:
        rules = [grounds.rule for grounds in opening.case.flag.grounds]
        card = msgpack.packb({"card": opening.card, "case": opening.case.id, "rules": rules})
    return msgpack.packb(pack_case(opening.case)), card, CARD_MS


def _entry_id(pos: Position) -> str:
    return pos.partition(".")[2]
