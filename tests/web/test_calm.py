"""What calms a room, keeps somebody out of a group, and moves a case: on two nodes, spoken to from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from chatserver.client import Member
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import audit, sign_in
from tests.web.rooms import Moderator, caught_up, seated, until
from tests.web.test_contract import ask

WHY = "so and so"


@pytest.fixture(scope="module")
def ada(hall: House) -> Moderator:
    """A moderator of both groups."""
    return Moderator(sign_in(hall, "Ada of the calm", Role.MODERATOR, {"porch", "garden"}))


@pytest.fixture(scope="module")
def bea(hall: House) -> Moderator:
    """Another one."""
    return Moderator(sign_in(hall, "Bea of the calm", Role.MODERATOR, {"porch", "garden"}))


@pytest.fixture
def calm(hall: House, ada: Moderator) -> Iterator[None]:
    """The garden's room, as it was before the test."""
    yield
    for order in ({"act": "slow", "seconds": 0}, {"act": "quiet", "on": False}, {"act": "lock", "on": False}):
        ada.desk.ok("rooms/garden/1/acts", {**order, "reason": WHY})


async def room(ada: Moderator, act: str, **fields: object) -> Any:
    """Calm the garden's room."""
    return await ada.ok("rooms/garden/1/acts", {"act": act, "reason": WHY, **fields})


async def refused(member: Member, attempt: str) -> dict[str, Any]:
    """Say something; gives what is answered when it is not in the record."""
    await member.send({"do": "say", "id": attempt, "text": "words"})
    return await until(member, "not_sent", id=attempt)


@pytest.mark.usefixtures("calm")
async def test_slow_mode_lets_everybody_write_once_in_a_while(hall: House, ada: Moderator) -> None:
    """Told to those who are there and to whoever comes; each member by themselves; a repeat is no second message."""
    async with Member(await seated(hall, "Garden")) as one, Member(await seated(hall, "Garden"), "msgpack") as two:
        await one.enter()
        await two.enter()
        answer = await room(ada, "slow", seconds=600)
        for member in (one, two):
            notice = await until(member, "notice", kind="slow")
            assert notice["seconds"] == 600
            assert WHY in notice["text"]
        first = await one.say("my words", "a1")
        slow = await refused(one, "a2")
        assert slow["code"] == "slow"
        assert 590 < slow["retry_after"] <= 600
        assert await one.say("my words", "a1") == first
        await two.say("mine")
        async with Member(await seated(hall, "Garden")) as late:
            entered = (await late.enter())["room"]
            assert (entered["slow"], entered["quiet"], entered["lock"]) == (600, False, False)
        await ada.ok(f"acts/{answer['act']}/undo", {})
        assert (await until(one, "notice", kind="slow"))["seconds"] == 0
        await one.say("at once")
        await one.say("again")


@pytest.mark.usefixtures("calm")
async def test_a_quiet_room_is_the_moderators_alone(hall: House, ada: Moderator) -> None:
    """Members read, react and call; after a reconnect too; then everybody writes again."""
    async with Member(await seated(hall, "Garden")) as one:
        await one.enter()
        pos = await one.say("before")
        await one.close()
        await room(ada, "quiet", on=True)
        assert (await one.resume())["room"]["quiet"] is True
        assert (await refused(one, "q1"))["code"] == "quiet"
        await one.send({"do": "react", "pos": pos, "kind": "hug", "on": True})
        await until(one, "reaction", target=pos)
        await one.send({"do": "ask_moderator"})
        await one.wait_for("received")
        await room(ada, "say", text="we begin again in a moment")
        await until(one, "message", text="we begin again in a moment")
        await room(ada, "quiet", on=False)
        assert (await until(one, "notice", kind="quiet"))["on"] is False
        await one.say("after", "q1")


