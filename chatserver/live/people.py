"""Who is in one room: by which sockets each member is here with this node, and whom the other nodes have named.

Promises: a member is here as long as one of their sockets is; a node that fell silent goes with its members. Tells no
other node and shows nobody anything: `is_untold` and `is_unshown` say when that is due. Knows sockets only as hearers,
and no Redis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chatserver.core.errors import CloseCode
from chatserver.core.presence import Presence, expire, listing, merge
from chatserver.core.seats import Seat
from chatserver.store.heard import Here


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


class People:
    """The people of one room, as this node knows them."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._present: dict[str, _Present] = {}
        self._presence = Presence()
        self.is_untold = False
        """Whether somebody came or went here since the other nodes were told."""
        self.is_unshown = False
        """Whether somebody came or went anywhere since the room's sockets were told."""

    def arrive(self, seat: Seat, hearer: Hearer) -> None:
        """A member is here with one more socket."""
        present = self._present.setdefault(seat.member, _Present(seat.handle, []))
        present.hearers.append(hearer)
        self.is_untold |= len(present.hearers) == 1

    def depart(self, seat: Seat, hearer: Hearer) -> None:
        """A member has one socket fewer."""
        present = self._present.get(seat.member)
        if present is None:
            return
        present.hearers.remove(hearer)
        if not present.hearers:
            del self._present[seat.member]
            self.is_untold = True

    def hearers(self, member: str) -> list[Hearer]:
        """Give the sockets by which a member is here."""
        present = self._present.get(member)
        return [] if present is None else list(present.hearers)

    def tell(self, member: str, fields: object) -> None:
        """Write one event to every socket by which a member is here, and to nobody else's."""
        for hearer in self.hearers(member):
            hearer.tell(fields)

    @property
    def local(self) -> dict[str, str]:
        """Who is in the room with this node: member id to handle."""
        return {member: present.handle for member, present in self._present.items()}

    @property
    def count(self) -> int:
        """How many people are in the room over all nodes."""
        return len(self._presence.people().keys() | self._present.keys())

    def fields(self) -> dict[str, object]:
        """Give the room's people over all nodes, as the fields of a `here` event."""
        return listing({**self._presence.people(), **self.local})

    def merge(self, word: Here) -> None:
        """Take what a node said."""
        before = self._presence.people()
        self._presence = merge(self._presence, word.node, word.members, self._now_ms() + word.ttl_ms)
        self.is_unshown |= self._presence.people() != before

    def expire(self) -> None:
        """Drop the nodes that fell silent."""
        kept = expire(self._presence, self._now_ms())
        self.is_unshown |= kept is not self._presence
        self._presence = kept
