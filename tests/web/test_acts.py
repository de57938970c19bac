"""What a moderator does in a room and to a member, on two nodes: all views agree, and its member is told why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chatserver.client import Member
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.desks import audit, sign_in
from tests.web.rooms import Moderator, caught_up, heard_until, seated, until, view

WHY = "so and so"
CRISIS = "i am going to kill myself tonight"


@pytest.fixture(scope="module")
def ada(hall: House) -> Moderator:
    """A moderator of the porch."""
    return Moderator(sign_in(hall, "Ada of the acts", Role.MODERATOR, {"porch"}))


@pytest.fixture(scope="module")
def bea(hall: House) -> Moderator:
    """Another one."""
    return Moderator(sign_in(hall, "Bea of the acts", Role.MODERATOR, {"porch"}))


async def agreed(hall: House, *members: Member) -> list[tuple[str, str, str | None]]:
    """Give the view of the room, after seeing that all have the same: the members, and somebody who just came."""
    end = await members[0].say("the end")
    for member in members:
        await caught_up(member, end)
    async with Member(await seated(hall)) as late:
        await late.enter()
        tails = [view(member.state.events)[-6:] for member in (late, *members)]
    assert all(tail == tails[0] for tail in tails)
    assert all(member.state.holes == 0 for member in members)
    return tails[0]


async def test_a_removed_message_leaves_every_view_and_its_author_learns_why(hall: House, ada: Moderator) -> None:
    """Live, after a reconnect and for newcomers; restored, it stands in its old place, can be answered, and removed
    again.
    """
    async with Member(await seated(hall)) as author, Member(await seated(hall), "msgpack") as other:
        await author.enter()
        await other.enter()
        pos = await author.say("over the line")
        await author.say("after")
        case = await ada.case_of(other, {"do": "report", "pos": pos, "why": "rule"}, kind="rule")
        await other.close()
        answer = await ada.act(case, "remove")
        letter = await author.wait_for("sanction")
        assert (letter["kind"], letter["until"], letter["why"], letter["target"]) == ("remove", None, WHY, pos)
        assert letter["receipt"] == answer["receipt"]
        assert letter["appeal"]
        await other.resume()
        assert "over the line" not in str(await agreed(hall, author, other))
        assert await ada.refused(case, "remove") == (409, "gone")
        await other.close()
        await ada.act(case, "restore")
        assert (await until(author, "outcome", of="restored"))["why"] == WHY
        await other.resume()
        assert "over the line" in str(await agreed(hall, author, other))
        await other.send({"do": "react", "pos": pos, "kind": "hug", "on": True})
        assert (await until(author, "reaction", target=pos))["kind"] == "hug"
        await ada.act(case, "remove")
        assert "over the line" not in str(await agreed(hall, author, other))


async def test_a_case_names_each_line_of_its_room_for_acts(hall: House, ada: Moderator) -> None:
    """What stood before the case's message is folded by the name the case gives it; the pace counts them."""
    async with Member(await seated(hall)) as author, Member(await seated(hall)) as other:
        await author.enter()
        await other.enter()
        earlier = await author.say("said before")
        pos = await author.say("said then")
        case = await ada.case_of(other, {"do": "report", "pos": pos, "why": "rule"}, kind="rule")
        looked = await ada.ok(f"cases/{case}")
        assert looked["message"]["pos"] == pos
        assert (looked["before"][-1]["text"], looked["before"][-1]["pos"]) == ("said before", earlier)
        assert looked["pace"]["per_minute"] >= 0.4
        assert 0 < looked["pace"]["over_ms"] <= 300_000
        await ada.act(case, "fold", pos=looked["before"][-1]["pos"])
        views = await agreed(hall, author, other)
        assert (earlier, "said before", "moderator") in views
        assert (pos, "said then", None) in views