@pytest.mark.usefixtures("calm")
async def test_a_room_that_is_closed_to_newcomers_keeps_who_is_there(hall: House, ada: Moderator) -> None:
    """Newcomers sit in another room; whoever has a seat comes back to it; undone, the room takes them again."""
    ticket = await seated(hall, "Garden")
    async with Member(ticket) as one:
        await one.enter()
        answer = await room(ada, "lock", on=True)
        async with Member(await seated(hall, "Garden")) as new:
            assert (await new.enter())["room"]["lock"] is False
            await new.say("in another room")
            assert (await one.resume())["room"]["lock"] is True
            await one.say("in the old one")
            assert "in the old one" not in str(new.state.events)
        await ada.ok(f"acts/{answer['act']}/undo", {})
        async with Member(await seated(hall, "Garden")) as last:
            assert "in the old one" in str((await last.enter())["events"])


async def test_what_another_moderator_changed_meanwhile_is_said(hall: House, ada: Moderator) -> None:
    """Undone after another change, the newer one stays."""
    await seated(hall)
    order = {"reason": WHY, "act": "slow"}
    first = await ada.ok("rooms/porch/1/acts", {**order, "seconds": 5})
    await ada.ok("rooms/porch/1/acts", {**order, "seconds": 7})
    await ada.ok(f"acts/{first['act']}/undo", {})
    async with Member(await seated(hall)) as one:
        assert (await one.enter())["room"]["slow"] == 7
    await ada.ok("rooms/porch/1/acts", {**order, "seconds": 0})


async def test_who_is_excluded_is_told_why_and_stays_out_until_it_is_over(hall: House, ada: Moderator) -> None:
    """Every socket on every node closes after the letter; socket, joining and `me` say why; undone, they come in."""
    ticket = await seated(hall)
    async with Member(ticket) as one, Member(ticket, "msgpack") as two, Member(await seated(hall)) as other:
        for member in (one, two, other):
            await member.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        answer = await ada.act(case, "exclude", seconds=7200)
        for member in (one, two):
            assert (await member.wait_for("sanction"))["kind"] == "exclude"
            async with asyncio.timeout(10):
                async for _ in member.events():
                    pass
            assert member.close_code == 4503
        with pytest.raises(InvalidStatus) as shut:
            await one.connect()
        assert shut.value.response.status_code == 403
        cookie = {"Cookie": ticket.cookie, "Origin": hall.url}
        status, _, body = await asyncio.to_thread(ask, hall, "GET", f"/g/{ticket.group}/me", None, cookie)
        assert status == 200
        assert answer["receipt"].encode() in body
        assert b'"you":null' in body
        body_of_join = {"agreed": hall.group()["agreement"]["version"], "remember": False, "proof": None}
        status, _, body = await asyncio.to_thread(ask, hall, "POST", f"/g/{ticket.group}/join", body_of_join, cookie)
        assert status == 403
        assert b'"excluded"' in body
        assert WHY.encode() in body
        end = await other.say("nobody reads of it")
        await caught_up(other, end)
        assert "exclude" not in str(other.state.events)
        await ada.ok(f"acts/{answer['act']}/undo", {})
        await one.resume()
        assert (await until(one, "outcome", of="undone"))["receipt"] == answer["receipt"]
        await one.say("I am back")


