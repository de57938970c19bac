"""What a member may ask for (acts) and what a room's record holds (events), as values.

An act is one client frame, checked. An event is one entry of a room's stream: a position, the position before it and a
body (a flat mapping in the words of docs/protocol.md). This module knows no encoding, no socket and no Redis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NewType

from chatserver.core.letters import LetterId
from chatserver.core.rulings import Folded

Position = NewType("Position", str)
"""Opaque outside the store: `epoch.milliseconds-number`."""

BodyValue = str | int | bool | Mapping[str, object]
Body = Mapping[str, BodyValue]

MAX_TEXT_CHARS = 4_000  # a long letter; docs/protocol.md
MAX_ID_CHARS = 64
MAX_NOTE_CHARS = 80
MAX_POSITION_CHARS = 64
REACTION_KINDS = ("heart", "hug", "same", "strength", "thanks")


@dataclass(frozen=True, slots=True)
class Enter:
    """Come into the room; `after` is the last position known, None for everything kept."""

    after: Position | None


@dataclass(frozen=True, slots=True, repr=False)
class Say:
    """Post words under an attempt's name; repeating the name never doubles the message."""

    id: str
    text: str
    reply_to: Position | None = None
    note: str | None = None

    def __repr__(self) -> str:
        return f"Say({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class React:
    """Add (`on`) or take away one reaction to the message at `target`."""

    target: Position
    kind: str
    on: bool


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take one's own message back: its words leave the record."""

    target: Position


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """Tell moderators about a message: concern for its author, or a broken rule."""

    target: Position
    why: Literal["concern", "rule"]
    words: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class AskModerator:
    """Ask to talk to a moderator."""

    words: str | None = None


@dataclass(frozen=True, slots=True)
class Misread:
    """Say that a card was not called for: it goes, and somebody may learn from it."""

    card: str


@dataclass(frozen=True, slots=True, repr=False)
class Appeal:
    """Ask for another look at a sanction, by its receipt."""

    receipt: str
    words: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The member has seen a letter: it need not come again."""

    letter: LetterId


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """Say yes or no to a moderator's offer to talk."""

    handoff: str
    is_yes: bool


@dataclass(frozen=True, slots=True)
class LeaveHandOff:
    """The member ends a talk with a moderator, or has seen that it is over."""

    handoff: str


@dataclass(frozen=True, slots=True)
class Typing:
    """The member is writing; worth showing for a few seconds, never kept."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The member goes; the socket is closed and nobody is told."""


Act = (
    Enter
    | Say
    | React
    | TakeBack
    | Report
    | AskModerator
    | Misread
    | Appeal
    | Seen
    | AnswerOffer
    | LeaveHandOff
    | Typing
    | Leave
)


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """One entry of a room's stream; `prev` is the position of the entry before it."""

    pos: Position
    prev: Position
    body: Body

    def __repr__(self) -> str:
        return f"Event({self.body.get('ev')!r}, {self.pos!r})"

    def fields(self) -> dict[str, BodyValue]:
        """Give the event as members receive it: the kind first, then where it stands, then the rest of its body."""
        at = sent_at_ms(self.pos)
        return {"ev": self.body["ev"], "pos": self.pos, "prev": self.prev, "at": at, **self.body}


def sent_at_ms(pos: Position) -> int:
    """Give the time of an entry (ms since 1970, by the clock of the server that keeps the stream).

    >>> sent_at_ms(Position("6a43f1c02b1e3.1763942400123-0"))
    1763942400123
    """
    return int(pos.partition(".")[2].partition("-")[0])


MODERATOR = "moderator"
"""The member id and the mark of what a moderator says in a room; no member's id is so short."""


def message_body(member: str, handle: str, say: Say, folded: Folded | None = None) -> dict[str, BodyValue]:
    """Give the body of the event that one `say` becomes."""
    body: dict[str, BodyValue] = {"ev": "message", "member": member, "handle": handle, "text": say.text}
    if say.reply_to is not None:
        body["reply_to"] = say.reply_to
    if say.note is not None:
        body["note"] = say.note
    if member == MODERATOR:
        body["mark"] = MODERATOR
    if folded is not None:
        body["folded"] = folded.fields()
    return body


def reaction_body(member: str, react: React) -> dict[str, BodyValue]:
    """Give the body of the event that one `react` becomes."""
    return {"ev": "reaction", "target": react.target, "member": member, "kind": react.kind, "on": react.on}
