"""Tests of chatserver.store.posting, on a real server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from chatserver.core.errors import StoreUnavailable
from chatserver.core.messages import Say
from chatserver.core.seats import Seat
from chatserver.store.link import Link
from chatserver.store.posting import MAX_UNANSWERED, Outcome, Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import DEADLINE_S, chattering, outcome, say, unblock


async def test_posts_of_one_turn_are_recorded_in_order_and_leave_in_one_write(
    servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """A hundred posts, one write to Redis, answers in the order of the posts."""
    writes: list[int] = []
    servers.link(record.tag).before_flush = lambda: writes.append(1)
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[Outcome]] = [loop.create_future() for _ in range(100)]
    for n, future in enumerate(waiting):
        record.say(wren, Say(f"a{n}", f"line {n}"), future.set_result)
    async with asyncio.timeout(DEADLINE_S):
        positions = await asyncio.gather(*waiting)
    assert len(writes) == 1
    events = (await record.read(None)).events
    assert [event.pos for event in events] == positions
    assert [event.body["text"] for event in events] == [f"line {n}" for n in range(100)]


async def test_a_post_is_recorded_once_when_its_link_is_cut(
    servers: Servers, posting: Posting, record: RoomRecord, wren: Seat
) -> None:
    """Cut after the command left and before the answer came: it is sent again under the same name."""
    await say(record, wren, "before")
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Outcome] = loop.create_future()
    record.say(wren, Say("a1", "while it breaks"), answered.set_result)
    link: Link = servers.link(record.tag)
    await asyncio.sleep(0)  # the turn's write happens; then the line goes
    link.close()
    async with asyncio.timeout(DEADLINE_S):
        pos = await answered
    assert isinstance(pos, str)
    assert [event.body["text"] for event in (await record.read(None)).events] == ["before", "while it breaks"]
    assert await say(record, wren, "while it breaks", "a1") == pos
    assert posting.repeats >= 1


async def test_an_author_hears_in_time_when_the_server_answers_late(
    servers: Servers, valkey: Path, record: RoomRecord, wren: Seat
) -> None:
    """The link is not silent, so it stays; the post is called not sent, and its repetition learns where it stands."""
    link = servers.link(record.tag)
    async with chattering(valkey, link):
        number = await link.call("CLIENT", "ID")
        busy = asyncio.create_task(link.call("BLPOP", "nothing", 0))
        await asyncio.sleep(0)  # it goes first
        refused = await outcome(lambda done: record.say(wren, Say("a1", "slowly"), done))
        assert isinstance(refused, StoreUnavailable)
        with pytest.raises(StoreUnavailable):
            await record.mark()
        assert not busy.done(), "the server was not late"
        await unblock(valkey, number)
        assert await busy is None
    assert servers.link(record.tag) is link
    pos = await say(record, wren, "slowly", "a1")
    assert [event.pos for event in (await record.read(None)).events] == [pos]


async def test_every_post_is_answered_when_the_server_is_away(servers: Servers, record: RoomRecord, wren: Seat) -> None:
    """What may wait waits for its deadline, what is too much is refused at once; nothing is silent."""
    await servers.stop()
    with pytest.raises(StoreUnavailable):
        await record.mark()  # from here on the lines are known to be gone
    answers: list[Outcome] = []
    done = asyncio.Event()

    def answered(outcome: Outcome) -> None:
        answers.append(outcome)
        if len(answers) == MAX_UNANSWERED + 10:
            done.set()

    for n in range(MAX_UNANSWERED + 10):
        record.say(wren, Say(f"a{n}", "hello"), answered)
    assert len(answers) == 10
    async with asyncio.timeout(DEADLINE_S):
        await done.wait()
    assert all(isinstance(answer, StoreUnavailable) for answer in answers)
