"""Hand-offs on a running house of two nodes: offered, accepted, talked, looked into, returned; and who may not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from chatserver.client import Fields, Member, NotSent, Ticket, join
from chatserver.core.handoff import HERE_MS, OFFER_MS
from chatserver.core.moderators import Role
from chatserver.live.watch import BEAT_HERE_S
from chatserver.store.servers import Servers
from chatserver.web.handoff import LOOKS_IN
from tests.house import House
from tests.web.desks import Caller, audit, beside, end_lease, sign_in

DEADLINE_S = 30  # for a machine that does much else
REASON = {"reason": "only a test"}


@pytest.fixture(scope="module")
def staff(house: House) -> dict[str, Caller]:
    """Who may come, and who may not."""
    return {
        "ada": sign_in(house, "Ada", Role.MODERATOR, {"porch"}),
        "bea": sign_in(house, "Bea", Role.MODERATOR, {"porch"}),
        "oda": sign_in(house, "Oda", Role.MODERATOR, {"garden"}),
        "ole": sign_in(house, "Ole", Role.OPS, set()),
        "nobody": Caller(house),
    }


class Evening:
    """One member in the porch, with a case that Ada has claimed."""

    def __init__(self, house: House, staff: dict[str, Caller], ticket: Ticket, member: Member) -> None:
        self.house, self.staff, self.ticket, self.member = house, staff, ticket, member
        self.handoff, self.case = "", ""

    async def ok(self, who: str, path: str, body: object = None) -> Any:
        """Ask what must succeed."""
        return await asyncio.to_thread(self.staff[who].ok, path, body)

    async def code(self, who: str, path: str, body: object = None) -> tuple[int, str]:
        """Ask what must be refused."""
        return await asyncio.to_thread(self.staff[who].code, path, body)

    async def hear(self, state: str, at: Member | None = None) -> Fields:
        """Wait until the member (or another socket) is told this state."""
        async with asyncio.timeout(DEADLINE_S):
            async for event in (at or self.member).events():
                if event["ev"] in ("offer", "handoff") and event["state"] == state:
                    return event
        raise AssertionError("closed")

    async def offer(self) -> Fields:
        """Let Ada offer a talk; gives what the member is told."""
        said = await self.ok("ada", f"cases/{self.case}/offer", {})
        self.handoff = said["handoff"]["id"]
        return await self.hear("offered")

    async def answer(self, is_yes: bool) -> None:
        """Let the member say yes or no."""
        await self.member.send({"do": "answer_offer", "handoff": self.handoff, "accept": is_yes})
        await self.member.wait_for("received")

    def room(self) -> Member:
        """Give the member's socket to the private room."""
        return Member(self.ticket, path=f"/g/{self.ticket.group}/handoff/{self.handoff}/live")

    def desk(self, who: str) -> Member:
        """Give a moderator's socket to the private room, on the other encoding."""
        base = self.house.desk_url.removesuffix("/desk")
        ticket = Ticket(base, "", self.staff[who].cookie, {"member": who})
        return Member(ticket, "msgpack", path=f"/desk/handoff/{self.handoff}/live")

    async def refusal(self, socket: Member) -> tuple[int, str]:
        """Give status and code with which a socket is refused."""
        with pytest.raises(InvalidStatus) as refused:
            await socket.connect()
        return refused.value.response.status_code, json.loads(refused.value.response.body)["error"]["code"]


@asynccontextmanager
async def evening(house: House, staff: dict[str, Caller]) -> AsyncIterator[Evening]:
    """Give a member who asked for a moderator, and Ada who has the case; what is left of it is closed at the end."""
    ticket = await asyncio.to_thread(join, house.url, house.group())
    async with Member(ticket) as member:
        await member.enter()
        await member.send({"do": "ask_moderator", "words": "please"})
        await member.wait_for("received")
        one = Evening(house, staff, ticket, member)
        case = await asyncio.to_thread(staff["ada"].wait_for_case, handle=ticket.you["handle"])
        one.case = case["id"]
        await one.ok("ada", f"cases/{one.case}/claim", {})
        yield one
        if one.handoff:
            await member.send({"do": "leave_handoff", "handoff": one.handoff})
            await member.wait_for("received")


