"""What a moderator may do about a case or a room, as values (docs/desk.md). `chatserver.core.orders` reads them.

Knows no case, no room and no Redis.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

EXPLAINED = ("remove", "fold", "restore", "mute", "exclude", "give_back", "slow", "quiet", "lock")
"""The acts whose reason somebody is told, by name."""

UNDO_MS = 10_000  # long enough to see that it was the wrong button


@dataclass(frozen=True, slots=True, repr=False)
class Say:
    """Say something in the room, as "Moderator"."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """Say something to the case's member, and to nobody else."""

    text: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a message's words out of the room; `pos` None means the case's message."""

    pos: str | None = None


@dataclass(frozen=True, slots=True)
class Fold:
    """Put a message behind a button."""

    pos: str | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Show a message that was removed or folded again."""

    pos: str | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Let the case's member write nothing in the room for so long. `is_sure`: though there is talk of danger."""

    seconds: int
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Exclude:
    """Keep the case's member out of the group for so long. `is_sure`: though there is talk of danger."""

    seconds: int
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """Let everybody write once in so many seconds; 0 ends it."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """Let moderators alone write, or everybody again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Lock:
    """Let no newcomer into the room, or let them in again."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetLevel:
    """Say anew how soon a person must look at the case."""

    level: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the case to an account of this name, or back to everybody; the reason goes with it."""

    to: str | None


@dataclass(frozen=True, slots=True)
class LetThrough:
    """Put the held message into the record."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give the held message back to its author, with the reason."""


RoomAct = Say | Word | Remove | Fold | Restore | Mute | Exclude | Slow | Quiet | Lock | LetThrough | GiveBack
"""What a room's record takes part in."""
DeskAct = SetLevel | HandOver
"""What is about the case alone."""
Act = RoomAct | DeskAct


@dataclass(frozen=True, slots=True)
class Order:
    """An act with its reason. `attempt` names it for the desk that asks: repeated, nothing is done twice."""

    name: str
    act: Act
    reason: str
    attempt: str | None = None


def act_name(account: str, attempt: str) -> str:
    """Give the name under which this account's attempt is known: the same for the same."""
    return blake2b(f"{account}\0{attempt}".encode(), digest_size=12, person=b"act").hexdigest()
