"""What becomes of a held message: let through or given back by the moderator who has its case, whoever is there."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest

from chatserver.client import Member, Ticket, join
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import Caller, audit, sign_in

BAD_WORDS = "all immigrants are vermin"  # a boundary rule's plainest case: it is held
THROUGH: dict[str, Any] = {"act": "let_through", "reason": "quoted, not meant"}
BACK: dict[str, Any] = {"act": "give_back", "reason": "Please say it without calling people that."}


@pytest.fixture(scope="module")
def ada(hall: House) -> Caller:
    """A moderator of the porch."""
    return sign_in(hall, "Ada of the held", Role.MODERATOR, {"porch"})


async def hold(hall: House, member: Member, desk: Caller) -> tuple[str, str]:
    """Let a member say what is held; gives the attempt's name and the case, claimed."""
    attempt = "held-" + secrets.token_hex(4)
    await member.send({"do": "say", "id": attempt, "text": BAD_WORDS})
    assert (await member.wait_for("held"))["id"] == attempt
    like = {"kind": "held", "handle": member.ticket.you["handle"]}
    case = (await asyncio.to_thread(desk.wait_for_case, **like))["id"]
    await asyncio.to_thread(desk.ok, f"cases/{case}/claim", {})
    return attempt, case


async def act(desk: Caller, case: str, order: dict[str, Any]) -> tuple[int, Any]:
    """Carry out an order about a case."""
    return await asyncio.to_thread(desk.ask, f"cases/{case}/acts", order)


async def again(member: Member, attempt: str) -> dict[str, Any]:
    """Repeat an attempt; gives its answer."""
    await member.send({"do": "say", "id": attempt, "text": BAD_WORDS})
    async with asyncio.timeout(10):
        async for event in member.events():
            if event.get("id") == attempt and "letter" not in event:
                return event
    raise AssertionError("no answer")


async def seated(hall: House) -> Ticket:
    """Join the porch."""
    return await asyncio.to_thread(join, hall.url, hall.group())


async def test_a_message_that_is_let_through_comes_into_the_room_at_its_new_place(hall: House, ada: Caller) -> None:
    """Everybody gets it, after a reconnect too; its author hears `sent`, and so does a repeat of the attempt."""
    async with Member(await seated(hall)) as author, Member(await seated(hall), "msgpack") as other:
        await author.enter()
        await other.enter()
        attempt, case = await hold(hall, author, ada)
        await author.say("said meanwhile")
        await other.close()
        status, answer = await act(ada, case, THROUGH)
        assert status == 200
        outcome = await author.wait_for("outcome")
        pos = outcome["pos"]
        assert outcome == {
            "ev": "outcome", "letter": outcome["letter"], "at": outcome["at"],
            "of": "held", "id": attempt, "sent": True, "pos": pos,
        }  # fmt: skip
        assert (await author.wait_for("sent")) == {"ev": "sent", "id": attempt, "pos": pos}
        assert await again(author, attempt) == {"ev": "sent", "id": attempt, "pos": pos}
        await other.resume()
        views = [[(e["pos"], e.get("text")) for e in m.state.events][-2:] for m in (author, other)]
        assert views[0] == views[1] == [(views[0][0][0], "said meanwhile"), (pos, BAD_WORDS)]
        assert author.state.holes == other.state.holes == 0
        assert answer["undo_until"] > answer["undo_until"] - 10_000 > 0
        assert (await act(ada, case, BACK))[1]["error"]["code"] == "gone"


async def test_a_message_that_is_given_back_is_nobodys_but_its_authors(hall: House, ada: Caller) -> None:
    """It says why, to a live author and to a repeat; nobody else gets a word of it."""
    async with Member(await seated(hall)) as author, Member(await seated(hall)) as other:
        await author.enter()
        await other.enter()
        attempt, case = await hold(hall, author, ada)
        status, answer = await act(ada, case, BACK)
        assert (status, answer["undo_until"]) == (200, None)
        back = {"ev": "not_sent", "id": attempt, "code": "returned", "message": BACK["reason"]}
        assert (await author.wait_for("outcome"))["why"] == BACK["reason"]
        assert await author.wait_for("not_sent") == back
        assert await again(author, attempt) == back
        assert (await asyncio.to_thread(ada.code, f"acts/{answer['act']}/undo", {})) == (409, "final")
        end = await author.say("the end")
        async for event in other.events():
            assert event["ev"] not in ("outcome", "not_sent")
            assert BAD_WORDS not in str(event)
            if event.get("pos") == end:
                break