@asynccontextmanager
async def talk(house: House, staff: dict[str, Caller]) -> AsyncIterator[tuple[Evening, Member, Member]]:
    """Give a talk in which both are: the evening, the member's socket there, and Ada's."""
    async with evening(house, staff) as one:
        await one.offer()
        await one.answer(True)
        async with one.room() as inside, one.desk("ada") as ada:
            await inside.enter()
            await ada.enter()
            await one.hear("active")
            yield one, inside, ada


async def text_of(socket: Member) -> tuple[str, str, str | None]:
    """Give the next message there: by whom, what, and with what mark."""
    event = await socket.wait_for("message")
    return event["handle"], event["text"], event.get("mark")


async def test_a_talk_from_the_offer_to_the_way_back(house: House, staff: dict[str, Caller]) -> None:
    """Both write and read, under the member's own handle and the role's name; then the member is back in the group."""
    async with evening(house, staff) as one:
        offered = await one.offer()
        assert (offered["ev"], offered["handoff"], offered["by"]) == ("offer", one.handoff, None)
        assert 0 < offered["until"] - offered["at"] <= OFFER_MS
        await one.answer(True)
        assert (await one.hear("accepted"))["has_moderator"] is True
        async with one.room() as inside, one.desk("ada") as ada:
            entered = await inside.enter()
            assert entered["you"] == one.ticket.you
            assert entered["room"]["here"]["members"] == [one.ticket.you]
            assert (await ada.enter())["you"] == {"member": "moderator", "handle": "Moderator"}
            assert (await one.hear("active"))["has_moderator"] is True
            await one.hear("active", inside)
            await inside.say("is somebody there")
            assert await text_of(ada) == (one.ticket.you["handle"], "is somebody there", None)
            await text_of(inside)
            await ada.say("I am")
            assert await text_of(inside) == ("Moderator", "I am", "moderator")
            said = await one.ok("ada", f"handoffs/{one.handoff}/return", REASON)
            assert (said["handoff"]["state"], said["handoff"]["by"]) == ("returned", "moderator")
            assert (await one.hear("returned"))["by"] == "moderator"
            await one.hear("returned", inside)
            async with asyncio.timeout(DEADLINE_S):
                async for _ in inside.events():
                    pass
            assert inside.close_code == 1000
        await one.member.say("back again")
        assert [e["text"] for e in one.member.state.events if e["ev"] == "message"][-1] == "back again"
        assert not any(e.get("text") in ("is somebody there", "I am") for e in one.member.state.events)
        await one.ok("ada", f"cases/{one.case}/close", {"outcome": "helped", **REASON})


async def test_the_desk_says_how_many_talks_are_ones_own(house: House, staff: dict[str, Caller]) -> None:
    """And from how many on another is too much; others' do not count."""
    async with talk(house, staff) as (one, _, _):
        yours = (await one.ok("ada", "handoffs"))["yours"]
        assert yours["live"] >= 1
        assert (yours["cap"], yours["is_over"]) == (2, yours["live"] >= 2)
        assert (await one.ok("oda", "handoffs"))["yours"] == {"live": 0, "cap": 2, "is_over": False}


async def test_no_means_no(house: House, staff: dict[str, Caller]) -> None:
    """Declined is over, for both; saying yes after it changes nothing, and neither gets into a room."""
    async with evening(house, staff) as one:
        await one.offer()
        await one.answer(False)
        assert (await one.hear("declined"))["by"] == "member"
        assert (await one.ok("ada", f"handoffs/{one.handoff}"))["handoff"]["state"] == "declined"
        await one.member.send({"do": "answer_offer", "handoff": one.handoff, "accept": True})
        assert (await one.member.wait_for("error"))["code"] == "over"
        assert await one.refusal(one.room()) == (409, "over")
        assert await one.refusal(one.desk("ada")) == (409, "over")
        assert await one.code("ada", f"handoffs/{one.handoff}/return", REASON) == (409, "over")


