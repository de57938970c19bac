"""A primary whose replica hangs: authors hear the truth in time, nothing else suffers, and it all goes on after."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from chatserver.client import Member, NotSent, join
from tests.faults.test_topologies import Server, is_in_sync, servers, start, until
from tests.house import House

__all__ = ["servers"]
pytestmark = pytest.mark.faults

HEARD_S = 4  # an author hears something within 2 s; the rest is this machine's
HANGS_S = 5
PAUSE_S = 0.1


async def links(primary: Server) -> set[str]:
    """Name the links on which nodes hear what is published, as the primary knows them."""
    listed = await primary.ask("CLIENT", "LIST", "TYPE", "pubsub")
    assert isinstance(listed, bytes | str)
    text = listed.decode() if isinstance(listed, bytes) else listed
    return {line.split()[0] for line in text.splitlines() if line}


@pytest.fixture
async def pair(tmp_path: Path, servers: ExitStack) -> tuple[House, Server, Server]:
    """A house at a primary with one replica that follows it."""
    primary = start(servers, tmp_path / "primary", "appendonly yes", "repl-diskless-sync-delay 0")
    replica = start(servers, tmp_path / "replica", "appendonly yes", f"replicaof 127.0.0.1 {primary.port}")
    await until(lambda: is_in_sync(replica))
    house = House(
        tmp_path / "house", "--join-proof", "off", "--limits", "off", "--redis", f"redis://127.0.0.1:{primary.port}"
    ).start()
    servers.callback(house.stop)
    return house, primary, replica


async def is_sent(member: Member, attempt: str) -> bool:
    """Say something; tell whether it was called sent, in time."""
    async with asyncio.timeout(HEARD_S):
        try:
            await member.say(attempt, attempt)
        except NotSent as refusal:
            assert refusal.code == "unavailable"
            assert refusal.retry_after_s
            return False
    return True


async def talk_into_the_void(wren: Member, otter: Member) -> list[str]:
    """Say something several times a second: none of it is called sent, all of it is heard soon; give what it was."""
    attempts: list[str] = []
    async with asyncio.TaskGroup() as tasks:
        saying: list[asyncio.Task[bool]] = []
        for number in range(int(HANGS_S / PAUSE_S)):
            attempts.append(f"attempt {number}")
            saying.append(tasks.create_task(is_sent(wren, attempts[-1])))
            await asyncio.sleep(PAUSE_S)
        async with asyncio.timeout(HEARD_S):
            while (await otter.wait_for("message"))["text"] != attempts[-1]:
                pass
    assert not any(task.result() for task in saying)
    return attempts


async def test_authors_hear_the_truth_in_time_when_the_replica_hangs(pair: tuple[House, Server, Server]) -> None:
    """Not sent while it hangs; others hear the words and newcomers come in, no link is cut, and then it is sent."""
    house, primary, replica = pair
    async with Member(join(house.url, house.group())) as wren, Member(join(house.url, house.group())) as otter:
        await wren.enter()
        await otter.enter()
        assert await is_sent(wren, "before")
        assert (await otter.wait_for("message"))["text"] == "before"
        before = await links(primary)
        assert before
        os.kill(replica.process.pid, signal.SIGSTOP)
        try:
            attempts = await talk_into_the_void(wren, otter)
            async with asyncio.timeout(HEARD_S):
                late = Member(await asyncio.to_thread(join, house.url, house.group()))
                await late.connect()
                await late.enter()
            await late.close()
        finally:
            os.kill(replica.process.pid, signal.SIGCONT)
        for attempt in attempts:
            while not await is_sent(wren, attempt):
                pass
        assert await is_sent(wren, "after")
        assert (await otter.wait_for("message"))["text"] == "after"
        assert [e["text"] for e in otter.state.events if e["ev"] == "message"] == ["before", *attempts, "after"]
        assert await links(primary) == before, "a link was cut"


async def test_words_are_sent_again_soon_when_the_replica_has_died(pair: tuple[House, Server, Server]) -> None:
    """There is none to wait for any more; the first author who would wait makes the node see it."""
    house, _, replica = pair
    async with Member(join(house.url, house.group())) as wren:
        await wren.enter()
        assert await is_sent(wren, "before")
        replica.end()
        assert await is_sent(wren, "after")