async def test_an_exclusion_that_is_repeated_after_it_was_undone_does_nothing(hall: House, ada: Moderator) -> None:
    """The answer is the first one; the member stays in."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        first = await ada.act(case, "exclude", seconds=600, attempt="out-1")
        await ada.ok(f"acts/{first['act']}/undo", {})
        assert await ada.act(case, "exclude", seconds=600, attempt="out-1") == first
        await one.resume()
        await one.say("I am in")


async def test_a_long_exclusion_needs_a_second_moderator(hall: House, ada: Moderator, bea: Moderator) -> None:
    """Out for 24 h at once; confirmed, for as long as it was wanted."""
    ticket = await seated(hall)
    async with Member(ticket) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        await ada.act(case, "exclude", seconds=5 * 86_400)
        first = (await one.wait_for("sanction"))["until"]
    second = (await asyncio.to_thread(bea.desk.wait_for_case, kind="second", handle=ticket.you["handle"]))["id"]
    await bea.ok(f"cases/{second}/claim", {})
    assert (await bea.ok(f"cases/{second}/confirm", {"reason": "agreed"}))["until"] == first + 4 * 86_400_000
    _, _, body = await asyncio.to_thread(
        ask, hall, "GET", f"/g/{ticket.group}/me", None, {"Cookie": ticket.cookie, "Origin": hall.url}
    )
    assert str(first + 4 * 86_400_000).encode() in body


async def test_the_level_of_a_case_is_said_anew_and_moves_it(hall: House, ada: Moderator) -> None:
    """Up before the others; undone, where it was."""
    async with Member(await seated(hall)) as one, Member(await seated(hall)) as two:
        await one.enter()
        await two.enter()
        cases = [await ada.case_of(member, {"do": "ask_moderator"}, kind="asked") for member in (one, two)]
        answer = await ada.act(cases[1], "level", level="crisis")
        ordered = await asyncio.to_thread(ada.desk.cases)
        assert [case["id"] for case in ordered if case["id"] in cases] == cases[::-1]
        assert next(case["level"] for case in ordered if case["id"] == cases[1]) == "crisis"
        await ada.ok(f"acts/{answer['act']}/undo", {})
        ordered = await asyncio.to_thread(ada.desk.cases)
        assert [case["id"] for case in ordered if case["id"] in cases] == cases
        assert await ada.refused(cases[0], "level", level="purple") == (400, "bad_request")


async def test_a_case_is_handed_over_with_a_note_to_one_or_to_all(hall: House, ada: Moderator, bea: Moderator) -> None:
    """The claim moves at once, or is free; undone, it is back, unless somebody took it."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        for nobody in ("Nobody at all", "Ada of the calm"):
            assert await ada.refused(case, "hand_over", to=nobody) == (400, "no_such_moderator")
        order = {"to": "Bea of the calm", "attempt": "over-1"}
        answers = [await ada.act(case, "hand_over", **order)]
        held = await asyncio.to_thread(bea.desk.wait_for_case, id=case)
        assert held["claim"]["is_mine"]
        assert held["note"] == WHY
        assert await ada.refused(case, "say", text="hi") == (409, "lost")
        await ada.ok(f"acts/{answers[0]['act']}/undo", {})
        mine = await asyncio.to_thread(ada.desk.wait_for_case, id=case)
        assert mine["claim"]["is_mine"]
        assert mine["note"] is None
        free = await ada.act(case, "hand_over", to=None)
        assert (await asyncio.to_thread(ada.desk.wait_for_case, id=case))["claim"] is None
        await bea.ok(f"cases/{case}/claim", {})
        await ada.ok(f"acts/{free['act']}/undo", {})
        assert (await asyncio.to_thread(bea.desk.wait_for_case, id=case))["claim"]["is_mine"]
        assert await bea.code(f"acts/{free['act']}/undo", {}) == (403, "not_yours")
    acts = [entry for entry in await asyncio.to_thread(audit, hall) if entry.get("case") == case]
    assert [entry["act"] for entry in acts if entry["act"].startswith("act.")] == [
        "act.hand_over", "act.undone", "act.hand_over", "act.undone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "change"),
    [
        ("slow", {"seconds": -1}),
        ("slow", {"seconds": 3601}),
        ("slow", {}),
        ("quiet", {"on": 1}),
        ("lock", {}),
        ("level", {"level": None}),
        ("hand_over", {}),
        ("hand_over", {"to": 5}),
        ("hand_over", {"to": ""}),
        ("exclude", {"seconds": 1}),
    ],
)
async def test_an_order_of_another_form_is_refused(
    hall: House, ada: Moderator, act: str, change: dict[str, Any]
) -> None:
    """The room is as it was, the case too."""
    async with Member(await seated(hall)) as one:
        before = (await one.enter())["room"]
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        assert await ada.refused(case, act, **change) == (400, "bad_request")
        after = (await one.resume())["room"]
        assert [before[part] for part in ("slow", "quiet", "lock")] == [
            after[part] for part in ("slow", "quiet", "lock")
        ]
        assert (await asyncio.to_thread(ada.desk.wait_for_case, id=case))["claim"]["is_mine"]