async def test_the_member_leaves_at_any_time(house: House, staff: dict[str, Caller]) -> None:
    """From the group's socket or the private one; the moderator's room closes with it, and the case is still theirs."""
    async with talk(house, staff) as (one, inside, ada):
        await inside.send({"do": "leave_handoff", "handoff": one.handoff})
        assert (await one.hear("closed", ada))["by"] == "member"
        assert (await one.hear("closed"))["by"] == "member"
        assert (await one.ok("ada", f"cases/{one.case}/renew", {}))["claim"]["is_mine"]


async def test_leaving_the_group_ends_the_talk(house: House, staff: dict[str, Caller]) -> None:
    """The moderator does not talk on to nobody."""
    async with talk(house, staff) as (one, _, ada):
        await asyncio.to_thread(Caller(house, one.ticket.cookie).leave, one.ticket.group)
        assert (await one.hear("closed", ada))["by"] == "member"


async def test_nobody_else_gets_in(house: House, staff: dict[str, Caller]) -> None:
    """Another member, another group's moderator, ops, nobody, one of the group who did not say so: before the
    handshake.
    """
    async with talk(house, staff) as (one, _, _):
        stranger = await asyncio.to_thread(join, house.url, house.group())
        path = f"/g/{one.ticket.group}/handoff/{one.handoff}/live"
        assert await one.refusal(Member(stranger, path=path)) == (404, "not_found")
        unseated = Ticket(house.url, one.ticket.group, "", {"member": "nobody"})
        assert await one.refusal(Member(unseated, path=path)) == (401, "not_joined")
        assert await one.refusal(one.desk("oda")) == (404, "not_found")
        assert await one.refusal(one.desk("ole")) == (403, "not_yours")
        assert await one.refusal(one.desk("nobody")) == (401, "not_signed_in")
        assert await one.refusal(one.desk("bea")) == (403, "look_in_first")
        assert await from_elsewhere(house, path, one.ticket.cookie) == 403
        assert await from_elsewhere(house, f"/desk/handoff/{one.handoff}/live", staff["ada"].cookie) == 403
        handoffs = {who: (await one.ok(who, "handoffs"))["handoffs"] for who in ("ada", "bea", "oda")}
        assert [h["id"] for h in handoffs["ada"] if h["id"] == one.handoff] == [one.handoff]
        assert one.handoff not in [h["id"] for h in handoffs["oda"]]
        for route, body in (("", None), ("/take", {}), ("/return", REASON), ("/close", REASON), ("/look_in", REASON)):
            assert await one.code("oda", f"handoffs/{one.handoff}{route}", body) == (404, "not_found")
            assert await one.code("ole", f"handoffs/{one.handoff}{route}", body) == (403, "not_yours")
            assert await one.code("nobody", f"handoffs/{one.handoff}{route}", body) == (401, "not_signed_in")
            assert await one.code("ada", f"handoffs/nosuch{route}", body) == (404, "not_found")
        for route, body in (("/return", REASON), ("/close", REASON)):
            assert await one.code("bea", f"handoffs/{one.handoff}{route}", body) == (409, "lost")
        assert await one.code("bea", f"handoffs/{one.handoff}/take", {}) == (409, "claimed")
        assert await one.code("ada", f"cases/{one.case}/close", {"outcome": "helped", **REASON}) == (409, "in_hand_off")


async def test_a_second_moderator_looks_in_visibly(house: House, staff: dict[str, Caller]) -> None:
    """Both are told, in the record; the second reads along, is seen to be there, and can write nothing."""
    async with talk(house, staff) as (one, inside, ada):
        assert await one.code("ada", f"handoffs/{one.handoff}/look_in", REASON) == (409, "yours")
        assert await one.code("bea", f"handoffs/{one.handoff}/look_in", {"reason": " "}) == (400, "reason_needed")
        await one.ok("bea", f"handoffs/{one.handoff}/look_in", REASON)
        for socket in (inside, ada):
            assert (await socket.wait_for("notice"))["text"] == LOOKS_IN
        await one.ok("bea", f"handoffs/{one.handoff}/look_in", REASON)
        async with one.desk("bea") as bea:
            entered = await bea.enter()
            assert [e["text"] for e in entered["events"] if e["ev"] == "notice"] == [LOOKS_IN]
            here: list[str] = []
            while "Second moderator" not in here:
                here = [m["handle"] for m in (await inside.wait_for("here")).get("members", [])]
            await inside.say("still here")
            assert (await text_of(bea))[1] == "still here"
            with pytest.raises(NotSent, match="looking"):
                await bea.say("so am I")
            assert await one.code("bea", f"handoffs/{one.handoff}/return", REASON) == (409, "lost")
        entries = [
            (e["act"], e.get("reason", "")) for e in await asyncio.to_thread(audit, house) if e["about"] == one.handoff
        ]
        assert ("handoff.looked_in", REASON["reason"]) in entries
        assert entries.index(("handoff.looked_in", REASON["reason"])) < entries.index(("handoff.watched", ""))


