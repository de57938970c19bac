"""The warm process and what it forks, beside a real server: what is told of them, and that each ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatserver import nodes
from chatserver.core.metrics import OF_MACHINE, Tally
from chatserver.keyfile import load_key
from chatserver.nodes import Nodes
from chatserver.nursery import EXIT_STORE, READY, NodeProcess, Nursery
from chatserver.settings import Settings
from chatserver.supervisor import listen
from tests.house import GROUP, child_pids, kill

DEADLINE_S = 60


class Ward:
    """A nursery beside an outside server, with a listening socket and the pipe of a supervisor's life."""

    def __init__(self, folder: Path, redis: str, group: str = GROUP.format(title="Porch", seats=20)) -> None:
        groups = folder / "groups"
        groups.mkdir()
        (groups / "porch.toml").write_text(group)
        self.settings = Settings.model_validate(
            {"data_dir": folder, "redis": redis, "groups": groups, "workers": 2, "drain_s": 0}
        )
        load_key(self.settings.key_path())
        self.folder, self._life = folder, os.pipe()

    @asynccontextmanager
    async def nursery(self) -> AsyncIterator[Nursery]:
        """Start one; whatever is left at the end is killed."""
        with listen("127.0.0.1", 0) as listener:
            nursery = Nursery(self.settings, listener.fileno(), self._life[0], str(self.folder))
            await nursery.start()
            try:
                yield nursery
            finally:
                nursery.kill()
                await nursery.gone()

    def die(self) -> None:
        """End as a supervisor that was killed."""
        os.close(self._life[1])


@pytest.fixture
def ward(tmp_path: Path, valkey: Path) -> Ward:
    """A nursery's surroundings."""
    return Ward(tmp_path, f"unix://{valkey}")


async def ready(nursery: Nursery, number: int) -> NodeProcess:
    """Give a node at which members can be let in."""
    node = await nursery.fork(number)
    async with asyncio.timeout(DEADLINE_S):
        assert await node.word() == READY
    return node


def opened(pid: int) -> list[str]:
    """Name what a process has open (Linux)."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except OSError:
            continue
    return found


def threads(pid: int) -> int:
    """Count a process's threads (Linux)."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def is_running(pid: int) -> bool:
    """Tell whether this process runs; one that ended may wait to be asked for its code (Linux)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_node_is_born_of_one_thread_without_loop_or_link_and_its_end_is_told(ward: Ward) -> None:
    """What forks holds nothing that a copy could break; a killed node is told with its signal, and another is born."""
    async with ward.nursery() as nursery, asyncio.timeout(DEADLINE_S):
        first, second = await ready(nursery, 0), await ready(nursery, 1)
        pid = nursery.pid
        assert set(child_pids(pid)) == {first.pid, second.pid}
        assert threads(pid) == 1
        assert not [name for name in opened(pid) if "eventpoll" in name]
        assert len([name for name in opened(pid) if name.startswith("socket:")]) == 1, "the listening one"
        assert [name for name in opened(first.pid) if "eventpoll" in name], "a node has a loop"
        kill(first.pid)
        assert await first.end() == -signal.SIGKILL
        third = await ready(nursery, 0)
        assert is_running(second.pid)
        nursery.retire()
        assert (await second.end(), await third.end()) == (0, 0)
        await nursery.gone()
        assert nursery.is_lost
        assert await (await nursery.fork(0)).end() == -signal.SIGTERM, "none is born any more"


async def test_nodes_end_when_the_warm_process_dies_and_then_when_the_supervisor_does(ward: Ward) -> None:
    """Nobody is left who serves without being watched; the first are told to, the others see it themselves."""
    async with ward.nursery() as nursery, asyncio.timeout(DEADLINE_S):
        node = await ready(nursery, 0)
        kill(nursery.pid)
        assert await node.end() is None
        await nursery.gone()
        assert not is_running(node.pid)
    async with ward.nursery() as nursery, asyncio.timeout(DEADLINE_S):
        node = await ready(nursery, 0)
        ward.die()
        assert await node.end() == 0


async def test_what_an_operator_must_mend_is_told_before_anything_is_born(tmp_path: Path, valkey: Path) -> None:
    """The rules are read once, in the warm process: it says what is wrong with them, and ends."""
    broken = GROUP.format(title="Porch", seats=20) + '[moderation]\nrules = "nowhere"\n'
    async with Ward(tmp_path, f"unix://{valkey}", broken).nursery() as nursery, asyncio.timeout(DEADLINE_S):
        node = await nursery.fork(0)
        assert await node.word() == "porch.toml: rules: there is no packaged set named nowhere"
        assert await node.end() == EXIT_STORE


async def test_a_hanging_node_is_killed_when_the_time_to_drain_is_over(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that hears no SIGTERM does not keep the house from ending."""
    monkeypatch.setattr(nodes, "STOP_EXTRA_S", 0.1)
    async with ward.nursery() as nursery, asyncio.timeout(DEADLINE_S):

        async def start() -> Nursery:
            return nursery

        is_ready = asyncio.Event()

        async def on_ready() -> None:
            is_ready.set()

        house = Nodes(ward.settings.model_copy(update={"workers": 1}), Tally(OF_MACHINE), start, on_ready)
        running = asyncio.create_task(house.run())
        await is_ready.wait()
        [node] = child_pids(nursery.pid)
        os.kill(node, signal.SIGSTOP)
        house.stop()
        await running
        await house.gone()
        assert not is_running(node)
