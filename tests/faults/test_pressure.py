"""More is said at once than a node keeps up with: everybody hears what became of every attempt, and that is true.

How much is refused depends on how much of the machine the node gets: one that is held up for longer than an author may
wait for an answer must refuse. So it is tested that nobody is refused sooner, and that what was refused goes in when it
is said again, as the page does by itself.
"""

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
from chatserver.store.posting import DEADLINE_S
from tests.house import House
from tests.scrape import scrape

pytestmark = pytest.mark.faults

ROOMS, SEATS = 4, 10
SAID_EACH = 60
ATTEMPTS = ROOMS * SEATS * SAID_EACH  # 2,400, all under way together
ANSWER_S = 30  # this process reads 24,000 events itself
HELD_UP_S = DEADLINE_S + 0.5  # how long a node gets no processor: longer than any answer may take


@dataclass(slots=True)
class Room:
    """The members of one room, what each attempt ended as, and how long the quickest refusal took."""

    members: list[Member]
    sent: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    soonest_s: float = float("inf")

    async def say(self, member: Member, attempt: str) -> None:
        """Say one thing and remember the answer; no answer at all is TimeoutError or ConnectionError."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        try:
            self.sent[attempt] = await member.say(f"about the garden, {attempt}", attempt)
        except NotSent as refusal:
            self.refused[refusal.code] += 1
            self.soonest_s = min(self.soonest_s, loop.time() - began_s)

    async def all_at_once(self) -> None:
        """Let everybody say now what they have not got in yet."""
        async with asyncio.TaskGroup() as tasks:
            for member in self.members:
                for number in range(SAID_EACH):
                    attempt = f"{member.ticket.you['member'][:6]}-{number}"
                    if attempt not in self.sent:
                        tasks.create_task(self.say(member, attempt))

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
        assert Counter(text for _, text in histories[0]).most_common(1)[0][1] == 1, "doubled"
        said = dict(histories[0])
        assert [attempt for attempt, pos in self.sent.items() if not said[pos].endswith(attempt)] == [], "lost"
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


async def everything_at_once(rooms: list[Room]) -> None:
    """Let everybody say everything now; every attempt is answered."""
    async with asyncio.timeout(ANSWER_S):
        await asyncio.gather(*(room.all_at_once() for room in rooms))


async def until_all_is_sent(rooms: list[Room]) -> None:
    """Say again what was refused, as often as it takes; it is refused only for want of an answer, and not before the
    time is up; then everything is in the record, once.
    """
    async with asyncio.timeout(ANSWER_S * 2):
        while sum(len(room.sent) for room in rooms) < ATTEMPTS:
            await everything_at_once(rooms)
    assert {code for room in rooms for code in room.refused} <= {"unavailable"}
    assert min(room.soonest_s for room in rooms) >= DEADLINE_S
    for room in rooms:
        await room.check()
    await asyncio.gather(*(member.close() for room in rooms for member in room.members))


async def test_everything_is_sent_when_thousands_of_messages_come_at_once(crowded: House) -> None:
    """Redis is there, if late: its link is not cut, and every member has every message of its room once."""
    rooms = await seat(crowded)
    links = scrape(crowded).sum("alongside_redis_relinks_total")
    await everything_at_once(rooms)
    await until_all_is_sent(rooms)
    assert links > 0
    assert scrape(crowded).sum("alongside_redis_relinks_total") == links


async def test_every_attempt_is_answered_truly_when_the_node_is_held_up_under_thousands_of_messages(
    crowded: House,
) -> None:
    """For longer than an author waits, in the middle of it: whatever it says then is so, and all of it can be sent."""
    rooms = await seat(crowded)
    (node,) = crowded.nodes()
    saying = asyncio.create_task(everything_at_once(rooms))
    async with asyncio.timeout(ANSWER_S):
        await rooms[0].members[0].wait_for("sent")
    os.kill(node, signal.SIGSTOP)
    try:
        await asyncio.sleep(HELD_UP_S)
    finally:
        os.kill(node, signal.SIGCONT)
    await saying
    await until_all_is_sent(rooms)


async def test_every_attempt_is_answered_truly_when_redis_hangs_under_thousands_of_messages(crowded: House) -> None:
    """While it still hangs: not sent, all of it; and then all of it is sent under its old name, once."""
    rooms = await seat(crowded)
    valkey = crowded.valkey()
    os.kill(valkey, signal.SIGSTOP)
    try:
        await everything_at_once(rooms)
    finally:
        os.kill(valkey, signal.SIGCONT)
    assert [sum(room.refused.values()) for room in rooms] == [SEATS * SAID_EACH] * ROOMS
    async with asyncio.timeout(ANSWER_S):
        while not crowded.is_ready():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.05)
    await until_all_is_sent(rooms)