async def test_an_offer_expires_and_says_so(house: House, staff: dict[str, Caller]) -> None:
    """Nobody has to answer."""
    async with evening(house, staff) as one:
        await one.offer()
        await asyncio.to_thread(age, house, one.handoff, "until", OFFER_MS)
        assert (await one.hear("expired"))["by"] == "time"
        assert (await one.ok("ada", f"cases/{one.case}/renew", {}))["claim"]["is_mine"]


async def test_an_offer_is_shown_again_and_stays_one(house: House, staff: dict[str, Caller]) -> None:
    """After a lost link the member is told anew; offered twice it is the same; another cannot offer beside it."""
    async with evening(house, staff) as one:
        await one.offer()
        await one.ok("ada", f"cases/{one.case}/offer", {})
        shown = await asyncio.to_thread(staff["bea"].wait_for_case, id=one.case)
        assert shown["handoff"] == {"id": one.handoff, "state": "offered"}
        assert (await one.ok("ada", f"handoffs/{one.handoff}"))["handoff"]["state"] == "offered"
        await one.member.resume()
        assert (await one.hear("offered"))["handoff"] == one.handoff
        assert await one.code("bea", f"cases/{one.case}/offer", {}) == (409, "lost")
        assert await one.code("ada", f"handoffs/{one.handoff}/return", REASON) == (409, "early")
        assert await one.refusal(one.desk("ada")) == (409, "early")
        await one.ok("ada", f"handoffs/{one.handoff}/close", REASON)
        assert (await one.hear("closed"))["by"] == "moderator"


async def test_a_lost_moderator_is_replaced(house: House, staff: dict[str, Caller]) -> None:
    """The member is told that somebody is looked for; the case calls out again; who takes it finds what was said."""
    async with talk(house, staff) as (one, inside, ada):
        await inside.say("my name for the cat is Tom")
        await ada.close()
        assert (await one.hear("accepted"))["has_moderator"] is True
        await asyncio.to_thread(end_lease, house, one.case)
        waiting = await one.hear("accepted")
        assert waiting["has_moderator"] is False
        case = await asyncio.to_thread(staff["bea"].wait_for_case, handle=one.ticket.you["handle"], kind="handoff")
        assert (case["level"], case["claim"], case["id"] != one.case) == ("red", None, True)
        assert await one.code("ada", f"cases/{one.case}/renew", {}) == (404, "not_found")
        taken = await one.ok("bea", f"handoffs/{one.handoff}/take", {})
        assert (taken["handoff"]["claim"]["name"], taken["handoff"]["losses"]) == ("Bea", 1)
        assert (await one.hear("accepted"))["has_moderator"] is True
        assert await one.code("ada", f"handoffs/{one.handoff}/take", {}) == (409, "claimed")
        assert await one.refusal(one.desk("ada")) == (403, "look_in_first")
        async with one.desk("bea") as bea:
            entered = await bea.enter()
            assert "my name for the cat is Tom" in [e.get("text") for e in entered["events"]]
            await one.hear("active")
            await bea.say("I read it")
            assert (await text_of(inside))[1] == "my name for the cat is Tom"
            assert (await text_of(inside))[1] == "I read it"


