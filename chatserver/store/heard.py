"""What is heard of one room while it happens: published in the functions, read here.

Promises: what is published is only a hint that is fast; the record decides (chatserver.live.following). Positions are
read here as `functions/room.lua` writes them. Knows no connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgpack

from chatserver.core.letters import Letter, LetterId
from chatserver.core.messages import Body, BodyValue, Event, Position
from chatserver.core.presence import Members
from chatserver.store.letters import read_letter


@dataclass(frozen=True, slots=True)
class Said:
    """A live event as it was published."""

    event: Event


@dataclass(frozen=True, slots=True)
class Here:
    """One node's word about who is with it; stands for `ttl_ms`."""

    node: str
    members: Members
    ttl_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class TypingNow:
    """Somebody is writing."""

    member: str
    handle: str


@dataclass(frozen=True, slots=True)
class LetterCame:
    """One member, and nobody else, is told something."""

    member: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class LetterGone:
    """One member's letter was seen, or withdrawn."""

    member: str
    letter: LetterId


@dataclass(frozen=True, slots=True)
class Excluded:
    """A member is out of the group."""

    member: str


Heard = Said | Here | TypingNow | LetterCame | LetterGone | Excluded


def position(epoch: str, entry_id: bytes) -> Position:
    """Give the position of an entry of the stream's life `epoch`."""
    return Position(f"{epoch}.{entry_id.decode()}")


def read_body(packed: bytes) -> Body:
    """Read what an event says."""
    body: Mapping[str, BodyValue] = msgpack.unpackb(packed)
    return body


def read_members(packed: bytes) -> Members:
    """Read who is with a node; nobody where nothing is said."""
    return msgpack.unpackb(packed) if packed else {}


def read_heard(raw: bytes) -> Heard:
    """Read what was published on a room's channel."""
    # raw=True: Lua packs every string as text, the packed body among them, which is none.
    parts: list[Any] = msgpack.unpackb(raw, raw=True)
    if parts[0] != 0:
        epoch = parts[0].decode()
        return Said(Event(position(epoch, parts[1]), position(epoch, parts[2]), read_body(parts[3])))
    if parts[1] == b"here":
        return Here(parts[2].decode(), read_members(parts[3]), int(parts[4]))
    if parts[1] == b"letter":
        return LetterCame(parts[2].decode(), read_letter(parts[3], parts[4]))
    if parts[1] == b"excluded":
        return Excluded(parts[2].decode())
    if parts[1] == b"seen":
        return LetterGone(parts[2].decode(), LetterId(parts[3].decode()))
    return TypingNow(parts[2].decode(), parts[3].decode())
