"""The desk's socket on a running house of two nodes: who is let in, and what is told when."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from chatserver.client import Member, join
from chatserver.core.moderators import Role, Scope
from chatserver.web.deskdoor import SUBPROTOCOL
from tests.house import House
from tests.web.desks import Caller, sign_in

DEADLINE_S = 10  # the promise is 1 s and a busy machine may take longer; 20 s is when everything is told anyway


@asynccontextmanager
async def desk(
    caller: Caller, subprotocol: str = SUBPROTOCOL, origin: str | None = None
) -> AsyncIterator[ClientConnection]:
    """Open a desk's socket."""
    house = caller.house
    async with connect(
        house.desk_url.replace("http", "ws") + "/live",
        origin=Origin(origin or house.desk_url.removesuffix("/desk")),
        additional_headers={"Cookie": caller.cookie} if caller.cookie else {},
        subprotocols=[Subprotocol(subprotocol)],
        proxy=None,
    ) as socket:
        yield socket


async def wait_for(socket: ClientConnection, handle: str, claim: str | None) -> Any:
    """Give the case of this handle as soon as it is told with a claim of this name."""
    async with asyncio.timeout(DEADLINE_S):
        async for raw in socket:
            told = json.loads(raw)
            if told["ev"] == "page":
                continue
            assert told.keys() == {"ev", "cases", "alarms", "now", "duty", "build"}
            for case in told["cases"]:
                if case["handle"] == handle and (case["claim"] or {"name": None})["name"] == claim:
                    return case
    raise AssertionError("closed")


async def until_closed(socket: ClientConnection) -> None:
    """Take what is told until the server closes."""
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass


async def refusal(caller: Caller, **asked: str) -> int:
    """Give the status with which a desk is refused."""
    with pytest.raises(InvalidStatus) as refused:
        async with desk(caller, **asked):
            pass
    return refused.value.response.status_code


def test_only_moderators_with_our_page_are_let_in(house: House) -> None:
    """Refused before the handshake."""
    ada = sign_in(house, "Ada", Role.MODERATOR, {"porch"})
    secret = join(house.url, house.group()).cookie.partition("=")[2]

    async def refusals() -> list[int]:
        return [
            await refusal(Caller(house)),
            await refusal(Caller(house, f"alongside={secret}; desk={secret}")),
            await refusal(invited),
            await refusal(ops),
            await refusal(ada, origin="https://elsewhere.example"),
            await refusal(ada, subprotocol="alongside.v1+json"),
        ]

    invited = sign_in(house, "Ina", Role.MODERATOR, {"porch"}, Scope.ENROL)
    ops = sign_in(house, "Ole", Role.OPS, set())
    assert asyncio.run(refusals()) == [401, 401, 403, 403, 403, 400]


def test_a_case_and_its_claim_are_told_to_every_desk_of_its_group(house: House) -> None:
    """Opened, claimed, released, closed by somebody else: told long before everything is told anyway."""
    ada, lea = sign_in(house, "Ada", Role.MODERATOR, {"porch"}), sign_in(house, "Lea", Role.LEAD, set())
    oda = sign_in(house, "Oda", Role.MODERATOR, {"garden"})

    async def evening() -> None:
        ticket = join(house.url, house.group())
        handle = ticket.you["handle"]
        async with desk(ada) as one, desk(lea) as two, desk(oda) as foreign, Member(ticket) as member:
            await member.enter()
            await member.send({"do": "ask_moderator", "words": "please"})
            case = await wait_for(one, handle, None)
            assert (await wait_for(two, handle, None))["id"] == case["id"]
            path = f"cases/{case['id']}"
            await asyncio.to_thread(lea.ok, path + "/claim", {})
            assert (await wait_for(one, handle, "Lea"))["claim"]["is_mine"] is False
            assert (await wait_for(two, handle, "Lea"))["claim"]["is_mine"] is True
            await asyncio.to_thread(lea.ok, path + "/release", {})
            await wait_for(one, handle, None)
            await asyncio.to_thread(ada.ok, path + "/claim", {})
            await asyncio.to_thread(ada.ok, path + "/close", {"outcome": "helped", "reason": "talked"})
            async with asyncio.timeout(DEADLINE_S):
                while any(known["id"] == case["id"] for known in json.loads(await two.recv()).get("cases", [case])):
                    pass
            queue = json.loads(await foreign.recv())["cases"]
            assert handle not in [known["handle"] for known in queue]

    asyncio.run(evening())


def test_a_desk_closes_when_its_session_is_over(house: House) -> None:
    """With the next change; what it says itself is dropped."""
    bea, lea = sign_in(house, "Bea", Role.MODERATOR, set()), sign_in(house, "Lea", Role.LEAD, set())

    async def over() -> int | None:
        async with desk(bea) as socket:
            await socket.recv()
            await socket.send("{}")
            await asyncio.to_thread(house.run, "moderators", "revoke", "Bea")
            ticket = join(house.url, house.group())
            async with Member(ticket) as member:
                await member.enter()
                await member.send({"do": "ask_moderator"})
                async with asyncio.timeout(DEADLINE_S):
                    await until_closed(socket)
            case = await asyncio.to_thread(lea.wait_for_case, handle=ticket.you["handle"])
            await asyncio.to_thread(lea.ok, f"cases/{case['id']}/claim", {})
            await asyncio.to_thread(
                lea.ok, f"cases/{case['id']}/close", {"outcome": "no_need", "reason": "only a test"}
            )
            return socket.close_code

    assert asyncio.run(over()) == 4501
