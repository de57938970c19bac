"""The log of everything done by those who look after the rooms: entries, each sealed together with all before it.

Law: whoever edits, deletes, inserts, reorders or cuts off an entry without the key is found by `first_fault`, given a
checkpoint that was kept elsewhere. An entry holds no member's words and no member id: a keyed digest stands for them.
Pure: key and time are arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any, NewType

import msgpack

Seal = NewType("Seal", str)

FIRST: Seal = Seal("0" * 64)
"""What the first entry is sealed to."""

_SEAL_BYTES = 32
MAX_REASON_CHARS = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what, when (ms since 1970), to what (`about`: an account, a case, a digest), why, and what changed by it.

    `who` is an account's id, or "machine" for the command line and "house" for what happened by itself.
    """

    at_ms: int
    who: str
    act: str
    about: str
    reason: str = ""
    case: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries there are, and the seal of the last one."""

    count: int
    seal: Seal


EMPTY = Head(0, FIRST)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry (counting from 1) that is not as it was written."""

    number: int
    what: str


def pack_entry(entry: Entry) -> bytes:
    """Give the entry's one form in bytes, which the seal is of."""
    packed: bytes = msgpack.packb(sorted(asdict(entry).items()))
    return packed


def unpack_entry(packed: bytes) -> Entry:
    """Give the entry that `pack_entry` packed. Raises: ValueError or TypeError when it is none."""
    return Entry(**dict(msgpack.unpackb(packed)))


def seal(key: bytes, before: Seal, packed: bytes) -> Seal:
    """Give the seal of an entry that follows the one sealed `before`."""
    return Seal(blake2b(before.encode() + packed, digest_size=_SEAL_BYTES, key=key, person=b"audit").hexdigest())


def digest(key: bytes, words: str) -> str:
    """Give what stands in an entry for a member's words or id: the same for the same, and no way back."""
    return blake2b(words.encode(), digest_size=16, key=key, person=b"audit-words").hexdigest()


def first_fault(key: bytes, entries: Sequence[tuple[bytes, Seal]], checkpoint: Head = EMPTY) -> Fault | None:
    """Find the first entry that was tampered with; None when all are as written, and none up to the checkpoint is gone.

    What was cut off after the last checkpoint cannot be seen; a checkpoint is kept at every append.
    """
    last = FIRST
    for number, (packed, claimed) in enumerate(entries, 1):
        last = seal(key, last, packed)
        if last != claimed:
            return Fault(number, "does not follow from those before it: edited, inserted, moved, or one is gone")
        if number == checkpoint.count and last != checkpoint.seal:
            return Fault(number, "is not the entry that the checkpoint names: the log was written anew")
    if len(entries) < checkpoint.count:
        return Fault(len(entries) + 1, f"is missing: the checkpoint names {checkpoint.count} entries")
    return None
