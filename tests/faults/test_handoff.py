"""A talk of two, while everything that can be killed is: nobody is left alone, nothing is said or offered twice."""

from __future__ import annotations

import asyncio
import json
import urllib.error
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chatserver.client import Member, NotSent, Ticket, join
from chatserver.core.moderators import Role
from tests.house import House, kill
from tests.web.desks import Caller, audit, sign_in

pytestmark = pytest.mark.faults

DEADLINE_S = 40
WORDS = 40
REASON = {"reason": "only a test"}

Killed = Callable[[House], None]


def a_node(house: House) -> None:
    """End a node without warning."""
    kill(house.nodes()[0])


def every_node(house: House) -> None:
    """End all of them at once."""
    for pid in house.nodes():
        kill(pid)


def the_store(house: House) -> None:
    """End Valkey without warning."""
    kill(house.valkey())


ALL = pytest.mark.parametrize("killed", [a_node, every_node, the_store])


class Table:
    """A member and a moderator, who both come back and ask again until they are answered."""

    def __init__(self, house: House, ada: Caller, member: Member) -> None:
        self.house, self.ada, self.member = house, ada, member
        self.case, self.handoff = "", ""

    async def ask(self, path: str, body: object = None) -> Any:
        """Ask the desk until it answers; what it refuses is a failure."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                try:
                    status, answer = await asyncio.to_thread(self.ada.ask, path, body)
                except (urllib.error.URLError, OSError, json.JSONDecodeError):
                    status, answer = 503, None
                if status == 200:
                    return answer
                assert status == 503, answer
                await asyncio.sleep(0.1)

    async def reply(self, do: str, **fields: object) -> None:
        """Say something to an offer until it is received."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                try:
                    await self.member.send({"do": do, "handoff": self.handoff, **fields})
                    async for event in self.member.events():
                        if event["ev"] == "received":
                            return
                        if event["ev"] == "error":
                            assert event["code"] == "unavailable", event
                            break
                    else:
                        await self.member.resume()
                except (OSError, TimeoutError):
                    await self.member.resume()
                await asyncio.sleep(0.1)

    async def shown(self, *states: str) -> Any:
        """Wait until the member is shown one of these states, coming back when the link goes."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                async for event in self.member.events():
                    if event["ev"] in ("offer", "handoff") and event["state"] in states:
                        return event
                await self.member.resume()

    def inside(self) -> Member:
        """Give the member's socket to the room."""
        ticket = self.member.ticket
        return Member(ticket, path=f"/g/{ticket.group}/handoff/{self.handoff}/live")

    def desk(self) -> Member:
        """Give the moderator's."""
        base = self.house.desk_url.removesuffix("/desk")
        ticket = Ticket(base, "", self.ada.cookie, {"member": "moderator"})
        return Member(ticket, path=f"/desk/handoff/{self.handoff}/live")


@asynccontextmanager
async def table(house: House) -> AsyncIterator[Table]:
    """Give a member with a case that Ada has."""
    ada = await asyncio.to_thread(sign_in, house, "Ada", Role.MODERATOR, {"porch"})
    ticket = await asyncio.to_thread(join, house.url, house.group())
    member = Member(ticket)
    await member.connect()
    await member.enter()
    await member.send({"do": "ask_moderator", "words": "please"})
    await member.wait_for("received")
    two = Table(house, ada, member)
    two.case = (await asyncio.to_thread(ada.wait_for_case, handle=ticket.you["handle"]))["id"]
    await two.ask(f"cases/{two.case}/claim", {})
    yield two
    await member.close()


async def write(socket: Member, name: str, acknowledged: dict[str, str]) -> None:
    """Say WORDS things, one after the other, each until it is acknowledged."""
    for number in range(WORDS):
        attempt = f"{name}-{number}"
        while attempt not in acknowledged:
            try:
                acknowledged[attempt] = await socket.say(attempt, attempt)
            except (NotSent, ConnectionError, TimeoutError):
                await socket.resume()


