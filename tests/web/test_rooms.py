"""The rooms a moderator looks after, on a running house with two nodes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chatserver.client import Member
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import Caller, sign_in
from tests.web.rooms import DEADLINE_S, Moderator, seated

WHY = {"reason": "so and so"}


def groups(desk: Caller) -> dict[str, Any]:
    """Give the groups a desk is told of, by slug."""
    return {group["slug"]: group for group in desk.ok("rooms")["groups"]}


def test_a_moderator_is_told_of_their_own_groups_alone(hall: House) -> None:
    """A lead of all."""
    one = sign_in(hall, "Ada of the rooms", Role.MODERATOR, {"garden"})
    lead = sign_in(hall, "Lea of the rooms", Role.LEAD, set())
    assert set(groups(one)) == {"garden"}
    assert {"garden", "porch"} <= set(groups(lead))


@pytest.fixture(scope="module")
def bea(hall: House) -> Moderator:
    """A moderator of the garden."""
    return Moderator(sign_in(hall, "Bea of the rooms", Role.MODERATOR, {"garden"}))


async def garden(bea: Moderator) -> list[dict[str, Any]]:
    """Give the garden's rooms as they stand."""
    return list((await bea.ok("rooms"))["groups"][0]["rooms"])


async def until_here(bea: Moderator, count: int) -> None:
    """Wait until so many are told of, in all of its rooms."""
    async with asyncio.timeout(DEADLINE_S):
        while sum(room["here"] for room in await garden(bea)) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_rooms_tell_how_many_are_in_them(hall: House, bea: Moderator) -> None:
    """On either node; who has gone is not counted."""
    await until_here(bea, 0)
    async with Member(await seated(hall, "Garden")) as one, Member(await seated(hall, "Garden")) as two:
        await one.enter()
        await two.enter()
        await until_here(bea, 2)
    await until_here(bea, 0)


async def test_a_room_tells_what_calms_it_until_it_is_over(hall: House, bea: Moderator) -> None:
    """Each measure for itself."""
    await seated(hall, "Garden")
    before = [room["number"] for room in await garden(bea)]
    assert before == list(range(1, len(before) + 1))
    for on, orders in (
        (True, ({"act": "slow", "seconds": 60}, {"act": "quiet", "on": True}, {"act": "lock", "on": True})),
        (False, ({"act": "slow", "seconds": 0}, {"act": "quiet", "on": False}, {"act": "lock", "on": False})),
    ):
        for order in orders:
            await bea.ok("rooms/garden/1/acts", {**order, **WHY})
        room = (await garden(bea))[0]
        assert (room["slow"], room["quiet"], room["lock"]) == (60 if on else 0, on, on)
