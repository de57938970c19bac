"""Being on duty on a running house of two nodes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from chatserver.core.moderators import Role, Scope
from chatserver.live.connection import now_ms
from chatserver.store.duty import Duty
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers
from tests.house import House
from tests.web.desks import Caller, audit, beside, sign_in
from tests.web.test_deskdoor import desk

DEADLINE_S = 10


def names(caller: Caller) -> list[str]:
    """Name who is on duty."""
    return [person["name"] for person in caller.ok("duty")["people"]]


async def told(socket: ClientConnection, *, is_on: bool) -> Any:
    """Give the duty as it is told once it says so of this desk's moderator."""
    async with asyncio.timeout(DEADLINE_S):
        async for raw in socket:
            told = json.loads(raw)
            if told["ev"] == "queue" and told["duty"]["on"] is is_on:
                return told["duty"]
    raise AssertionError("closed")


def test_a_moderator_puts_themself_on_duty_and_off(house: House) -> None:
    """Seen by colleagues, by name; in the log without words."""
    ada, lea = sign_in(house, "Ada Duty", Role.MODERATOR, {"porch"}), sign_in(house, "Lea Duty", Role.LEAD, set())
    assert ada.ok("duty", {"on": True}) == {"on": True, "people": [{"name": "Ada Duty", "is_you": True}]}
    assert ada.ok("duty", {"on": True})["on"]
    assert lea.ok("duty") == {"on": False, "people": [{"name": "Ada Duty", "is_you": False}]}
    assert ada.ok("duty", {"on": False}) == {"on": False, "people": []}
    who = [entry["who"] for entry in audit(house) if entry["act"] == "duty.began"][-1]
    assert [entry["act"] for entry in audit(house) if entry["who"] == who] == ["duty.began", "duty.ended"]


@pytest.mark.parametrize("body", [{}, [], {"on": 1}, {"on": None}, {"on": True, "who": "Lea"}])
def test_another_form_is_refused(house: House, body: object) -> None:
    """And changes nothing."""
    ada = sign_in(house, "Ada Duty", Role.MODERATOR, {"porch"})
    assert ada.code("duty", body) == (400, "bad_request")
    assert names(ada) == []


def test_only_moderators_see_or_change_duty(house: House) -> None:
    """Not members, not an invitation's session, not whoever looks after the machines."""
    ops, invited = sign_in(house, "Ole", Role.OPS, set()), sign_in(house, "Ina", Role.MODERATOR, set(), Scope.ENROL)
    assert [who.code("duty") for who in (Caller(house), invited, ops)] == [
        (401, "not_signed_in"),
        (403, "passkey_needed"),
        (403, "not_yours"),
    ]
    assert [who.ask("duty", {"on": True})[0] for who in (Caller(house), invited, ops)] == [401, 403, 403]


def test_an_open_desk_is_told_of_duty_and_signing_out_ends_it(house: House) -> None:
    """Begun in one window, seen in another of any node; revoking ends it as well."""
    bea, lea = sign_in(house, "Bea Duty", Role.MODERATOR, {"porch"}), sign_in(house, "Lea Duty", Role.LEAD, set())
    again = sign_in(house, "Bea Duty", Role.MODERATOR, {"porch"})

    async def evening() -> None:
        async with desk(bea) as one, desk(again) as two:
            await told(one, is_on=False)
            await asyncio.to_thread(bea.ok, "duty", {"on": True})
            assert (await told(two, is_on=True))["people"] == [{"name": "Bea Duty", "is_you": True}]
            await asyncio.to_thread(again.ask, "signout", {})
            await told(one, is_on=False)

    asyncio.run(evening())
    bea.ok("duty", {"on": True})
    house.run("moderators", "revoke", "Bea Duty")
    assert names(lea) == []


def test_an_open_desk_keeps_its_moderator_on_duty(house: House) -> None:
    """By renewing it: what would soon be over lasts anew."""
    cleo = sign_in(house, "Cleo Duty", Role.MODERATOR, {"porch"})
    cleo.ok("duty", {"on": True})

    async def rest_ms(servers: Servers) -> int:
        return {one.account.name: one.until_ms - now_ms() for one in await Duty(servers, now_ms).standing()}[
            "Cleo Duty"
        ]

    async def shortened(servers: Servers) -> None:
        account = await Moderators(servers).named("Cleo Duty")
        assert account is not None
        await Duty(servers, now_ms, ttl_ms=45_000).stay(account.id)

    async def opened() -> None:
        async with desk(cleo) as socket:
            await told(socket, is_on=True)

    beside(house, shortened)
    assert beside(house, rest_ms) <= 45_000
    asyncio.run(opened())
    assert beside(house, rest_ms) > 45_000
    cleo.ok("duty", {"on": False})