@ALL
async def test_an_offer_is_made_once_and_answered_once_whatever_dies(own_house: House, killed: Killed) -> None:
    """While it is made, while it stands, and while it is answered: one hand-off, and the member is shown it."""
    async with table(own_house) as two:
        offering = asyncio.create_task(two.ask(f"cases/{two.case}/offer", {}))
        killed(own_house)
        two.handoff = (await offering)["handoff"]["id"]
        assert (await two.ask(f"cases/{two.case}/offer", {}))["handoff"]["id"] == two.handoff
        assert (await two.shown("offered"))["handoff"] == two.handoff
        killed(own_house)
        answering = asyncio.create_task(two.reply("answer_offer", accept=True))
        killed(own_house)
        await answering
        assert (await two.shown("accepted", "active"))["has_moderator"] is True
        [only] = (await two.ask("handoffs"))["handoffs"]
        assert (only["id"], only["state"], only["losses"]) == (two.handoff, "accepted", 0)
        acts = Counter(e["act"] for e in await log_of(two, 2))
        assert acts == {"handoff.offered": 1, "handoff.accepted": 1}
        await two.reply("leave_handoff")


@ALL
async def test_a_talk_goes_on_whatever_dies(own_house: House, killed: Killed) -> None:
    """Every acknowledged word stands once, in one order, for both; they are in it together until they end it."""
    async with table(own_house) as two:
        two.handoff = (await two.ask(f"cases/{two.case}/offer", {}))["handoff"]["id"]
        await two.reply("answer_offer", accept=True)
        async with two.inside() as inside, two.desk() as desk:
            await inside.enter()
            await desk.enter()
            acknowledged: dict[str, str] = {}
            async with asyncio.timeout(DEADLINE_S * 2), asyncio.TaskGroup() as tasks:
                tasks.create_task(write(inside, "member", acknowledged))
                tasks.create_task(write(desk, "moderator", acknowledged))
                for portion in (10, 40):
                    while len(acknowledged) < portion:  # noqa: ASYNC110 # a deadline stands around it
                        await asyncio.sleep(0.02)
                    killed(own_house)
            for socket in (inside, desk):
                await socket.resume()
            for socket in (inside, desk):
                seen = [(e["text"], e["pos"]) for e in socket.state.events if e["ev"] == "message"]
                assert max(Counter(text for text, _ in seen).values()) == 1, "doubled"
                assert {text: pos for text, pos in seen if text in acknowledged} == acknowledged, "lost or moved"
                assert seen == [(e["text"], e["pos"]) for e in inside.state.events if e["ev"] == "message"]
                assert socket.state.holes == 0
            await two.member.resume()
            assert (await two.shown("active"))["has_moderator"] is True
            [only] = (await two.ask("handoffs"))["handoffs"]
            assert (only["state"], only["losses"], only["claim"]["is_mine"]) == ("active", 0, True)
            ending = asyncio.create_task(two.ask(f"handoffs/{two.handoff}"))
            killed(own_house)
            await ending
            await end(two)
            assert (await two.shown("returned"))["by"] == "moderator"
        assert (await two.ask("handoffs"))["handoffs"] == []
        await log_of(two, 4)


async def end(two: Table) -> None:
    """Let the moderator end it, asking again after an answer that got lost."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                status, answer = await asyncio.to_thread(two.ada.ask, f"handoffs/{two.handoff}/return", REASON)
            except (urllib.error.URLError, OSError, json.JSONDecodeError):
                status, answer = 503, None
            if status == 200 or (status == 409 and answer["error"]["code"] == "over"):
                return
            assert status == 503, answer
            await asyncio.sleep(0.1)


async def log_of(two: Table, count: int) -> list[Any]:
    """Give the entries about this hand-off once there are so many; the log is whole."""
    entries: list[Any] = []
    async with asyncio.timeout(DEADLINE_S):
        while len(entries) < count:
            entries = [e for e in await asyncio.to_thread(audit, two.house) if e["about"] == two.handoff]
    assert "as they were written" in await asyncio.to_thread(two.house.run, "audit", "verify")
    return entries