async def test_a_restored_message_stands_where_it_stood(hall: House, ada: Moderator) -> None:
    """Between the same two, for everybody; its author can still take it back, and then its words are nowhere."""
    async with Member(await seated(hall)) as author, Member(await seated(hall)) as other:
        await author.enter()
        await other.enter()
        await author.say("one")
        pos = await author.say("two")
        await author.say("three")
        case = await ada.case_of(other, {"do": "report", "pos": pos, "why": "rule"}, kind="rule")
        await ada.act(case, "remove")
        await ada.act(case, "restore")
        assert [text for _, text, _ in await agreed(hall, author, other)][-4:] == ["one", "two", "three", "the end"]
        await author.send({"do": "take_back", "pos": pos})
        assert (await until(other, "removed", target=pos, by="author"))["target"] == pos
        assert [text for _, text, _ in await agreed(hall, author, other)][-3:] == ["three", "the end", "the end"]
        async with Member(await seated(hall)) as late:
            events = (await late.enter())["events"]
        assert pos not in [e["target"] for e in events if e["ev"] == "restored"]


async def test_a_folded_message_is_folded_for_everybody_until_it_is_restored(hall: House, ada: Moderator) -> None:
    """With the act's reason for its author alone."""
    async with Member(await seated(hall)) as author, Member(await seated(hall)) as other:
        await author.enter()
        await other.enter()
        pos = await author.say("hard to read")
        case = await ada.case_of(other, {"do": "report", "pos": pos, "why": "rule"}, kind="rule")
        await other.close()
        await ada.act(case, "fold")
        assert (await author.wait_for("sanction"))["kind"] == "fold"
        await other.resume()
        assert (pos, "hard to read", "moderator") in await agreed(hall, author, other)
        await ada.act(case, "restore")
        assert (pos, "hard to read", None) in await agreed(hall, author, other)


async def test_another_message_of_the_room_can_be_named(hall: House, ada: Moderator) -> None:
    """By its position; one that is not there, or no position, changes nothing."""
    async with Member(await seated(hall)) as author, Member(await seated(hall)) as other:
        await author.enter()
        await other.enter()
        pos = await author.say("said elsewhere")
        case = await ada.case_of(other, {"do": "ask_moderator"}, kind="asked")
        assert await ada.refused(case, "remove") == (400, "no_message")
        assert await ada.refused(case, "remove", pos="x") == (400, "bad_request")
        assert await ada.refused(case, "remove", pos="abc.1-1") == (409, "gone")
        answer = await ada.act(case, "remove", pos=pos)
        assert (await author.wait_for("sanction"))["receipt"] == answer["receipt"]
        assert (pos, "said elsewhere", None) not in await agreed(hall, author, other)


async def test_what_a_moderator_says_is_marked_and_said_once(hall: House, ada: Moderator) -> None:
    """About a case or in a room; a repeat under its name answers the same; taken back, it is gone."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        said = [await ada.act(case, "say", text="good evening", attempt="say-1") for _ in range(2)]
        assert said[0] == said[1]
        message = await until(one, "message", text="good evening")
        assert (message["member"], message["handle"], message["mark"]) == ("moderator", "Moderator", "moderator")
        order = {"act": "say", "reason": WHY, "text": "to the whole room"}
        answer = await ada.ok("rooms/porch/1/acts", order)
        pos = (await until(one, "message", text="to the whole room"))["pos"]
        await ada.ok(f"acts/{answer['act']}/undo", {})
        assert (await until(one, "removed", target=pos))["by"] == "moderator"
        texts = [text for _, text, _ in await agreed(hall, one)]
        assert texts.count("good evening") == 1
        assert "to the whole room" not in texts
        for room in ("rooms/porch/0/acts", "rooms/porch/99/acts", "rooms/porch/x/acts", "rooms/garden/1/acts"):
            assert await ada.code(room, order) == (404, "not_found")
        assert await ada.code("rooms/porch/1/acts", {**order, "act": "mute"}) == (400, "bad_request")


async def test_the_groups_reasons_can_be_read(ada: Moderator) -> None:
    """Those of one's own groups only."""
    reasons = (await ada.ok("groups/porch"))["reasons"]
    assert all(isinstance(sentence, str) for sentence in reasons["mute"])
    assert reasons["remove"]
    for slug in ("garden", "nosuch"):
        assert await ada.code(f"groups/{slug}") == (404, "not_found")


