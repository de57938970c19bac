"""Paging desks on a running house of two nodes: who is told of danger that nobody has, and when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection

from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import Caller, open_danger, sign_in
from tests.web.test_deskdoor import desk

DEADLINE_S = 15  # everything is told anew after 20 s: a page that comes sooner came by its own time


@pytest.fixture
def lead(house: House) -> Iterator[Caller]:
    """A lead, who closes what the test left."""
    lea = sign_in(house, "Lea Page", Role.LEAD, set())
    yield lea
    for case in lea.cases():
        if case["id"].startswith("page-"):
            lea.ok(f"cases/{case['id']}/claim", {})
            lea.ok(f"cases/{case['id']}/close", {"outcome": "no_need", "reason": "only a test"})


async def paged(socket: ClientConnection, count: int) -> list[tuple[str, int]]:
    """Give the next so many pages about cases of these tests: case and step, which the queue showed just before."""
    found: list[tuple[str, int]] = []
    shown: dict[str, int] = {}
    async with asyncio.timeout(DEADLINE_S):
        async for raw in socket:
            told = json.loads(raw)
            if told["ev"] == "queue":
                shown = {case["id"]: case["pages"] for case in told["cases"]}
            elif told["case"].startswith("page-"):
                assert shown[told["case"]] == told["step"]
                found.append((told["case"], told["step"]))
            if len(found) == count:
                return found
    raise AssertionError("closed")


async def nothing_until(socket: ClientConnection, case: str) -> None:
    """Take what is told until this case is gone; no page about any case of these tests may be among it."""
    async with asyncio.timeout(DEADLINE_S):
        async for raw in socket:
            told = json.loads(raw)
            assert not (told["ev"] == "page" and told["case"].startswith("page-")), told
            if told["ev"] == "queue" and case not in [one["id"] for one in told["cases"]]:
                return


def test_danger_that_waits_pages_every_lead_at_its_time_and_nobody_else(house: House, lead: Caller) -> None:
    """At 60 s and at 180 s, by the desk's own clock: nothing is published then."""
    leo, ada = sign_in(house, "Leo Page", Role.LEAD, set()), sign_in(house, "Ada Page", Role.MODERATOR, {"porch"})
    open_danger(house, "page-60", 52_000)
    open_danger(house, "page-180", 172_000)

    async def night() -> None:
        async with desk(lead) as one, desk(leo) as two, desk(ada) as third:
            for lead_desk in (one, two):
                pages = await paged(lead_desk, 3)
                assert pages[0] == ("page-180", 1)  # had come due before this desk was opened
                assert sorted(pages[1:]) == [("page-180", 2), ("page-60", 1)]
            for name in ("page-60", "page-180"):
                await asyncio.to_thread(lead.ok, f"cases/{name}/claim", {})
                body = {"outcome": "no_need", "reason": "only a test"}
                await asyncio.to_thread(lead.ok, f"cases/{name}/close", body)
            await nothing_until(third, "page-180")

    asyncio.run(night())


def test_a_case_given_back_pages_everybody_else_at_once(house: House, lead: Caller) -> None:
    """Without a reason; whoever gave it back is not paged with it, and what had waited waits anew."""
    ada, bea = (sign_in(house, f"{name} Page", Role.MODERATOR, {"porch"}) for name in ("Ada", "Bea"))
    open_danger(house, "page-swap", 500_000)
    ada.ok("cases/page-swap/claim", {})

    async def night() -> None:
        async with desk(ada) as hers, desk(bea) as other, desk(lead) as third:
            for socket in (hers, other, third):
                await socket.recv()  # they have seen who has it
            assert await asyncio.to_thread(ada.ok, "cases/page-swap/release", {}) == {"claim": None}
            assert await paged(other, 1) == await paged(third, 1) == [("page-swap", 0)]
            await asyncio.to_thread(bea.ok, "cases/page-swap/claim", {})
            body = {"outcome": "no_need", "reason": "only a test"}
            await asyncio.to_thread(bea.ok, "cases/page-swap/close", body)
            await nothing_until(hers, "page-swap")

    asyncio.run(night())