@pytest.mark.parametrize(("order", "code"), [(THROUGH, "sent"), (BACK, "not_sent")])
async def test_an_author_who_was_away_hears_what_became_of_it(
    hall: House, ada: Caller, order: dict[str, Any], code: str
) -> None:
    """By a letter on coming back, until it is seen; the attempt answers to itself."""
    ticket = await seated(hall)
    async with Member(ticket) as author:
        await author.enter()
        attempt, case = await hold(hall, author, ada)
    assert (await act(ada, case, order))[0] == 200
    async with Member(ticket) as author:
        await author.enter()
        outcome = await author.wait_for("outcome")
        assert (outcome["id"], outcome["sent"]) == (attempt, code == "sent")
        assert (await again(author, attempt))["ev"] == code
        await author.send({"do": "seen", "letter": outcome["letter"]})
        await author.wait_for("seen")
        await author.resume()
        await author.say("calm")
        async for event in author.events():
            assert event["ev"] != "outcome"
            if event.get("text") == "calm":
                break


async def test_an_act_that_is_repeated_under_its_name_is_done_once(hall: House, ada: Caller) -> None:
    """The answer is the same; the log has one entry; without a name the second is refused."""
    async with Member(await seated(hall)) as author:
        await author.enter()
        _, case = await hold(hall, author, ada)
        order = {**THROUGH, "attempt": "desk-1"}
        first, second = await act(ada, case, order), await act(ada, case, order)
        assert first == second
        assert first[0] == 200
        async with Member(await seated(hall)) as late:
            mine = {e["pos"] for e in (await late.enter())["events"] if e.get("member") == author.ticket.you["member"]}
        assert len(mine) == 1
        kept = await asyncio.to_thread(audit, hall)
        assert [e["act"] for e in kept if e.get("case") == case and e["act"].startswith("act.")] == ["act.let_through"]
        assert BAD_WORDS not in str(kept)


async def test_letting_through_can_be_taken_back(hall: House, ada: Caller) -> None:
    """The message leaves the room again, for everybody; only whoever let it through can; once is enough."""
    bea = await asyncio.to_thread(sign_in, hall, "Bea of the held", Role.MODERATOR, {"porch"})
    async with Member(await seated(hall)) as author:
        await author.enter()
        _, case = await hold(hall, author, ada)
        answer = (await act(ada, case, THROUGH))[1]
        pos = (await author.wait_for("outcome"))["pos"]
        path = f"acts/{answer['act']}/undo"
        assert await asyncio.to_thread(bea.code, path, {}) == (403, "not_yours")
        for _ in range(2):
            assert await asyncio.to_thread(ada.ok, path, {}) == {"undone": True}
        removed = await author.wait_for("removed")
        assert (removed["target"], removed["by"]) == (pos, "moderator")
        async with Member(await seated(hall)) as late:
            messages = [event for event in (await late.enter())["events"] if event["ev"] == "message"]
            assert pos not in [event["pos"] for event in messages]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"act": "let"}, "bad_request"),
        ({"act": None}, "bad_request"),
        ({"act": ["let_through"]}, "bad_request"),
        ({"more": 1}, "bad_request"),
        ({"attempt": ""}, "bad_request"),
        ({"attempt": "x" * 65}, "bad_request"),
        ({"attempt": 5}, "bad_request"),
        ({"reason": " "}, "reason_needed"),
        ({"reason": "x" * 501}, "reason_needed"),
        ({"reason": None}, "reason_needed"),
        ({"reason": "\ud800"}, "reason_needed"),
    ],
)
async def test_an_order_of_another_form_changes_nothing(
    hall: House, ada: Caller, change: dict[str, Any], code: str
) -> None:
    """It is refused with a code; the message is still held."""
    async with Member(await seated(hall)) as author:
        await author.enter()
        attempt, case = await hold(hall, author, ada)
        status, answer = await act(ada, case, {**THROUGH, **change})
        assert (status, answer["error"]["code"]) == (400, code)
        assert (await again(author, attempt))["ev"] == "held"


async def test_only_the_one_who_has_the_case_acts_on_it(hall: House, ada: Caller) -> None:
    """Unclaimed, claimed by another, unknown, another group's: refused, and the message is still held."""
    other = await asyncio.to_thread(sign_in, hall, "Oda of the held", Role.MODERATOR, {"garden"})
    lead = await asyncio.to_thread(sign_in, hall, "Lea of the held", Role.LEAD, set())
    async with Member(await seated(hall)) as author:
        await author.enter()
        attempt, case = await hold(hall, author, ada)
        path = f"cases/{case}/acts"
        assert await asyncio.to_thread(lead.code, path, THROUGH) == (409, "lost")
        assert await asyncio.to_thread(other.code, path, THROUGH) == (404, "not_found")
        assert await asyncio.to_thread(ada.code, "cases/nosuch/acts", THROUGH) == (404, "not_found")
        await asyncio.to_thread(ada.ok, f"cases/{case}/release", {})
        assert await asyncio.to_thread(ada.code, path, THROUGH) == (409, "lost")
        assert (await again(author, attempt))["ev"] == "held"
