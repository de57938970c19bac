"""Tests of chatserver.store.care, on a real server."""

from __future__ import annotations

import asyncio

from chatserver.core.care import KEPT_MS, Load, Seen
from chatserver.core.cases import Case
from chatserver.core.moderators import AccountId
from chatserver.core.rulings import Flag
from chatserver.store.care import Care
from chatserver.store.servers import Servers

DEADLINE_S = 20
ADA, BEA = AccountId("ada"), AccountId("bea")


def case(name: str, level: str) -> Case:
    """Give a case."""
    return Case(name, "message", "porch-id", 1, "wren-id", "Calm Wren", Flag(level))


async def test_each_case_counts_once_for_whoever_saw_it(servers: Servers) -> None:
    """However often it was opened; heavy ones twice, as cases and as heavy ones."""
    care = Care(servers)
    for name, level in (("a", "amber"), ("b", "red"), ("c", "crisis"), ("c", "crisis")):
        await care.saw(ADA, case(name, level))
    assert await care.load(ADA) == Load(Seen(3, 2), Seen(3, 2))
    assert await care.load(BEA) == Load(Seen(0, 0), Seen(0, 0))


async def test_what_was_seen_yesterday_is_not_of_today(servers: Servers) -> None:
    """And is gone after three days, key and all."""
    care = Care(servers)
    await care.saw(ADA, case("a", "red"))
    await servers.call("desk", "ZINCRBY", "{desk}:care:ada", -25 * 3_600_000, "a")
    await care.saw(ADA, case("b", "amber"))
    load = await care.load(ADA)
    assert (load.today.cases, load.three_days.cases) == (1, 2)
    assert KEPT_MS - 60_000 < await servers.call("desk", "PTTL", "{desk}:care:ada:heavy") <= KEPT_MS
    await servers.call("desk", "ZINCRBY", "{desk}:care:ada", -48 * 3_600_000, "a")
    await care.saw(ADA, case("b", "amber"))
    assert await servers.call("desk", "ZRANGE", "{desk}:care:ada", 0, -1) == [b"b"]
    await Care(servers, kept_ms=1).saw(ADA, case("b", "red"))
    async with asyncio.timeout(DEADLINE_S):
        while await servers.call("desk", "EXISTS", "{desk}:care:ada", "{desk}:care:ada:heavy"):
            pass
