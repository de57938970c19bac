"""Nodes of several machines that ask each other, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from chatserver.core.machines import Where
from chatserver.live.connection import now_ms
from chatserver.live.machines import Machines
from chatserver.store.roll import FORGET_MS, Roll
from chatserver.store.servers import Servers
from tests.store.posts import DEADLINE_S

SECRET = "a-room-of-three"


@asynccontextmanager
async def node(valkey: Path, name: str, where: Where) -> AsyncIterator[Machines]:
    """One that is on the roll and answers, with links of its own."""
    servers = Servers(f"unix://{valkey}")
    await servers.start()
    telling = {"rooms": [{"group": SECRET, "people": 3}], "started_s": 1.0, "draining": False, "name": name}
    machines = Machines(Roll(servers, name, where), where, 1, lambda: dict(telling), now_ms)
    running = asyncio.create_task(machines.run())
    roll = Roll(servers, "looks-on", Where("", 0))
    try:
        async with asyncio.timeout(DEADLINE_S):
            while where not in await roll.standing(now_ms()):  # noqa: ASYNC110 (signing announces nothing)
                await asyncio.sleep(0.01)
        yield machines
    finally:
        running.cancel()
        await servers.stop()


@pytest.fixture
async def two(servers: Servers, valkey: Path) -> AsyncIterator[tuple[Machines, Machines]]:
    """Two machines with a node each, at the emptied server."""
    async with AsyncExitStack() as nodes:
        yield (
            await nodes.enter_async_context(node(valkey, "a", Where("north", 0))),
            await nodes.enter_async_context(node(valkey, "b", Where("south", 0))),
        )


async def told_of(machines: Machines) -> dict[str, object]:
    """Give who told, by the place's name; None for the silent."""
    return {name: telling and telling["name"] for name, telling in (await machines.hours()).items()}


async def test_whoever_is_asked_tells_of_all_and_nothing_of_a_room_is_kept(
    servers: Servers, two: tuple[Machines, Machines]
) -> None:
    """A dump holds the roll of nodes and no room."""
    for machines in two:
        assert await told_of(machines) == {"north/0": "a", "south/0": "b"}
    keys = await servers.call("any", "KEYS", "*")
    assert keys == [b"{ops}:nodes"]
    assert SECRET.encode() not in await servers.call("any", "DUMP", keys[0])


async def test_who_left_is_gone_and_who_was_lost_is_silent_until_it_is_forgotten(
    servers: Servers, two: tuple[Machines, Machines]
) -> None:
    """A node that died in a place that another took is neither."""
    there, dead = Where("east", 0), Roll(servers, "dead", Where("south", 0))
    lost = Roll(servers, "lost", there)
    await lost.sign(now_ms())
    await dead.sign(now_ms())
    assert await told_of(two[0]) == {"east/0": None, "north/0": "a", "south/0": "b"}
    await two[1].leave()
    assert await told_of(two[1]) == {"east/0": None, "north/0": "a", "south/0": "b"}  # itself it still knows
    assert there not in await lost.standing(now_ms() + FORGET_MS + 1)


async def test_many_who_look_ask_once(two: tuple[Machines, Machines]) -> None:
    """However many pages are open, nodes are asked at most every other second."""
    first, *rest = await asyncio.gather(*(two[0].hours() for _ in range(20)))
    assert all(one is first for one in rest)
