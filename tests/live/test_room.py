"""Tests of chatserver.live.room, following a real record, with real sockets at the other end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from chatserver.core.codec import JSON
from chatserver.core.errors import CloseCode
from chatserver.core.groups import Group
from chatserver.core.seats import Seat
from chatserver.live.connection import now_ms
from chatserver.live.keeper import Keeper
from chatserver.live.outbox import Outbox
from chatserver.live.room import LiveRoom
from chatserver.store.posting import Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.live.test_outbox import Pair
from tests.store.posts import DEADLINE_S, say


class Watched:
    """A room on one node, with members' lines."""

    def __init__(self, record: RoomRecord) -> None:
        self.keeper = Keeper(Outbox())
        self.room = LiveRoom(record, self.keeper.outbox, now_ms)
        self.pairs: list[Pair] = []

    async def line(self) -> Pair:
        """Seat one more socket."""
        pair = await Pair(self.keeper).open()
        self.pairs.append(pair)
        self.room.sit(pair.socket, JSON)
        return pair

    def close(self) -> None:
        """End everything here."""
        self.room.close()
        for pair in self.pairs:
            pair.close()


Watch = Callable[[], Awaitable[Watched]]


@pytest.fixture
async def watch(servers: Servers, valkey: Path, group: Group) -> AsyncIterator[Watch]:
    """Gives a function that opens the same room on another node, with links of its own to the emptied server."""
    opened: list[Watched] = []
    links: list[Servers] = []

    async def another() -> Watched:
        links.append(Servers(f"unix://{valkey}"))
        await links[-1].start()
        opened.append(Watched(RoomRecord(links[-1], Posting(links[-1]), group, 1)))
        return opened[-1]

    yield another
    for one in opened:
        one.close()
    for link in links:
        await link.stop()


async def frame(pair: Pair) -> bytes:
    """Read one server frame whole."""
    head = await pair.read(2)
    size = head[1]
    if size == 126:
        extended = await pair.read(2)
        head, size = head + extended, int.from_bytes(extended, "big")
    return head + await pair.read(size)


async def event(pair: Pair) -> dict[str, Any]:
    """Read one server event."""
    raw = await frame(pair)
    fields: dict[str, Any] = json.loads(raw[raw.index(b"{") :])
    return fields


async def append_unheard(servers: Servers, record: RoomRecord, old: bytes, new: bytes) -> None:
    """Append the first entry again, with another word, behind the room's back: as if its publication had been lost."""
    root = "{" + record.tag + "}:"
    entry = (await servers.call(record.tag, "XRANGE", root + "stream", "-", "+"))[0][1][3].replace(old, new)
    mark = (await servers.call(record.tag, "GET", root + "mark")).decode()
    epoch, _, last = mark.partition(".")
    added = await servers.call(record.tag, "XADD", root + "stream", "*", "p", last, "e", entry)
    await servers.call(record.tag, "SET", root + "mark", f"{epoch}.{added.decode()}")


async def test_every_socket_of_a_room_gets_the_same_bytes(watch: Watch, record: RoomRecord, wren: Seat) -> None:
    """Framed once; the author's line is no other."""
    here = await watch()
    lines = [await here.line(), await here.line()]
    here.room.following.refresh()
    await here.room.following.opened()
    pos = await say(record, wren, "hello")
    first, second = await frame(lines[0]), await frame(lines[1])
    assert first == second
    assert json.loads(first[2:] if first[1] < 126 else first[4:])["pos"] == pos


async def test_two_nodes_show_one_order(watch: Watch, wren: Seat, otter: Seat) -> None:
    """What either of them posts reaches the members of both in the order of the record."""
    here, there = await watch(), await watch()
    near, far = await here.line(), await there.line()
    for one in (here, there):
        await one.room.following.opened()
    for n in range(10):
        one, seat = (here, wren) if n % 2 else (there, otter)
        await say(one.room.record, seat, f"line {n}")
    heard = [[(await event(line))["text"] for _ in range(10)] for line in (near, far)]
    assert heard[0] == heard[1] == [f"line {n}" for n in range(10)]


async def test_a_hole_is_filled_from_the_record_when_a_publication_was_lost(
    watch: Watch, servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """The next event shows that one is missing; both come, in order, once."""
    here = await watch()
    line = await here.line()
    await here.room.following.opened()
    await say(record, wren, "one")
    await append_unheard(servers, record, b"one", b"two")
    await say(record, wren, "six")
    assert [(await event(line))["text"] for _ in range(3)] == ["one", "two", "six"]
    assert here.room.following.holes == 1


async def test_a_lost_publication_with_nothing_after_it_is_found_when_the_record_is_read(
    watch: Watch, servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """The hub looks every few seconds; this is its look."""
    here = await watch()
    line = await here.line()
    await here.room.following.opened()
    await say(record, wren, "one")
    assert (await event(line))["text"] == "one"
    await append_unheard(servers, record, b"one", b"two")
    here.room.following.refresh()
    assert (await event(line))["text"] == "two"


async def test_everybody_comes_back_when_the_record_is_another_one(
    watch: Watch, servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """Flushed under our hands: closed with 4001, and the room follows the new life."""
    here = await watch()
    line = await here.line()
    await here.room.following.opened()
    await say(record, wren, "one")
    await event(line)
    await servers.call(record.tag, "FLUSHALL")
    here.room.following.refresh()
    async with asyncio.timeout(DEADLINE_S):
        assert int.from_bytes((await frame(line))[2:4], "big") == 4001
    again = await here.line()
    await say(record, wren, "two")
    assert (await event(again))["text"] == "two"


class Silent:
    """A socket to which nothing is said here."""

    def tell(self, fields: object) -> None:
        """Nothing is."""
        raise AssertionError(fields)

    def end(self, code: CloseCode, reason: str) -> None:
        """It is not closed either."""
        raise AssertionError(code, reason)


async def test_presence_is_told_when_a_member_comes_to_another_node(watch: Watch, wren: Seat, otter: Seat) -> None:
    """Both nodes list both members; two sockets of one member are one member."""
    here, there = await watch(), await watch()
    line = await here.line()
    for one in (here, there):
        await one.room.following.opened()
    one_socket, another = Silent(), Silent()
    here.room.people.arrive(wren, one_socket)
    here.room.people.arrive(wren, another)
    there.room.people.arrive(otter, Silent())
    await there.room.tell_presence("there")
    await here.room.tell_presence("here")
    here.room.show_presence()
    shown = await event(line)
    assert shown["ev"] == "here"
    assert {member["handle"] for member in shown["members"]} == {wren.handle, otter.handle}
    here.room.people.depart(wren, one_socket)
    assert here.room.people.local == {wren.member: wren.handle}
    assert here.room.people.hearers(wren.member) == [another]
