"""Appeals: by whom a sanction is about, to a moderator who did not do it, with an answer that comes privately."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from chatserver.client import Member, Ticket
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import audit, sign_in
from tests.web.rooms import Moderator, caught_up, seated, until, view
from tests.web.test_contract import ask

WORDS = "canary-appeal: it was a quote"


@pytest.fixture(scope="module")
def ada(hall: House) -> Moderator:
    """The moderator who acts."""
    return Moderator(sign_in(hall, "Ada of appeals", Role.MODERATOR, {"porch"}))


@pytest.fixture(scope="module")
def bea(hall: House) -> Moderator:
    """The moderator who looks again."""
    return Moderator(sign_in(hall, "Bea of appeals", Role.MODERATOR, {"porch"}))


async def appeal(member: Member, receipt: str, words: str = WORDS) -> dict[str, Any]:
    """Ask for another look; gives the answer."""
    await member.send({"do": "appeal", "receipt": receipt, "words": words})
    async with asyncio.timeout(10):
        async for event in member.events():
            if event["ev"] == "error" or event.get("of") == "appeal":
                return event
    raise AssertionError("no answer")


async def claimed(desk: Moderator, receipt: str) -> str:
    """Take the appeal of this receipt; gives its case."""
    case = f"appeal-{receipt}"
    await asyncio.to_thread(desk.desk.wait_for_case, id=case)
    await desk.ok(f"cases/{case}/claim", {})
    return case


async def over_http(hall: House, ticket: Ticket, body: object, **headers: str) -> tuple[int, Any]:
    """Appeal without a socket."""
    given = {"Cookie": ticket.cookie, "Origin": hall.url, **headers}
    path = f"/g/{ticket.group}/appeal"
    status, _, answer = await asyncio.to_thread(ask, hall, "POST", path, body, given)
    return status, json.loads(answer)


async def test_an_appeal_that_is_granted_lifts_the_mute_and_its_member_is_told(
    hall: House, ada: Moderator, bea: Moderator
) -> None:
    """Another moderator must claim and decide; the case closes; the member writes at once."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        receipt = (await ada.act(case, "mute", seconds=3600))["receipt"]
        await one.wait_for("sanction")
        for _ in range(2):
            assert await appeal(one, receipt) == {"ev": "received", "of": "appeal"}
        found = f"appeal-{receipt}"
        shown = await asyncio.to_thread(ada.desk.wait_for_case, id=found)
        assert (shown["kind"], shown["is_own"]) == ("appeal", True)
        decision = {"uphold": False, "reason": "it was a quote indeed"}
        assert await ada.code(f"cases/{found}/claim", {}) == (403, "own_act")
        assert await ada.code(f"cases/{found}/decide", decision) == (403, "own_act")
        assert await bea.code(f"cases/{found}/decide", decision) == (409, "lost")
        await claimed(bea, receipt)
        looked = await bea.ok(f"cases/{found}")
        assert (looked["words"], looked["sanction"]["kind"], looked["case"]["is_own"]) == (WORDS, "mute", False)
        for wrong in ({**decision, "uphold": 1}, {"uphold": True}, {**decision, "more": 1}):
            assert await bea.code(f"cases/{found}/decide", wrong) == (400, "bad_request")
        assert await bea.code(f"cases/{case}/decide", decision) == (400, "not_appeal")
        assert await bea.ok(f"cases/{found}/decide", decision) == {"upheld": False}
        outcome = await until(one, "outcome", of="appeal")
        assert (outcome["upheld"], outcome["why"], outcome["receipt"]) == (False, decision["reason"], receipt)
        await one.say("I can write again")
        assert await bea.code(f"cases/{found}") == (404, "not_found")
        assert await appeal(one, receipt) == {"ev": "received", "of": "appeal"}  # once for a receipt: no new case
        assert found not in [known["id"] for known in await asyncio.to_thread(bea.desk.cases)]


async def test_an_appeal_that_is_not_granted_leaves_everything_as_it_is(
    hall: House, ada: Moderator, bea: Moderator
) -> None:
    """The mute stands, with the same receipt; the reason comes when its member comes back."""
    ticket = await seated(hall)
    async with Member(ticket) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        receipt = (await ada.act(case, "mute", seconds=3600))["receipt"]
        await appeal(one, receipt)
    found = await claimed(bea, receipt)
    assert await bea.ok(f"cases/{found}/decide", {"uphold": True, "reason": "it was not"}) == {"upheld": True}
    async with Member(ticket) as one:
        assert (await one.enter())["you"]["sanction"]["receipt"] == receipt
        assert (await until(one, "outcome", of="appeal"))["upheld"] is True


