"""The rooms of this node, and the beat by which they are looked after.

Promises: a room is followed from its first socket until half a minute after its last. Every few seconds each room's
position is compared with the record, so that even a lost publication with nothing after it is noticed. Presence is
told at most once a second a room.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from chatserver.core.duty import StaffWord
from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.stress import Stress
from chatserver.live.outbox import Outbox
from chatserver.live.room import LiveRoom
from chatserver.store.members import Members
from chatserver.store.rooms import RoomRecord

_log = logging.getLogger(__name__)

BEAT_S = 1.0
LOOK_BEATS = 5  # positions are compared with the record
TELL_BEATS = 8  # presence and counts are renewed, well inside their 25 s
TIDY_BEATS = 60  # retention, seats
STAFF_BEATS = 10  # what is told of the staff may change by time alone: a schedule's span begins or ends
IDLE_BEATS = 30  # an empty room is forgotten, unless somebody comes back

RoomKey = tuple[str, int]


class Hub:
    """Every room with somebody in it. Of private ones nobody is counted, and no seat is renewed by them."""

    def __init__(
        self,
        record: Callable[[Group, int], RoomRecord],
        members: Members,
        *,
        node: str,
        now_ms: Callable[[], int],
        outbox: Outbox,
        staff: Callable[[Group], StaffWord] | None = None,
        is_private: bool = False,
    ) -> None:
        self._record, self._members = record, members
        self._node, self._now_ms = node, now_ms
        self._outbox, self._staff = outbox, staff
        self._is_private = is_private
        self._rooms: dict[RoomKey, LiveRoom] = {}
        self._idle: dict[RoomKey, int] = {}
        self.stress: Callable[[], Stress] = lambda: Stress.CALM
        """How much the node has to do; who came or went is told when it is calm again."""

    def room(self, group: Group, number: int) -> LiveRoom:
        """Give the room, opening it when this is its first socket here."""
        key = (group.id, number)
        room = self._rooms.get(key)
        if room is None:
            room = self._rooms[key] = LiveRoom(self._record(group, number), self._outbox, self._now_ms)
            room.staff = None if self._staff is None else self._staff(group)
        self._idle.pop(key, None)
        return room

    def find(self, group: str, number: int) -> LiveRoom | None:
        """Give the room as far as this node follows it."""
        return self._rooms.get((group, number))

    @property
    def rooms(self) -> list[LiveRoom]:
        """The rooms this node follows."""
        return list(self._rooms.values())

    async def run(self) -> None:
        """Look after the rooms until cancelled."""
        for beat in itertools.count(1):
            await asyncio.sleep(BEAT_S)
            rooms, is_calm = self.rooms, self.stress() is Stress.CALM
            tasks: list[Coroutine[Any, Any, None]] = []
            for room in rooms:
                if is_calm:
                    room.show_presence()
                elif room.people.is_untold or room.people.is_unshown:
                    self._outbox.tally.add("shed", "presence")
                if (room.people.is_untold and is_calm) or beat % TELL_BEATS == 0:
                    tasks.append(room.tell_presence(self._node))
                if beat % LOOK_BEATS == 0:
                    tasks.append(self._look(room))
                if beat % TIDY_BEATS == 0:
                    tasks.append(self._tidy(room))
            if beat % TELL_BEATS == 1 and not self._is_private:
                tasks.extend(self._tell_counts(rooms))
            if beat % STAFF_BEATS == 0:
                self.tell_staff()
            await self._all(tasks)
            self._forget_idle()

    def tell_staff(self) -> None:
        """Tell every room whose members were told something else of the staff; private ones are told nothing of it."""
        if self._staff is None:
            return
        for room in self.rooms:
            room.show_staff(self._staff(room.record.group))

    async def say_goodbye(self) -> None:
        """Tell the other nodes that nobody is here any more."""
        await self._all(room.tell_presence(self._node) for room in self.rooms)

    @staticmethod
    async def _all(tasks: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Runs the beat's work; Redis being away is known already, anything else is a bug and logged once."""
        for fault in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(fault, Exception) and not isinstance(fault, StoreUnavailable):
                _log.error("looking after a room failed", exc_info=fault)

    @staticmethod
    async def _look(room: LiveRoom) -> None:
        following = room.following
        known = following.pos
        mark = await room.record.mark()
        # None: its first reading failed, a new room's too
        if known is None or (mark != known and following.pos == known):
            following.refresh()

    async def _tidy(self, room: LiveRoom) -> None:
        await room.record.tidy()
        room.following.drop_before(self._now_ms() - room.record.group.retention_s * 1000)
        if (members := room.people.local) and not self._is_private:
            await self._members.stay(room.record.group, room.record.number, members)

    def _tell_counts(self, rooms: list[LiveRoom]) -> list[Coroutine[Any, Any, None]]:
        counts: Counter[Group] = Counter()
        for room in rooms:
            counts[room.record.group] += len(room.people.local)
        return [self._members.tell_count(group, self._node, count) for group, count in counts.items()]

    def _forget_idle(self) -> None:
        for key, room in list(self._rooms.items()):
            if not room.is_idle:
                self._idle.pop(key, None)
                continue
            self._idle[key] = self._idle.get(key, 0) + 1
            if self._idle[key] >= IDLE_BEATS:
                del self._rooms[key], self._idle[key]
                room.close()
