"""Tests of chatserver.store.pages, on a real server."""

from __future__ import annotations

import asyncio

import msgpack

from chatserver.core.cases import Case, pack_case
from chatserver.core.moderators import Account, AccountId, Role
from chatserver.core.paging import Look, Progress
from chatserver.core.rulings import Flag
from chatserver.live.connection import now_ms
from chatserver.store.claims import Claims
from chatserver.store.pages import Pages
from chatserver.store.servers import Servers

DEADLINE_S = 20
LATER_MS = 10**14
ADA = Account(AccountId("ada"), "Ada", Role.MODERATOR, frozenset())


async def open_case(servers: Servers, name: str, level: str = "red", age_ms: int = 0) -> Case:
    """Put a case into the queue, as a sweep does, that was opened so long ago."""
    case = Case(name, "message", "porch-id", 1, "wren-id", "Wren", Flag(level), opened_at_ms=now_ms() - age_ms)
    packed = msgpack.packb(pack_case(case))
    await servers.fcall("desk", "alongside_open", 1, "{desk}:", name, case.rank, packed, 3_600_000)
    return case


async def looks(pages: Pages, count: int = 1) -> list[Look]:
    """Take looks until there are so many."""
    found: list[Look] = []
    async with asyncio.timeout(DEADLINE_S):
        while len(found) < count:
            found += await pages.take()
    return found


async def test_of_many_nodes_one_gets_each_case(valkey: object, servers: Servers) -> None:
    """All ask at once; what only breaks a rule is nobody's."""
    cases = [await open_case(servers, f"c{n}") for n in range(120)]
    await open_case(servers, "rude", "amber")
    nodes = [Servers(f"unix://{valkey}") for _ in range(5)]
    await asyncio.gather(*(node.start() for node in nodes))
    taken = await asyncio.gather(*(Pages(node).take() for node in nodes for _ in range(3)))
    for node in nodes:
        await node.stop()
    assert sorted(look.case.id for found in taken for look in found) == sorted(case.id for case in cases)


async def test_a_node_that_dies_is_followed_with_what_was_done(servers: Servers) -> None:
    """After the lease; until then the case is nobody else's."""
    case = await open_case(servers, "c")
    dying = Pages(servers, lease_ms=1)
    (first,) = await dying.take()
    assert first.progress == Progress(case.opened_at_ms)
    await dying.keep("c", Progress(case.opened_at_ms, 1, 3), 0)
    (again,) = await looks(dying)
    assert again.progress == Progress(case.opened_at_ms, 1, 3)
    (third,) = await looks(Pages(servers))
    assert third.case == case
    assert await Pages(servers).take() == []


async def test_a_claimed_case_is_looked_at_when_its_lease_ends_and_waits_anew(servers: Servers) -> None:
    """What was done before counts no more; also when the claim came while a node was looking."""
    case = await open_case(servers, "c", age_ms=500_000)
    pages, claims = Pages(servers), Claims(servers)
    (look,) = await pages.take()
    await claims.claim("c", ADA)
    await pages.keep("c", Progress(look.progress.since_ms, 2), LATER_MS)
    assert await pages.take() == []
    await Claims(servers, lease_ms=1).renew("c", ADA.id)
    (look,) = await looks(pages)
    assert look.progress.since_ms > case.opened_at_ms + 499_000
    assert (look.progress.done, look.progress.tries) == (0, 0)


async def test_a_case_given_back_is_looked_at_at_once_and_waits_anew(servers: Servers) -> None:
    """Even when everything was done for it before."""
    await open_case(servers, "c", age_ms=500_000)
    pages, claims = Pages(servers), Claims(servers)
    (look,) = await pages.take()
    await pages.keep("c", Progress(look.progress.since_ms, 2), LATER_MS)
    await claims.claim("c", ADA)
    await claims.release("c", ADA.id)
    (again,) = await looks(pages)
    assert again.progress.done == 0
    assert 0 <= again.now_ms - again.progress.since_ms < 60_000


async def test_a_case_claimed_and_given_back_during_a_look_is_looked_at_again(servers: Servers) -> None:
    """What the look kept is of a waiting that is over."""
    await open_case(servers, "c", age_ms=500_000)
    pages, claims = Pages(servers), Claims(servers)
    (look,) = await pages.take()
    await claims.claim("c", ADA)
    await claims.release("c", ADA.id)
    await pages.keep("c", Progress(look.progress.since_ms, 2), LATER_MS)
    (again,) = await looks(pages)
    assert again.progress.done == 0


async def test_a_closed_case_is_never_looked_at_again(servers: Servers) -> None:
    """And leaves nothing behind."""
    await open_case(servers, "c")
    pages, claims = Pages(servers, lease_ms=1), Claims(servers)
    (look,) = await pages.take()
    await pages.keep("c", look.progress, 0)
    await claims.claim("c", ADA)
    await claims.close("c", ADA.id, "helped")
    async with asyncio.timeout(DEADLINE_S):
        while await servers.call("desk", "ZCARD", "{desk}:timers"):
            assert await pages.take() == []
            await servers.call("desk", "ZADD", "{desk}:timers", "XX", 1, "c")  # as if the lease's time had come
    assert await servers.call("desk", "EXISTS", "{desk}:pages:c") == 0


async def test_lost_timers_are_taken_up_from_the_queue(servers: Servers) -> None:
    """They only repeat what the queue says."""
    await open_case(servers, "c")
    await Pages(servers).take()
    await servers.call("desk", "DEL", "{desk}:timers")
    assert [look.case.id for look in await Pages(servers).take()] == ["c"]


async def test_an_alarm_counts_until_it_is_calmed(servers: Servers) -> None:
    """Since when, how often, how last."""
    pages = Pages(servers)
    assert await pages.alarms() == []
    await pages.alarm("oncall", "timeout")
    first = (await pages.alarms())[0]
    await pages.alarm("oncall", "status 500")
    (alarm,) = await pages.alarms()
    assert alarm.fields() == {"name": "oncall", "since": first.since_ms, "failures": 2, "why": "status 500"}
    await pages.calm("oncall")
    assert await pages.alarms() == []