async def test_who_is_still_there_is_there_again(house: House, staff: dict[str, Caller]) -> None:
    """Where being there ran out, or another socket of the moderator went, the one that is left says so."""
    async with talk(house, staff) as (one, _, ada):
        before = (await one.ok("ada", f"handoffs/{one.handoff}"))["handoff"]
        await asyncio.to_thread(age, house, one.handoff, "until", HERE_MS)
        while (event := await one.hear("active"))["at"] <= before["since"]:
            pass
        async with one.desk("ada"):
            pass
        await ada.say("here I am")
        while (await one.ok("ada", f"handoffs/{one.handoff}"))["handoff"]["state"] != "active":
            pass
        assert event["has_moderator"]


async def test_a_revoked_moderator_is_out_of_the_room(house: House, staff: dict[str, Caller]) -> None:
    """Within the beat in which sessions are looked at; the member is told that another is called."""
    async with evening(house, staff) as one:
        await one.ok("ada", f"cases/{one.case}/release", {})
        one.staff = {**staff, "eve": await asyncio.to_thread(sign_in, house, "Eve", Role.MODERATOR, {"porch"})}
        await one.ok("eve", f"cases/{one.case}/claim", {})
        one.handoff = (await one.ok("eve", f"cases/{one.case}/offer", {}))["handoff"]["id"]
        await one.hear("offered")
        await one.answer(True)
        async with one.desk("eve") as eve:
            await eve.enter()
            await one.hear("active")
            await asyncio.to_thread(house.run, "moderators", "revoke", "Eve")
            async with asyncio.timeout(BEAT_HERE_S + DEADLINE_S):
                async for _ in eve.events():
                    pass
            assert eve.close_code == 4501
        assert (await one.hear("accepted"))["has_moderator"] is True
        assert await one.refusal(one.desk("eve")) == (401, "not_signed_in")


async def test_words_between_the_two_are_neither_held_nor_changed_and_danger_raises_the_case(
    house: House, staff: dict[str, Caller]
) -> None:
    """A number to call is what a moderator may have to read."""
    async with talk(house, staff) as (one, inside, ada):
        words = "call me on +44 20 7946 0958, and i want to kill myself tonight"
        await inside.say(words)
        assert (await text_of(ada))[1] == words
        await asyncio.to_thread(staff["bea"].wait_for_case, id=one.case, level="crisis")
        await inside.send({"do": "ask_moderator"})
        assert (await inside.wait_for("error"))["code"] == "not_here"


async def test_the_log_tells_the_talk_without_a_word_of_it(house: House, staff: dict[str, Caller]) -> None:
    """Whose step each was; the member is no more than "member"; the log is whole."""
    async with talk(house, staff) as (one, inside, _):
        await inside.say("between us alone")
        await one.ok("ada", f"handoffs/{one.handoff}/return", REASON)
        await one.hear("returned")
    async with asyncio.timeout(DEADLINE_S):
        acts: list[str] = []
        while len(acts) < 4:
            entries = [e for e in await asyncio.to_thread(audit, house) if e["about"] == one.handoff]
            acts = [e["act"] for e in entries]
    assert sorted(acts) == ["handoff.accepted", "handoff.entered", "handoff.offered", "handoff.returned"]
    assert {e["who"] for e in entries if e["act"] == "handoff.accepted"} == {"member"}
    for private in ("between us alone", one.ticket.you["handle"], one.ticket.you["member"]):
        assert private not in json.dumps(entries)
    assert "as they were written" in await asyncio.to_thread(house.run, "audit", "verify")


async def from_elsewhere(house: House, path: str, cookie: str) -> int:
    """Give the status with which another site's page is refused, whatever cookie the browser adds."""
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            house.url.replace("http", "ws") + path,
            origin=Origin("https://elsewhere.example"),
            additional_headers={"Cookie": cookie},
            subprotocols=[Subprotocol("alongside.v1+json")],
            proxy=None,
        )
    return refused.value.response.status_code


def age(house: House, handoff: str, timer: str, ms: int) -> None:
    """Let a timer of a hand-off be as far on as if so much time had passed."""

    async def aged(servers: Servers) -> None:
        await servers.call("desk", "HINCRBY", "{desk}:talk:" + handoff, timer, -ms)

    beside(house, aged)
