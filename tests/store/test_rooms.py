"""Tests of chatserver.store.rooms and the functions in room.lua, on a real server."""

from __future__ import annotations

import asyncio

import pytest

from chatserver.core.errors import Barred
from chatserver.core.messages import Position, Say
from chatserver.core.seats import Seat
from chatserver.store.heard import Here, Said
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import DEADLINE_S, outcome, react, say, take_back


def texts(events: list[object]) -> list[object]:
    """Give what was said, in order."""
    return [event.body.get("text") for event in events]  # type: ignore[attr-defined]


async def test_the_record_gives_back_what_was_said_in_order_when_it_is_read(
    record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """Each event follows the one before; the page ends where the record does."""
    first = await say(record, wren, "good evening")
    second = await say(record, otter, "good to see you")
    page = await record.read(None)
    assert [event.pos for event in page.events] == [first, second]
    assert texts(list(page.events)) == ["good evening", "good to see you"]
    assert page.events[1].prev == first
    assert (page.mark, page.is_whole) == (second, True)
    assert (await record.read(first)).events == page.events[1:]
    assert (await record.read(second)).events == []
    assert await record.mark() == second


async def test_an_attempt_is_recorded_once_when_it_is_repeated(record: RoomRecord, wren: Seat, otter: Seat) -> None:
    """The repeat is answered with the first position; the same name of somebody else is another attempt."""
    first = await say(record, wren, "hello", "a1")
    assert await say(record, wren, "hello", "a1") == first
    assert await say(record, otter, "hello", "a1") != first
    assert len((await record.read(None)).events) == 2


async def test_words_are_refused_with_their_end_when_a_sanction_stands(
    servers: Servers, record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """It stands against one member only; what was recorded before is still answered for."""
    first = await say(record, wren, "before", "a1")
    await servers.call(record.tag, "SET", "{" + record.tag + "}:sanction:" + wren.member, "1700000000000")
    barred = await outcome(lambda done: record.say(wren, Say("a2", "after"), done))
    assert isinstance(barred, Barred)
    assert barred.until_ms == 1700000000000
    assert await say(record, wren, "before", "a1") == first
    assert isinstance(await react(record, wren, first), Barred)
    assert isinstance(await say(record, otter, "hello"), str)


async def test_only_the_author_takes_a_message_back_and_its_words_leave_the_record(
    record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """A stranger is refused; afterwards nothing can be said about the message."""
    pos = await say(record, wren, "too much of me")
    assert await take_back(record, otter, pos) is None
    assert isinstance(await take_back(record, wren, pos), str)
    events = (await record.read(None)).events
    assert [event.body["ev"] for event in events] == ["removed"]
    assert events[0].body["target"] == pos
    assert await take_back(record, wren, pos) is None
    assert await react(record, otter, pos) is None


async def test_a_removed_entry_leaves_no_gap_when_a_reader_stands_before_it(record: RoomRecord, wren: Seat) -> None:
    """What was taken back is not missing: the reader's history is whole."""
    first = await say(record, wren, "one")
    second = await say(record, wren, "two")
    await take_back(record, wren, second)
    page = await record.read(first)
    assert page.is_whole
    assert [event.body["ev"] for event in page.events] == ["removed"]


async def test_a_reader_is_told_when_what_follows_its_position_is_no_longer_kept(
    servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """Trimmed, flushed or of another life of the stream: never hidden."""
    first = await say(record, wren, "one")
    for n in range(3):
        await say(record, wren, f"more {n}")
    await servers.call(record.tag, "XTRIM", "{" + record.tag + "}:stream", "MAXLEN", "=", "1")
    assert not (await record.read(first)).is_whole
    assert not (await record.read(None)).is_whole
    await servers.call(record.tag, "FLUSHALL")
    page = await record.read(first)
    assert not page.is_whole
    assert page.mark.partition(".")[0] != first.partition(".")[0]


async def test_the_epoch_changes_when_an_old_backup_is_restored(
    servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """A position beyond the end proves that the stream has gone back in time: clients begin anew."""
    first = await say(record, wren, "kept in the backup")
    root = "{" + record.tag + "}:"
    backup = [(key, await servers.call(record.tag, "DUMP", key)) for key in (root + "stream", root + "mark")]
    later = await say(record, wren, "after the backup")
    for key, dump in backup:
        await servers.call(record.tag, "RESTORE", key, 60_000, dump, "REPLACE")
    page = await record.read(later)
    assert not page.is_whole
    assert page.mark.partition(".")[0] != first.partition(".")[0]
    assert texts(list(page.events)) == ["kept in the backup"]


async def test_what_is_older_than_the_group_keeps_goes_when_the_room_is_tidied(
    servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """Retention is by age."""
    pos = await say(record, wren, "young")
    stream = "{" + record.tag + "}:stream"
    entry = (await servers.call(record.tag, "XRANGE", stream, "-", "+"))[0]
    await servers.call(record.tag, "DEL", stream)
    await servers.call(record.tag, "XADD", stream, "1000-0", *entry[1])
    await servers.call(record.tag, "XADD", stream, entry[0], *entry[1])
    assert await record.tidy() == pos
    assert [event.pos for event in (await record.read(None)).events] == [pos]


async def test_every_key_of_a_room_expires(servers: Servers, record: RoomRecord, wren: Seat) -> None:
    """Nothing a person said or is called by stays for ever."""
    pos = await say(record, wren, "hello")
    await react(record, wren, pos)
    await record.tell_here("node-a", {wren.member: wren.handle})
    keys = await servers.call(record.tag, "KEYS", "*")
    assert len(keys) >= 4
    for key in keys:
        assert await servers.call(record.tag, "PTTL", key) > 0, key


async def test_a_listener_hears_events_and_presence_when_they_happen(record: RoomRecord, wren: Seat) -> None:
    """What is heard is what is then read; presence carries each node's word."""
    heard: asyncio.Queue[object] = asyncio.Queue()
    stands = asyncio.Event()
    record.listen(heard.put_nowait, stands.set)
    async with asyncio.timeout(DEADLINE_S):
        await stands.wait()
        pos = await say(record, wren, "hello")
        said = await heard.get()
        assert isinstance(said, Said)
        assert [said.event] == (await record.read(None)).events
        assert said.event.pos == pos
        await record.tell_here("node-a", {wren.member: wren.handle})
        assert await heard.get() == Here("node-a", {wren.member: wren.handle}, 25_000)
    record.forget()


async def test_presence_is_each_nodes_last_word_when_several_speak(record: RoomRecord, wren: Seat, otter: Seat) -> None:
    """A node that has nobody is gone from the answer."""
    await record.tell_here("node-a", {wren.member: wren.handle})
    both = await record.tell_here("node-b", {otter.member: otter.handle})
    assert {word.node: dict(word.members) for word in both} == {
        "node-a": {wren.member: wren.handle},
        "node-b": {otter.member: otter.handle},
    }
    left = await record.tell_here("node-a", {})
    assert [word.node for word in left] == ["node-b"]


@pytest.mark.parametrize("after", [None, Position("0000.1-1")])
async def test_an_empty_room_has_a_mark_when_it_is_first_read(record: RoomRecord, after: Position | None) -> None:
    """Two readers of an empty room agree on where it stands."""
    page = await record.read(after)
    assert page.events == []
    assert page.mark == (await record.read(None)).mark
    assert page.is_whole == (after is None)
