"""Acts on a record, awaited: what each test of the store says in one line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from chatserver.core.messages import Position, React, Say, TakeBack
from chatserver.core.seats import Seat
from chatserver.store.link import Address, Link, open_link
from chatserver.store.posting import Done, Outcome
from chatserver.store.rooms import RoomRecord

CHATTER_S = 0.2
DEADLINE_S = 5  # every act is answered within 2 s; a busy machine may take longer


async def outcome(submit: Callable[[Done], None]) -> Outcome:
    """Give what the act was answered with."""
    answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    submit(answered.set_result)
    async with asyncio.timeout(DEADLINE_S):
        return await answered


async def say(record: RoomRecord, seat: Seat, text: str, attempt: str | None = None) -> Position:
    """Record a message; give its position."""
    pos = await outcome(lambda done: record.say(seat, Say(attempt or text, text), done))
    assert isinstance(pos, str)
    return pos


async def react(record: RoomRecord, seat: Seat, target: Position) -> Outcome:
    """Send a hug."""
    return await outcome(lambda done: record.react(seat, React(target, "hug", True), done))


async def take_back(record: RoomRecord, seat: Seat, target: Position) -> Outcome:
    """Take a message back."""
    return await outcome(lambda done: record.take_back(seat, TakeBack(target), done))


@contextlib.asynccontextmanager
async def chattering(path: Path, link: Link) -> AsyncIterator[None]:
    """Let something be pushed to a link several times a second, however long the server lets its commands wait."""
    link.subscribe(b"SSUBSCRIBE", b"chatter")
    await link.call("PING")
    other = await open_link(Address(path=str(path)), lambda _: None, lambda _: None)

    async def chatter() -> None:
        while True:
            assert await other.call("SPUBLISH", "chatter", "") == 1, "the link has gone"
            await asyncio.sleep(CHATTER_S)

    task = asyncio.create_task(chatter())
    try:
        yield
        assert not task.done(), task
    finally:
        task.cancel()
        other.close()


async def unblock(path: Path, number: int) -> None:
    """Let the server go on with the link of this number (CLIENT ID)."""
    other = await open_link(Address(path=str(path)), lambda _: None, lambda _: None)
    assert await other.call("CLIENT", "UNBLOCK", number) == 1
    other.close()
