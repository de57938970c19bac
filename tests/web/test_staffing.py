"""Whether a moderator is here, as members see it, on a running house of two nodes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from chatserver.client import Member, NotSent, join
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import Caller, lapse, sign_in

DEADLINE_S = 10
READING = '\n[schedule]\nzone = "UTC"\ndaily = ["{next}"]\n'
NOBODY = {"here": False, "next": None, "read_only": False}
HERE = {"here": True, "next": None, "read_only": False}


def in_two_hours() -> str:
    """Give a span that begins in one to two hours, by UTC."""
    hour = (time.gmtime().tm_hour + 2) % 24
    return f"{hour:02}:00-{hour:02}:30"


@pytest.fixture(scope="module")
def strict_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house where the group Garden requires staff and has a schedule; Porch has neither."""
    folder = tmp_path_factory.mktemp("strict")
    house = House(folder, "--join-proof", "off", "--limits", "off", "--workers", "2")
    garden = folder / "groups" / "garden.toml"
    garden.write_text(garden.read_text() + "requires_staff = true\n" + READING.format(next=in_two_hours()))
    yield house.start()
    assert house.stop() == 0


@pytest.fixture
def bea(strict_house: House) -> Iterator[Caller]:
    """A moderator of the garden, off duty again afterwards."""
    caller = sign_in(strict_house, "Quillon", Role.MODERATOR, {"garden"})
    yield caller
    caller.ok("duty", {"on": False})


async def staff(member: Member) -> Any:
    """Give the next word about the staff, without its name."""
    event = await member.wait_for("staff")
    return {name: value for name, value in event.items() if name != "ev"}


async def told(member: Member, **like: object) -> None:
    """Wait until a word about the staff says this."""
    async with asyncio.timeout(DEADLINE_S):
        while not like.items() <= (await staff(member)).items():
            pass


def ticket(house: House, title: str) -> Any:
    """Join a group."""
    return join(house.url, house.group(title))


def test_members_hear_when_a_moderator_comes_and_goes_and_never_who(strict_house: House, bea: Caller) -> None:
    """On entering and live, of their own group alone."""

    async def evening() -> None:
        async with Member(ticket(strict_house, "Garden")) as inside, Member(ticket(strict_house, "Porch")) as outside:
            entered = await inside.enter()
            nobody = entered["room"]["staff"]
            assert (nobody["here"], nobody["read_only"]) == (False, True)
            assert 0 < nobody["next"] - time.time() * 1000 <= 2 * 3_600_000
            assert (await outside.enter())["room"]["staff"] == NOBODY
            await asyncio.to_thread(bea.ok, "duty", {"on": True})
            assert await staff(inside) == HERE
            async with Member(ticket(strict_house, "Garden")) as late:
                assert (await late.enter())["room"]["staff"] == HERE
            await asyncio.to_thread(bea.ok, "duty", {"on": False})
            assert await staff(inside) == nobody
            assert "Quillon" not in str(entered)
            await outside.say("the porch needs nobody")
            assert "staff" not in [event["ev"] async for event in until_message(outside)]

    asyncio.run(evening())


async def until_message(member: Member) -> Any:
    """Give events up to the first message."""
    async with asyncio.timeout(DEADLINE_S):
        async for event in member.events():
            yield event
            if event["ev"] == "message":
                return


def test_a_group_that_requires_staff_is_for_reading_without(strict_house: House, bea: Caller) -> None:
    """Words come back with kind ones; reading, calling and taking back go on; with somebody here everything does."""

    async def evening() -> None:
        async with Member(ticket(strict_house, "Garden")) as member:
            await member.enter()
            with pytest.raises(NotSent) as refused:
                await member.say("is somebody here", "attempt")
            assert refused.value.code == "unstaffed"
            await member.send({"do": "ask_moderator", "words": "please"})
            assert (await member.wait_for("received"))["of"] == "ask_moderator"
            await asyncio.to_thread(bea.ok, "duty", {"on": True})
            await told(member, here=True)
            pos = await member.say("is somebody here", "attempt")
            await asyncio.to_thread(bea.ok, "duty", {"on": False})
            await told(member, here=False, read_only=True)
            await member.send({"do": "react", "pos": pos, "kind": "heart", "on": True})
            await member.wait_for("reaction")
            await member.send({"do": "take_back", "pos": pos})
            await member.wait_for("removed")

    asyncio.run(evening())
    assert bea.wait_for_case(kind="asked")["level"] == "red"


def test_duty_that_lapses_closes_the_room_again(strict_house: House, bea: Caller) -> None:
    """Without anybody saying so: the last desk was lost."""

    async def evening() -> None:
        async with Member(ticket(strict_house, "Garden")) as member:
            await member.enter()
            await asyncio.to_thread(bea.ok, "duty", {"on": True})
            await told(member, here=True)
            await asyncio.to_thread(lapse, strict_house)
            await told(member, here=False, read_only=True)

    asyncio.run(evening())
