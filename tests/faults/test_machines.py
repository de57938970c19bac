"""Two machines at one outside server: what a member is owed, and owes, goes with it; what dies is noticed."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from chatserver.client import Member, NotSent, join
from chatserver.core.limits import SAY
from tests.faults.test_faults import evening
from tests.faults.test_topologies import Server, servers, start
from tests.house import House, kill

__all__ = ["servers"]
pytestmark = pytest.mark.faults

FLOOD_S = 5


@pytest.fixture
def server(tmp_path: Path, servers: ExitStack) -> Server:
    """A server that belongs to neither machine."""
    return start(servers, tmp_path / "server", "appendonly yes")


@pytest.fixture
async def machines(tmp_path: Path, server: Server, servers: ExitStack) -> tuple[House, House]:
    """Two houses with one key at one server, limits on."""
    await server.ask("PING")
    options = ("--join-proof", "off", "--redis", f"redis://127.0.0.1:{server.port}")
    here = House(tmp_path / "here", *options).start()
    servers.callback(here.stop)
    there = House(tmp_path / "there", *options, "--key-file", str(tmp_path / "here" / "data" / "key")).start()
    servers.callback(there.stop)
    return here, there


async def say_until_refused(member: Member) -> int:
    """Say as much as may be said; give how often."""
    for count in range(1_000):
        try:
            await member.say(f"line {count}")
        except NotSent as refusal:
            assert refusal.code == "too_fast"
            assert refusal.retry_after_s
            return count
    raise AssertionError("no limit")


async def test_a_member_who_changes_machines_finds_no_fresh_allowance(machines: tuple[House, House]) -> None:
    """Ten changes of machine, as much said on each as is let through: no more than burst and rate allow in all."""
    ticket = join(machines[0].url, machines[0].group())
    began, said = time.monotonic(), 0
    for change in range(10):
        async with Member(replace(ticket, base_url=machines[change % 2].url)) as member:
            await member.enter()
            said += await say_until_refused(member)
    passed_s = time.monotonic() - began
    assert SAY.burst <= said <= SAY.burst + SAY.per_s * passed_s + 1


async def flood(member: Member, where: str, until: float) -> int:
    """Say one thing after the other; give how often it was sent."""
    sent = 0
    while time.monotonic() < until:
        try:
            await member.say(f"{where} is line {sent}")
            sent += 1
        except NotSent as refusal:
            assert refusal.code in ("too_fast", "returned")  # a flood of words is seen by the review too
            await asyncio.sleep(0.1)  # below the 20 frames a second over which a socket is closed
    return sent


async def test_a_flood_over_two_machines_at_once_is_bounded_and_hurts_nobody(machines: tuple[House, House]) -> None:
    """Each machine counts for itself (README, limits): burst and rate on each, no more; others talk on meanwhile."""
    ticket = join(machines[0].url, machines[0].group())
    async with (
        Member(ticket) as here,
        Member(replace(ticket, base_url=machines[1].url)) as there,
        Member(join(machines[1].url, machines[1].group())) as other,
    ):
        for member in (here, there, other):
            await member.enter()
        began = time.monotonic()
        flooding = [
            asyncio.create_task(flood(member, where, began + FLOOD_S))
            for member, where in ((here, "here"), (there, "there"))
        ]
        for number in range(4):
            assert await other.say(f"a quiet word, {number}")
            await asyncio.sleep(FLOOD_S / 5)
        sent = [await task for task in flooding]
        passed_s = time.monotonic() - began
    assert min(sent) >= 1
    assert max(sent) <= SAY.burst + SAY.per_s * passed_s + 1


def handles(event: dict[str, object]) -> set[str]:
    """Give who is here, as a `here` event lists it."""
    members = event["members"]
    assert isinstance(members, list)
    return {member["handle"] for member in members}


async def test_members_of_a_killed_machine_are_gone_within_thirty_seconds(machines: tuple[House, House]) -> None:
    """Supervisor and node are killed; nobody says goodbye; those elsewhere see who is left."""
    here, there = machines
    async with (
        Member(join(here.url, here.group())) as stays,
        Member(join(there.url, there.group())) as goes,
    ):
        await stays.enter()
        await goes.enter()
        both = {stays.ticket.you["handle"], goes.ticket.you["handle"]}
        async with asyncio.timeout(10):
            while handles(await stays.wait_for("here")) != both:
                pass
        for pid in (there.pid, *there.nodes()):
            kill(pid)
        async with asyncio.timeout(30):
            async for event in stays.events():
                if (
                    event["ev"] == "here"
                    and "members" in event
                    and handles(event) == both - {goes.ticket.you["handle"]}
                ):
                    return
        raise AssertionError("the link went")


async def test_nothing_is_lost_when_links_and_subscriptions_are_cut(
    tmp_path: Path, server: Server, servers: ExitStack
) -> None:
    """The server ends every link with a subscription again and again; at times every link of any kind."""
    await server.ask("PING")
    house = House(
        tmp_path / "house", "--join-proof", "off", "--limits", "off", "--workers", "2",
        "--redis", f"redis://127.0.0.1:{server.port}",
    ).start()  # fmt: skip
    servers.callback(house.stop)
    cut = 0

    async def cut_links(_: House, __: random.Random) -> None:
        nonlocal cut
        for number in range(8):
            await asyncio.sleep(0.7)
            kind = "normal" if number % 4 == 3 else "pubsub"
            ended = await server.ask("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
            assert isinstance(ended, int)
            cut += ended

    assert len(await evening(house, cut_links)) > 100
    assert cut >= 8


async def test_members_read_anew_when_an_old_backup_was_restored(tmp_path: Path, servers: ExitStack) -> None:
    """What the backup does not hold is gone, and said to be: a new epoch, and everybody's history is the record's."""
    server = start(servers, tmp_path / "server")
    await server.ask("PING")
    options = ("--join-proof", "off", "--redis", f"redis://127.0.0.1:{server.port}")
    house = House(tmp_path / "house", *options).start()
    servers.callback(house.stop)
    async with Member(join(house.url, house.group())) as wren, Member(join(house.url, house.group())) as otter:
        await wren.enter()
        await otter.enter()
        first = await wren.say("in the backup")
        await server.ask("SAVE")
        await wren.say("after the backup")
        server.start_again()
        async with asyncio.timeout(30):
            while wren.close_code is None or otter.close_code is None:  # noqa: ASYNC110 (the server's doing)
                await asyncio.sleep(0.05)
        assert (wren.close_code, otter.close_code) == (4001, 4001)
        assert [(await member.resume())["complete"] for member in (wren, otter)] == [False, False]
        last = await wren.say("on the restored server")
        assert last.partition(".")[0] != first.partition(".")[0], "the same epoch"
        await otter.wait_for("message")
        newcomer = Member(join(house.url, house.group()))
        await newcomer.connect()
        await newcomer.enter()
        texts = [[e["text"] for e in m.state.events if e["ev"] == "message"] for m in (wren, otter, newcomer)]
        await newcomer.close()
        assert texts == [["in the backup", "on the restored server"]] * 3
