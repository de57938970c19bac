"""More is said at once than a node keeps up with: everybody hears what became of every attempt, and that is true."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatserver.client import Member, NotSent, join
from tests.house import House

pytestmark = pytest.mark.faults

ROOMS, SEATS = 4, 10
SAID_EACH = 60
ATTEMPTS = ROOMS * SEATS * SAID_EACH  # 2,400, all under way together
ANSWER_S = 30  # this process reads 24,000 events itself


@dataclass(slots=True)
class Room:
    """The members of one room, and what each attempt ended as."""

    members: list[Member]
    sent: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    async def say(self, member: Member, attempt: str) -> None:
        """Say one thing and remember the answer; no answer at all is TimeoutError or ConnectionError."""
        try:
            self.sent[attempt] = await member.say(f"about the garden, {attempt}", attempt)
        except NotSent as refusal:
            self.refused[refusal.code] += 1

    async def all_at_once(self) -> None:
        """Let everybody say everything now."""
        async with asyncio.TaskGroup() as tasks:
            for member in self.members:
                for number in range(SAID_EACH):
                    tasks.create_task(self.say(member, f"{member.ticket.you['member'][:6]}-{number}"))

    async def check(self) -> None:
        """Whatever was called sent is in everybody's history, once, where its author was told, in one order."""
        last = await self.members[0].say("the end", "the end")
        histories = []
        for member in self.members:
            async with asyncio.timeout(ANSWER_S):
                while not any(e["pos"] == last for e in member.state.events):  # noqa: ASYNC110 (the server's doing)
                    await asyncio.sleep(0.05)
            histories.append([(e["pos"], e["text"]) for e in member.state.events if e["ev"] == "message"])
        assert all(history == histories[0] for history in histories)
        times = Counter(pos for pos, _ in histories[0])
        assert max(times.values()) == 1, "doubled"
        assert [attempt for attempt, pos in self.sent.items() if not times[pos]] == [], "lost"
        assert all(member.state.holes == 0 and member.close_code is None for member in self.members)


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[House]:
    """One node, so that all of it is one node's load."""
    house = House(tmp_path, "--join-proof", "off", "--limits", "off", seats=SEATS).start()
    yield house
    house.stop()


async def seat(house: House) -> list[Room]:
    """Fill the rooms of one group."""
    rooms = []
    for _ in range(ROOMS):
        room = Room([Member(join(house.url, house.group()), "msgpack" if n % 2 else "json") for n in range(SEATS)])
        for member in room.members:
            await member.connect()
            await member.enter()
        rooms.append(room)
    return rooms


async def test_everything_is_sent_when_thousands_of_messages_come_at_once(crowded: House) -> None:
    """Redis is there, if late: nothing is refused, and every member has every message of its room once."""
    rooms = await seat(crowded)
    async with asyncio.timeout(ANSWER_S):
        await asyncio.gather(*(room.all_at_once() for room in rooms))
    for room in rooms:
        await room.check()
    assert sum(len(room.sent) for room in rooms) == ATTEMPTS, [room.refused for room in rooms]
    await asyncio.gather(*(member.close() for room in rooms for member in room.members))


async def test_every_attempt_is_answered_truly_when_redis_hangs_under_thousands_of_messages(crowded: House) -> None:
    """While it still hangs: not sent, all of it; and then all of it is sent under its old name, once."""
    rooms = await seat(crowded)
    valkey = crowded.valkey()
    os.kill(valkey, signal.SIGSTOP)
    try:
        async with asyncio.timeout(ANSWER_S):
            await asyncio.gather(*(room.all_at_once() for room in rooms))
    finally:
        os.kill(valkey, signal.SIGCONT)
    assert [sum(room.refused.values()) for room in rooms] == [SEATS * SAID_EACH] * ROOMS
    assert {code for room in rooms for code in room.refused} == {"unavailable"}
    async with asyncio.timeout(ANSWER_S):
        while not crowded.is_ready():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.05)
        await asyncio.gather(*(room.all_at_once() for room in rooms))
    for room in rooms:
        await room.check()
    assert sum(len(room.sent) for room in rooms) == ATTEMPTS, [room.refused for room in rooms]
    await asyncio.gather(*(member.close() for room in rooms for member in room.members))