async def test_a_removed_message_comes_back_when_its_appeal_is_granted(
    hall: House, ada: Moderator, bea: Moderator
) -> None:
    """It is kept until then, and whoever decides reads it; everybody sees it again, in its place."""
    async with Member(await seated(hall)) as author, Member(await seated(hall)) as other:
        await author.enter()
        await other.enter()
        pos = await author.say("said in good faith")
        last = await author.say("and then this")
        case = await ada.case_of(other, {"do": "report", "pos": pos, "why": "rule"}, kind="rule")
        receipt = (await ada.act(case, "remove"))["receipt"]
        await appeal(author, receipt)
        found = await claimed(bea, receipt)
        looked = await bea.ok(f"cases/{found}")
        assert (looked["message"]["text"], looked["message"]["removed"]) == ("said in good faith", True)
        await bea.ok(f"cases/{found}/decide", {"uphold": False, "reason": "it may stay"})
        await until(other, "restored", target=pos)
        end = await author.say("thank you")
        await caught_up(other, end)
        seen = view(other.state.events)
        places = [where for where, _, _ in seen]
        assert places.index(pos) < places.index(last) < places.index(end)


async def test_whoever_is_out_appeals_over_http_and_comes_in_again(hall: House, ada: Moderator, bea: Moderator) -> None:
    """With the cookie; another's cookie, none, another site's page or another form get nowhere."""
    ticket, stranger = await seated(hall), await seated(hall)
    async with Member(ticket) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        receipt = (await ada.act(case, "exclude", seconds=7200))["receipt"]
        body = {"receipt": receipt.lower(), "words": WORDS}
        assert (await over_http(hall, stranger, body))[0] == 404
        assert (await over_http(hall, ticket, body, Cookie="a=b"))[0] == 401
        assert (await over_http(hall, ticket, body, Origin="https://elsewhere.example"))[0] == 403
        for wrong in (
            {},
            {**body, "more": 1},
            {**body, "words": " "},
            {**body, "receipt": 5},
            {**body, "words": "x" * 4001},
        ):
            assert (await over_http(hall, ticket, wrong))[0] == 400
        assert (await over_http(hall, ticket, {**body, "receipt": "9-0000-0000-0000"}))[0] == 404
        assert f"appeal-{receipt}" not in [c["id"] for c in await asyncio.to_thread(bea.desk.cases)]
        assert await over_http(hall, ticket, body) == (200, {"received": "appeal"})
        found = await claimed(bea, receipt)
        await bea.ok(f"cases/{found}/decide", {"uphold": False, "reason": "welcome back"})
        await one.resume()
        assert (await until(one, "outcome", of="appeal"))["why"] == "welcome back"
        await one.say("hello again")


async def test_somebody_elses_receipt_is_none(hall: House, ada: Moderator) -> None:
    """The same answer as for one that was never given; no case is opened."""
    async with Member(await seated(hall)) as one, Member(await seated(hall)) as other:
        await one.enter()
        await other.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        receipt = (await ada.act(case, "mute", seconds=600))["receipt"]
        for tried in (receipt, "1-0000-0000-0000", "77-0000-0000-0000", "nonsense"):
            assert (await appeal(other, tried))["code"] == "not_found"
        assert f"appeal-{receipt}" not in [c["id"] for c in await asyncio.to_thread(ada.desk.cases)]


async def test_the_log_gives_everything_about_a_receipt_and_none_of_the_words(
    hall: House, ada: Moderator, bea: Moderator
) -> None:
    """The act, the appeal and the decision, in order; an unknown receipt is a fault."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        receipt = (await ada.act(case, "mute", seconds=600))["receipt"]
        await appeal(one, receipt)
        found = await claimed(bea, receipt)
        await bea.ok(f"cases/{found}/decide", {"uphold": False, "reason": "it was a quote"})
    said = await asyncio.to_thread(hall.run, "audit", "export", "--receipt", receipt.lower())
    entries = [json.loads(line) for line in said.splitlines()]
    assert [entry["act"] for entry in entries] == ["act.mute", "appeal.lodged", "appeal.decided"]
    assert sorted(entry["number"] for entry in entries) == [entry["number"] for entry in entries]
    for secret in ("canary", one.ticket.you["member"]):
        assert secret not in said
        assert secret not in str(await asyncio.to_thread(audit, hall))
    command = [sys.executable, "-m", "chatserver", "audit", "export", "--data-dir", str(hall.data), "--receipt"]
    for code, sentence in (("1-0000-0000-0000", "no entry"), ("x", "looks like")):
        done = await asyncio.to_thread(subprocess.run, [*command, code], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert sentence in done.stderr