async def test_a_private_word_is_for_its_member_alone_and_can_be_withdrawn(hall: House, ada: Moderator) -> None:
    """By the letter's way: withdrawn before it was seen, it does not come again."""
    async with Member(await seated(hall)) as one, Member(await seated(hall)) as other:
        await one.enter()
        await other.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        answer = await ada.act(case, "word", text="I am here. Take your time.")
        letter = await one.wait_for("word")
        assert letter["text"] == "I am here. Take your time."
        await ada.ok(f"acts/{answer['act']}/undo", {})
        assert (await one.wait_for("seen"))["letter"] == letter["letter"]
        await one.resume()
        await one.say("calm")
        assert "word" not in await heard_until(one, "sent")
        assert "word" not in await heard_until(other, "message")


async def test_a_muted_member_is_told_why_how_long_and_how_to_appeal_and_can_still_call(
    hall: House, ada: Moderator
) -> None:
    """At once, at each entering while it stands, and with every refusal; undone, it is over, and that is told too."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        answer = await ada.act(case, "mute", seconds=3600)
        letter = await one.wait_for("sanction")
        assert (letter["kind"], letter["why"], letter["receipt"]) == ("mute", WHY, answer["receipt"])
        await one.send({"do": "say", "id": "a1", "text": "may I"})
        refused = await one.wait_for("not_sent")
        assert refused["code"] == "muted"
        assert 3500 < refused["retry_after"] <= 3600
        assert (await one.resume())["you"]["sanction"] == {
            name: letter[name] for name in ("kind", "until", "why", "receipt")
        }
        await one.send({"do": "ask_moderator", "words": "please"})
        await one.wait_for("received")
        await ada.ok(f"acts/{answer['act']}/undo", {})
        outcome = await until(one, "outcome", of="undone")
        assert outcome["receipt"] == answer["receipt"]
        await one.say("may I now")
        assert "sanction" not in (await one.resume())["you"]


async def test_who_speaks_of_danger_is_helped_first(hall: House, ada: Moderator) -> None:
    """A mute needs to be meant; until then nothing is done."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        await one.say(CRISIS)
        case = (await asyncio.to_thread(ada.desk.wait_for_case, kind="message", handle=one.ticket.you["handle"]))["id"]
        await ada.ok(f"cases/{case}/claim", {})
        assert await ada.refused(case, "mute", seconds=600) == (409, "danger_first")
        await one.say("nothing was done")
        await ada.act(case, "mute", seconds=600, is_sure=True)
        await one.wait_for("sanction")


