"""The newest events of one room, as one node knows them: a bounded window on the record.

Law: following the record live and reading it give the same window; an event is taken once, in order, or the window
says that there is a hole. Positions are compared as the store orders them, within one epoch. Knows no Redis and no
socket.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum

from chatserver.core.messages import Event, Position, sent_at_ms

MAX_EVENTS = 500  # what a node keeps of a room in memory, so that a reconnect storm reads nothing from Redis


class Step(Enum):
    """What became of an offered event."""

    TAKEN = "taken"
    KNOWN = "known"
    HOLE = "hole"


def _order(pos: Position) -> tuple[int, int]:
    milliseconds, _, number = pos.partition(".")[2].partition("-")
    return int(milliseconds), int(number)


def epoch_of(pos: Position) -> str:
    """Give the life of the stream that a position belongs to."""
    return pos.partition(".")[0]


class Timeline:
    """Where the room stands (`pos`) and its newest events.

    `is_from_beginning` says that the window holds everything the record keeps; `is_whole` that the record itself has
    lost nothing since the room began.
    """

    __slots__ = ("_events", "_start", "is_from_beginning", "is_whole", "pos")

    def __init__(self, pos: Position, *, is_from_beginning: bool = False, is_whole: bool = False) -> None:
        self.pos = pos
        self._start = pos
        self._events: deque[Event] = deque()
        self.is_from_beginning = is_from_beginning
        self.is_whole = is_whole

    def offer(self, event: Event) -> Step:
        """Take the event when it follows directly; KNOWN when it is not newer; HOLE otherwise (nothing changes)."""
        if event.prev == self.pos:
            self._take(event)
            return Step.TAKEN
        if epoch_of(event.pos) == epoch_of(self.pos) and _order(event.pos) <= _order(self.pos):
            return Step.KNOWN
        return Step.HOLE

    def extend(self, events: Iterable[Event]) -> list[Event]:
        """Take what was read from the record after `pos`; the record is right even where its entries skip a removed
        one.
        """
        taken = [event for event in events if _order(event.pos) > _order(self.pos)]
        for event in taken:
            self._take(event)
        return taken

    def since(self, after: Position | None) -> list[Event] | None:
        """Give the events after a position (None: all that are kept), or None when the window does not reach back to
        it.
        """
        if after is None:
            return list(self._events) if self.is_from_beginning else None
        if after == self.pos:
            return []
        found: list[Event] = []
        for event in reversed(self._events):
            if event.pos == after:
                return found[::-1]
            found.append(event)
        return found[::-1] if after == self._start else None

    def _take(self, event: Event) -> None:
        if event.body["ev"] in ("removed", "restored"):
            self._forget(event)
        self._events.append(event)
        self.pos = event.pos
        if len(self._events) > MAX_EVENTS:
            self._drop_oldest()

    def drop_before(self, oldest_ms: int) -> None:
        """Forget what is older than the group keeps."""
        while self._events and sent_at_ms(self._events[0].pos) < oldest_ms:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._start = self._events.popleft().pos
        self.is_from_beginning = self.is_whole = False

    def _forget(self, event: Event) -> None:
        """A removed message's words leave the memory too, wherever they stand; a reader there is sent to the record.

        What is restored stands in its newest event, and in its old place if it never left it.
        """
        target = event.body["target"]
        places = {target} if event.body["ev"] == "removed" else set()
        self._events = deque(
            known
            for known in self._events
            if known.pos not in places and not (known.body["ev"] == "restored" and known.body["target"] == target)
        )
