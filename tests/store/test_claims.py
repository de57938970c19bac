"""Tests of chatserver.store.claims, on a real server."""

from __future__ import annotations

import asyncio

import msgpack
import pytest

from chatserver.core.cases import Case, pack_case
from chatserver.core.claims import Claim, Free, Refused
from chatserver.core.groups import Group
from chatserver.core.moderators import Account, AccountId, Role
from chatserver.core.rulings import Flag
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.servers import Servers

DEADLINE_S = 20
KEEP_MS = 3_600_000


async def open_case(servers: Servers, name: str) -> None:
    """Put a case into the queue, as a sweep does."""
    case = Case(name, "asked", "porch-id", 1, "wren-id", "Calm Wren", Flag("red"), opened_at_ms=1)
    packed = msgpack.packb(pack_case(case))
    await servers.fcall("desk", "alongside_open", 1, "{desk}:", name, case.rank, packed, KEEP_MS)


def account(number: int) -> Account:
    """Give a moderator."""
    return Account(AccountId(f"a{number}"), f"Moderator {number}", Role.MODERATOR, frozenset())


ADA, BEA = account(1), account(2)


async def why(step: object) -> str:
    """Give why a step is refused."""
    with pytest.raises(Refused) as refused:
        await step  # type: ignore[misc] # a coroutine
    return refused.value.why


async def test_twenty_moderators_race_for_two_hundred_cases_and_each_is_claimed_once(
    valkey: object, servers: Servers
) -> None:
    """Each over a line of its own, each for every case, all at once."""
    names = [f"case{n}" for n in range(200)]
    for name in names:
        await open_case(servers, name)
    lines = [Servers(f"unix://{valkey}") for _ in range(20)]
    await asyncio.gather(*(line.start() for line in lines))
    won: dict[str, list[str]] = {name: [] for name in names}

    async def race(number: int, line: Servers) -> None:
        for shift in range(len(names)):
            name = names[(shift * 7 + number * 10) % len(names)]
            try:
                claim = await Claims(line).claim(name, account(number))
            except Refused as refused:
                assert refused.why == "claimed"
            else:
                won[name].append(claim.holder)

    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*(race(number, line) for number, line in enumerate(lines)))
    for line in lines:
        await line.stop()
    assert [len(holders) for holders in won.values()] == [1] * 200
    standing = await Claims(servers).standing(names)
    assert [claim.holder for claim in standing if isinstance(claim, Claim)] == [won[name][0] for name in names]


async def test_only_the_holder_goes_on(servers: Servers) -> None:
    """Renew, release and close by anybody else are `lost` and change nothing."""
    claims = Claims(servers)
    await open_case(servers, "c")
    first = await claims.claim("c", ADA)
    assert await why(claims.claim("c", BEA)) == "claimed"
    for step in (claims.renew("c", BEA.id), claims.release("c", BEA.id), claims.close("c", BEA.id, "helped")):
        assert await why(step) == "lost"
    assert (await claims.renew("c", ADA.id)).until_ms >= first.until_ms
    await claims.release("c", ADA.id)
    assert await claims.standing(["c"]) == [Free()]
    assert (await claims.claim("c", BEA)).holder == BEA.id


async def test_a_lost_lease_frees_the_case(servers: Servers) -> None:
    """By Redis' clock alone: the one who held it can neither renew nor close it."""
    short = Claims(servers, lease_ms=1)
    await open_case(servers, "c")
    await short.claim("c", ADA)
    async with asyncio.timeout(DEADLINE_S):
        while await servers.call("desk", "EXISTS", "{desk}:claim:c"):
            pass
    assert await why(short.renew("c", ADA.id)) == "lost"
    assert await why(short.close("c", ADA.id, "acted")) == "lost"
    assert (await Claims(servers).claim("c", BEA)).holder == BEA.id


async def test_a_closed_case_stays_closed(servers: Servers, group: Group) -> None:
    """It leaves the queue, and a sweep that moves its call again does not bring it back."""
    claims, cases = Claims(servers), Cases(servers, [group])
    await open_case(servers, "c")
    assert [case.id for case in await cases.waiting(9)] == ["c"]
    assert await claims.find("c") is not None
    await claims.claim("c", ADA)
    await claims.close("c", ADA.id, "helped")
    await open_case(servers, "c")
    assert await cases.waiting(9) == []
    assert await claims.find("c") is None
    assert await why(claims.claim("c", ADA)) == "closed"
    assert 0 < await servers.call("desk", "PTTL", "{desk}:closed:c") <= KEEP_MS


async def test_a_forged_id_changes_nothing(servers: Servers) -> None:
    """No such case: nothing is written for it."""
    claims = Claims(servers)
    before = await servers.call("desk", "DBSIZE")
    for name in ("nosuch", "", "c:1", "*", "../case:c"):
        assert await why(claims.claim(name, ADA)) == "gone"
        assert await why(claims.close(name, ADA.id, "acted")) == "lost"
    assert await servers.call("desk", "DBSIZE") == before


async def test_every_change_is_heard(servers: Servers) -> None:
    """Opened, claimed, renewed, released, closed."""
    claims, heard = Claims(servers), asyncio.Semaphore(0)
    claims.listen(heard.release)
    async with asyncio.timeout(DEADLINE_S):
        await heard.acquire()  # hearing has begun
        await open_case(servers, "c")
        await heard.acquire()
        await claims.claim("c", ADA)
        await heard.acquire()
        await claims.renew("c", ADA.id)
        await heard.acquire()
        await claims.release("c", ADA.id)
        await heard.acquire()
        await claims.claim("c", ADA)
        await heard.acquire()
        await claims.close("c", ADA.id, "no_need")
        await heard.acquire()
    claims.forget()


async def test_only_the_first_claim_of_a_case_counts_whichever_node_is_asked(servers: Servers) -> None:
    """Taking over, renewing and asking another node say nothing of how long the case waited."""
    await open_case(servers, "once")
    one, other = Claims(servers), Claims(servers)
    await one.claim("once", ADA)
    await other.claim("once", ADA)
    await other.release("once", ADA.id)
    await one.claim("once", BEA)
    counted = [sum(claims.tally.spread("case_claim_seconds", "red").counts) for claims in (one, other)]
    assert counted == [1, 0]
