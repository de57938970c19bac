"""The last hour of a node, beside a real record and a real reader that takes nothing."""

from __future__ import annotations

from typing import Any

from chatserver.core.errors import CloseCode
from chatserver.core.groups import Group
from chatserver.core.minutes import MINUTES
from chatserver.core.seats import Seat
from chatserver.live.connection import now_ms
from chatserver.live.hour import TICK_S, Hour, next_tick
from chatserver.live.hub import IDLE_BEATS, Hub
from chatserver.live.keeper import Keeper
from chatserver.live.outbox import Outbox
from chatserver.live.room import LiveRoom
from chatserver.store.members import Members
from chatserver.store.posting import Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import react, say

MINUTE_S = 60.0
NOW_S = 30_000_000 * MINUTE_S


def hub_of(servers: Servers, posting: Posting) -> Hub:
    """A node's rooms, with nobody looking after them."""
    return Hub(
        lambda group, number: RoomRecord(servers, posting, group, number),
        Members(servers),
        node="n",
        now_ms=now_ms,
        outbox=Keeper(Outbox()).outbox,
    )


async def caught_up(room: LiveRoom) -> None:
    """Wait until the room has read what its record has now."""
    while room.following.pos != await room.record.mark():
        room.following.refresh()
        await room.following.opened()


def rooms_told(hour: Hour, now_s: float) -> list[dict[str, Any]]:
    """What is told of rooms."""
    rooms: Any = hour.told(now_s)["rooms"]
    return list(rooms)


async def test_what_happened_is_counted_once_towards_its_minute(servers: Servers, group: Group, wren: Seat) -> None:
    """Messages that came (not reactions), readers closed for being slow (not others), the worst lag of a minute."""
    posting, lags = Posting(servers), iter((0.1, 0.4, 0.2))
    hub = hub_of(servers, posting)
    room, hour = hub.room(group, 1), Hour(hub, lambda: next(lags))
    await room.following.opened()
    target = await say(room.record, wren, "one")
    await say(room.record, wren, "two")
    await react(room.record, wren, target)
    room.closed(CloseCode.SLOW)
    room.closed(CloseCode.ENDED)
    await caught_up(room)
    hour.tick(NOW_S)  # what happened in the 5 s before the minute began is the last minute's
    await say(room.record, wren, "three")
    await caught_up(room)
    hour.tick(NOW_S + TICK_S)
    hour.tick(NOW_S + 2 * TICK_S)
    (told,) = rooms_told(hour, NOW_S + MINUTE_S)
    assert (told["messages"], told["slow"], told["slow_lately"], told["people"]) == (3, 1, 1, 0)
    assert told["messages_hour"] == [None] * (MINUTES - 2) + [2, 1]
    assert told["least_hour"] == [None] * (MINUTES - 2) + [0, 0]
    assert hour.told(NOW_S + MINUTE_S)["lag"] == [None] * (MINUTES - 2) + [0.1, 0.4]
    room.close()


async def test_a_room_is_kept_for_an_hour_when_everybody_has_gone(servers: Servers, group: Group) -> None:
    """Not longer: nothing is left of it."""
    hub = hub_of(servers, Posting(servers))
    hour = Hour(hub, lambda: 0.0)
    hub.room(group, 1)
    hour.tick(NOW_S)
    for _ in range(IDLE_BEATS):
        hub._forget_idle()  # what a beat does
    assert hub.rooms == []
    hour.tick(NOW_S + (MINUTES - 1) * MINUTE_S)
    assert len(rooms_told(hour, NOW_S)) == 1
    hour.tick(NOW_S + (MINUTES + 1) * MINUTE_S)
    assert rooms_told(hour, NOW_S) == []


def test_next_tick_is_another_one_when_the_loop_woke_a_moment_early() -> None:
    """Else the minute's ticks would pass within one millisecond, and a room that talks would look silent."""
    due_s = next_tick(0, NOW_S)
    assert due_s > NOW_S
    assert next_tick(due_s, due_s - 0.0004) == due_s + TICK_S
    assert next_tick(due_s, due_s + 0.0004) == due_s + TICK_S
    assert next_tick(due_s, due_s + 10 * TICK_S) == due_s + 11 * TICK_S, "what was slept through is not made up for"