async def test_a_long_mute_needs_a_second_moderator(hall: House, ada: Moderator, bea: Moderator) -> None:
    """24 h at once; the rest when another account confirms, never the same one; its member is told the new end."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        answer = await ada.act(case, "mute", seconds=3 * 86_400)
        first = await one.wait_for("sanction")
        assert first["until"] - first["at"] <= 86_400_000
        second = (await asyncio.to_thread(bea.desk.wait_for_case, kind="second", handle=one.ticket.you["handle"]))["id"]
        looked = await bea.ok(f"cases/{second}")
        assert looked["case"]["note"] == WHY
        confirm = f"cases/{second}/confirm"
        assert await ada.code(f"cases/{second}/claim", {}) == (403, "own_act")
        assert await bea.code(confirm, {"reason": "agreed"}) == (409, "lost")
        await bea.ok(f"cases/{second}/claim", {})
        assert await ada.code(confirm, {"reason": "agreed"}) == (403, "own_act")
        assert await bea.code(confirm, {"reason": " "}) == (400, "reason_needed")
        assert await bea.code(f"cases/{case}/confirm", {"reason": "agreed"}) == (400, "not_second")
        assert await bea.ok(confirm, {"reason": "agreed"}) == {"until": first["until"] + 2 * 86_400_000}
        longer = await one.wait_for("sanction")
        assert (longer["receipt"], longer["until"]) == (answer["receipt"], first["until"] + 2 * 86_400_000)
        assert await bea.code(f"cases/{second}") == (404, "not_found")


async def test_a_long_mute_that_is_undone_asks_nobody_any_more(hall: House, ada: Moderator, bea: Moderator) -> None:
    """Its case goes, also from whoever has it."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        answer = await ada.act(case, "mute", seconds=3 * 86_400)
        second = answer["act"].rpartition(".")[2]
        await asyncio.to_thread(bea.desk.wait_for_case, id=second)
        await bea.ok(f"cases/{second}/claim", {})
        await ada.ok(f"acts/{answer['act']}/undo", {})
        assert await bea.code(f"cases/{second}") == (404, "not_found")
        assert second not in [known["id"] for known in await asyncio.to_thread(bea.desk.cases)]
        await one.say("I can write")


@pytest.mark.parametrize(
    ("act", "change", "code"),
    [
        ("mute", {}, "bad_request"),
        ("mute", {"seconds": 59}, "bad_request"),
        ("mute", {"seconds": 30 * 86_400 + 1}, "bad_request"),
        ("mute", {"seconds": "600"}, "bad_request"),
        ("mute", {"seconds": True}, "bad_request"),
        ("mute", {"seconds": 600, "is_sure": 1}, "bad_request"),
        ("say", {}, "bad_request"),
        ("say", {"text": " "}, "bad_request"),
        ("say", {"text": "x" * 4001}, "bad_request"),
        ("say", {"text": "hi", "pos": "a.1-1"}, "bad_request"),
        ("word", {"text": ["hi"]}, "bad_request"),
        ("remove", {"text": "hi"}, "bad_request"),
        ("let_through", {}, "not_held"),
        ("give_back", {}, "not_held"),
    ],
)
async def test_an_order_that_cannot_be_changes_nothing(
    hall: House, ada: Moderator, act: str, change: dict[str, Any], code: str
) -> None:
    """It is refused with a code; the log has no act."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator"}, kind="asked")
        assert await ada.refused(case, act, **change) == (400, code)
        await one.say("nothing has happened")
        assert "sanction" not in await heard_until(one, "sent")
    kept = [entry["act"] for entry in await asyncio.to_thread(audit, hall) if entry.get("case") == case]
    assert not [name for name in kept if name.startswith("act.")]


async def test_the_log_says_what_was_done_and_holds_no_words_and_no_member(hall: House, ada: Moderator) -> None:
    """Reason, receipt, end, digests; neither the member's id nor anybody's words; it verifies."""
    async with Member(await seated(hall)) as one:
        await one.enter()
        case = await ada.case_of(one, {"do": "ask_moderator", "words": "canary-asked-for"}, kind="asked")
        await ada.act(case, "word", text="canary-private-word")
        answer = await ada.act(case, "mute", seconds=600)
        await ada.ok(f"acts/{answer['act']}/undo", {})
    entries = await asyncio.to_thread(audit, hall)
    acts = {entry["act"]: entry for entry in entries if entry.get("case") == case}
    assert acts["act.mute"]["reason"] == WHY
    assert acts["act.mute"]["after"]["receipt"] == answer["receipt"]
    assert acts["act.mute"]["after"]["until"] > 1_700_000_000_000
    assert entries[-1]["act"] == "act.undone"
    assert entries[-1]["about"] == answer["act"]
    for secret in ("canary", one.ticket.you["member"], one.ticket.you["handle"]):
        assert secret not in str(entries)
    assert "as they were written" in await asyncio.to_thread(hall.run, "audit", "verify")
