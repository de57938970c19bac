"""The last hour of this node and its rooms, in memory alone, for the operators' page of whichever node is asked.

Promises: a look every TICK_S costs an addition a room; a room is kept for an hour after its last socket, MAX_ROOMS at
most; private talks are not in it; a node that ends takes its hour with it. What is told here goes to nodes only
(chatserver.live.machines): the numbers are exact, and what may leave is `chatserver.core.roomhealth`'s. Holds no member
and no word.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from chatserver.core.minutes import Minutes
from chatserver.live.hub import Hub, RoomKey
from chatserver.live.room import LiveRoom

TICK_S = 5.0
MINUTE_TICKS = 12
MAX_ROOMS = 1_000  # of one node, the fullest first: some 400 KB when told
LATELY_MINUTES = 5  # "lately", where something is said to be going on now


def next_tick(last_s: float, now_s: float) -> float:
    """Give the next multiple of TICK_S, past the last one too: a loop that counts in milliseconds wakes early."""
    return (max(last_s, now_s) // TICK_S + 1) * TICK_S


@dataclass(slots=True)
class _RoomHour:
    people: int = 0
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=MINUTE_TICKS))
    least: Minutes = field(default_factory=Minutes)
    messages: Minutes = field(default_factory=Minutes)
    slow: Minutes = field(default_factory=Minutes)


class Hour:
    """The hour of one node; `loop_lag_s` gives how late its loop wakes."""

    def __init__(self, hub: Hub, loop_lag_s: Callable[[], float]) -> None:
        self._hub, self._loop_lag_s = hub, loop_lag_s
        self._lag = Minutes()
        self._rooms: dict[RoomKey, _RoomHour] = {}

    async def run(self) -> None:
        """Look until cancelled, at whole multiples of TICK_S."""
        due_s = next_tick(0, time.time())
        while True:
            await asyncio.sleep(due_s - time.time())
            self.tick(time.time())
            due_s = next_tick(due_s, time.time())

    def tick(self, now_s: float) -> None:
        """Count what happened since the last tick towards the minute in which it did."""
        minute = int((now_s - TICK_S / 2) // 60)
        self._lag.high(minute, self._loop_lag_s())
        here: dict[RoomKey, LiveRoom] = {(room.record.group.id, room.record.number): room for room in self._hub.rooms}
        for key, room in here.items():
            self._look(self._rooms.setdefault(key, _RoomHour()), room, minute)
        for key, hour in list(self._rooms.items()):
            if key not in here:
                hour.people = 0
                hour.recent.clear()
                if hour.least.is_over(minute):
                    del self._rooms[key]

    @staticmethod
    def _look(hour: _RoomHour, room: LiveRoom, minute: int) -> None:
        messages, slow = room.take_counts()
        hour.people = room.people.count
        hour.recent.append(messages)
        hour.least.low(minute, hour.people)
        hour.messages.add(minute, messages)
        hour.slow.add(minute, slow)

    def told(self, now_s: float) -> dict[str, object]:
        """Give it as `chatserver.core.roomhealth` reads it."""
        minute = int(now_s // 60)
        fullest = sorted(self._rooms.items(), key=lambda item: -item[1].people)[:MAX_ROOMS]
        lag = [None if lag is None else round(lag, 4) for lag in self._lag.before(minute)]
        return {"lag": lag, "rooms": [_fields(key, hour, minute) for key, hour in fullest]}


def _fields(key: RoomKey, hour: _RoomHour, minute: int) -> dict[str, object]:
    return {
        "group": key[0],
        "number": key[1],
        "people": hour.people,
        "messages": sum(hour.recent),
        "slow": hour.slow.total(minute),
        "slow_lately": hour.slow.total(minute, LATELY_MINUTES),
        "least_hour": hour.least.before(minute),
        "messages_hour": hour.messages.before(minute),
    }
