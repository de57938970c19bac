"""Acts on a record, awaited: what each test of the store says in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chatserver.core.messages import Position, React, Say, TakeBack
from chatserver.core.seats import Seat
from chatserver.store.posting import Done, Outcome
from chatserver.store.rooms import RoomRecord

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
