"""Whole servers as a person starts them, and everything that can be killed is. Nobody's acknowledged words may
suffer.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from dataclasses import replace

import pytest

from chatserver.client import Member, NotSent, join
from tests.house import House, kill

pytestmark = pytest.mark.faults

MEMBERS, SECONDS = 10, 8


async def talk(member: Member, acknowledged: dict[str, str], until: asyncio.Event) -> None:
    """Post without pause; come back after every loss; remember what was acknowledged where."""
    number = 0
    while not until.is_set():
        number += 1
        attempt = f"{member.ticket.you['member'][:6]}-{number}"
        while attempt not in acknowledged:
            try:
                acknowledged[attempt] = await member.say(attempt, attempt)
            except (NotSent, ConnectionError, TimeoutError):
                await member.resume()
        await asyncio.sleep(0.03)


def history(member: Member, last: str) -> list[tuple[str, str]]:
    """Give the messages a member saw, in order, up to a position."""
    seen = [(e["pos"], e["text"]) for e in member.state.events if e["ev"] == "message"]
    return seen[: [pos for pos, _ in seen].index(last) + 1]


def check(members: list[Member], acknowledged: dict[str, str]) -> None:
    """Every acknowledged message stands once in everybody's whole history, at its position, in one order."""
    # What was never acknowledged is repeated on return and may stand after the end: everybody's history up to the
    # end counts.
    histories = [history(member, acknowledged["the end"]) for member in members]
    for seen in histories:
        assert max(Counter(text for _, text in seen).values()) == 1, "doubled"
        shown = {text: pos for pos, text in seen}
        assert {text: shown.get(text) for text in acknowledged} == acknowledged, "lost or moved"
        assert seen == histories[0], "another order"
    assert all(member.state.holes == 0 for member in members), "a hole was shown"


async def evening(house: House, disturb: object, through: str | None = None) -> dict[str, str]:
    """Ten members talk (`through` another address than the house's own) while something is killed; afterwards
    everybody comes back once more and histories are compared.
    """
    group = house.group()
    tickets = [replace(join(house.url, group), base_url=through or house.url) for _ in range(MEMBERS)]
    members = [Member(ticket, "msgpack" if n % 2 else "json") for n, ticket in enumerate(tickets)]
    for member in members:
        if through is not None:
            await member.resume()  # that way, coming in may take several tries
            continue
        await member.connect()
        await member.enter()
    acknowledged: dict[str, str] = {}
    until = asyncio.Event()
    async with asyncio.timeout(90), asyncio.TaskGroup() as tasks:
        for member in members:
            tasks.create_task(talk(member, acknowledged, until))
        await disturb(house, random.Random(7))  # type: ignore[operator] # each test gives its own
        until.set()
    for member in members:
        await member.resume()
    last = await members[0].say("the end", "the end")
    acknowledged["the end"] = last
    async with asyncio.timeout(20):
        while not all(any(e["pos"] == last for e in member.state.events) for member in members):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    check(members, acknowledged)
    for member in members:
        await member.close()
    return acknowledged


async def kill_nodes(house: House, chance: random.Random) -> None:
    """Kill a node every two seconds."""
    for _ in range(SECONDS // 2):
        await asyncio.sleep(2)
        if nodes := house.nodes():
            kill(chance.choice(nodes))


async def kill_valkey(house: House, _: random.Random) -> None:
    """Kill the embedded server again and again."""
    for _round in range(3):
        await asyncio.sleep(3)
        kill(house.valkey())


async def kill_all(house: House, chance: random.Random) -> None:
    """Now one, now the other; the one that forks the nodes, too."""
    for number in range(SECONDS // 2):
        await asyncio.sleep(2)
        kill((house.valkey(), chance.choice(house.nodes()), house.nursery())[number % 3])


@pytest.mark.parametrize("disturb", [kill_nodes, kill_valkey, kill_all])
async def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(
    own_house: House, disturb: object
) -> None:
    """kill -9 of workers, of what forks them and of Valkey while ten members talk."""
    acknowledged = await evening(own_house, disturb)
    assert len(acknowledged) > 100


async def test_the_room_begins_anew_when_redis_was_flushed(own_house: House) -> None:
    """FLUSHALL: the epoch changes; the client is told that what it knew is gone, and goes on."""
    from chatserver.store.link import Address, open_link

    async with Member(join(own_house.url, own_house.group())) as member:
        await member.enter()
        first = await member.say("before")
        folder = own_house.command[own_house.command.index("--data-dir") + 1]
        path = f"{folder}/valkey/valkey.sock"
        link = await open_link(Address(path=path), lambda _: None, lambda _: None)
        await link.call("FLUSHALL")
        link.close()
        async with asyncio.timeout(20):
            while member.close_code is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert member.close_code in (4001, 4501)
        assert first.partition(".")[0]


async def test_an_author_hears_within_two_seconds_when_redis_is_away(own_house: House) -> None:
    """Stopped, not killed: the socket stays, the answer is `not_sent` with a time, never silence."""
    async with Member(join(own_house.url, own_house.group())) as member:
        await member.enter()
        await member.say("before")
        valkey = own_house.valkey()
        import os

        os.kill(valkey, signal.SIGSTOP)
        try:
            with pytest.raises(NotSent) as caught:
                await member.say("into the void", "void-1")
        finally:
            os.kill(valkey, signal.SIGCONT)
        assert caught.value.code == "unavailable"
        assert caught.value.retry_after_s
        async with asyncio.timeout(20):
            while True:
                try:
                    await member.say("into the void", "void-1")
                    break
                except NotSent:
                    await asyncio.sleep(0.2)
        await member.say("after")
        assert [e["text"] for e in member.state.events if e["ev"] == "message"].count("into the void") == 1


async def test_members_are_asked_back_when_the_server_drains(own_house: House) -> None:
    """SIGTERM: goaway with a time, then 1012; the process ends with 0."""
    async with Member(join(own_house.url, own_house.group())) as member:
        await member.enter()
        stopping = asyncio.create_task(asyncio.to_thread(own_house.stop))
        goaway = await member.wait_for("goaway")
        assert goaway["reconnect_in"] > 0
        async with asyncio.timeout(20):
            while member.close_code is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert member.close_code == 1012
        assert await stopping == 0
