"""What was heard, checked: every member of a room hears every message of it once, all in one order.

The first member that hears a message writes it into the room's log; everybody else must hear the log as it stands.
Costs one comparison a delivery. Knows no socket, no protocol and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable


class RoomLog:
    """One room: the names of its messages in the order in which they were heard."""

    __slots__ = ("accepted", "index", "log")

    def __init__(self) -> None:
        self.log: list[bytes] = []
        self.index: dict[bytes, int] = {}
        self.accepted: set[bytes] = set()


class Place:
    """One member's place in a room's log; `at` is None until the first message."""

    __slots__ = ("at", "room")

    def __init__(self, room: RoomLog) -> None:
        self.room = room
        self.at: int | None = None


class Ledger:
    """All rooms, and what went wrong in them."""

    def __init__(self) -> None:
        self.rooms: dict[bytes, RoomLog] = {}
        self.skipped = self.doubled = 0

    def room(self, name: bytes) -> RoomLog:
        """Give the log of this room, a new one at first."""
        return self.rooms.setdefault(name, RoomLog())

    def hear(self, place: Place, name: bytes) -> None:
        """A member heard this message."""
        room, at = place.room, place.at
        if at is None:  # whoever comes in begins somewhere in the life of the room
            at = room.index.get(name, len(room.log))
        if at < len(room.log) and room.log[at] == name:
            place.at = at + 1
            return
        where = room.index.get(name)
        if where is None:
            self.skipped += len(room.log) - at
            room.index[name] = len(room.log)
            room.log.append(name)
            place.at = len(room.log)
        elif where < at:
            self.doubled += 1
            place.at = at
        else:
            self.skipped += where - at
            place.at = where + 1

    def missing(self, places: Iterable[Place]) -> dict[str, int]:
        """Give what is wrong now that everybody should have heard everything: all noughts when nothing is.

        `lost`: accepted and heard by nobody; `unheard`: deliveries that some of these members lack at the end;
        `skipped`: that they lacked in between, or got in another order; `doubled`: that came twice.
        """
        lost = sum(len(room.accepted - room.index.keys()) for room in self.rooms.values())
        unheard = sum(len(place.room.log) - place.at for place in places if place.at is not None)
        return {"lost": lost, "unheard": unheard, "skipped": self.skipped, "doubled": self.doubled}
