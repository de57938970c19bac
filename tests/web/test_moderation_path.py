"""From a member's words to the moderators' queue and the author's card, spoken to a running server from outside."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from chatserver.client import Member, join
from chatserver.store.cases import Cases
from chatserver.store.servers import Servers
from tests.house import House, kill
from tests.queue import CASE_WITHIN_S, case_about, queue

CRISIS = "i am going to kill myself tonight"


def desk(folder: Path) -> AbstractAsyncContextManager[tuple[Cases, Servers]]:
    """The queue, straight from the house's own server."""
    return queue(f"unix://{folder}/data/valkey/valkey.sock")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this module's house."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Any:
    """A house whose Redis these tests may read."""
    house = House(folder, "--join-proof", "off", "--limits", "off").start()
    yield house
    assert house.stop() == 0


async def test_distress_is_delivered_opens_a_case_and_shows_a_card_to_its_author_alone(
    guarded: House, folder: Path
) -> None:
    """Delivered unchanged; the case is there; both of the author's sockets get the card, again after a reconnect."""
    group = guarded.group()
    ticket = join(guarded.url, group)
    async with (
        Member(ticket) as author,
        Member(ticket, "msgpack") as second,
        Member(join(guarded.url, group)) as other,
        desk(folder) as (cases, _),
    ):
        for member in (author, second, other):
            await member.enter()
        pos = await author.say(CRISIS)
        cards = [await member.wait_for("card") for member in (author, second)]
        assert cards[0] == cards[1] == {"ev": "card", "card": cards[0]["card"], "about": pos}
        case = await case_about(cases, pos)
        assert (case.kind, case.group, case.room) == ("message", group["id"], 1)
        assert (case.member, case.handle) == (ticket.you["member"], ticket.you["handle"])
        assert case.flag.level in ("red", "crisis")
        assert "suicide" in case.flag.labels
        assert all(grounds.rule and grounds.intent for grounds in case.flag.grounds)
        assert case.words is None
        assert case.opened_at_ms > 1_700_000_000_000
        await author.close()
        await author.resume()
        assert await author.wait_for("card") == cards[0]
        end = await author.say("the end")
        heard = []
        async for event in other.events():
            heard.append(event)
            if event.get("pos") == end:
                break
        said = next(event for event in heard if event.get("pos") == pos)
        assert said["text"] == CRISIS
        raw = json.dumps(heard).lower()
        for word in ("card", "suicide", "crisis", "level", "label", "folded", case.id):
            assert word not in raw


async def test_a_misread_card_goes_and_leaves_an_example_without_words(guarded: House, folder: Path) -> None:
    """It is not shown again; where and which rules are kept for review; a card that does not stand is said so."""
    ticket = join(guarded.url, guarded.group())
    async with Member(ticket) as author, desk(folder) as (cases, _):
        await author.enter()
        pos = await author.say(CRISIS)
        card = (await author.wait_for("card"))["card"]
        await author.send({"do": "misread", "card": card})
        assert (await author.wait_for("received"))["of"] == "misread"
        await author.send({"do": "misread", "card": card})
        assert (await author.wait_for("error"))["code"] == "not_found"
        case = await case_about(cases, pos)
        async with asyncio.timeout(CASE_WITHIN_S):
            while not (found := [e for e in await cases.misread(1000) if e.card == card]):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (found[0].pos, found[0].case) == (pos, case.id)
        assert found[0].rules == tuple(grounds.rule for grounds in case.flag.grounds)
        await author.close()
        await author.resume()
        await author.say("calm")
        async for event in author.events():
            assert event["ev"] != "card"
            if event.get("text") == "calm":
                break


async def test_a_repeated_attempt_opens_one_case_and_keeps_its_position(guarded: House, folder: Path) -> None:
    """Trying again doubles neither the message nor the call."""
    async with Member(join(guarded.url, guarded.group())) as author, desk(folder) as (cases, _):
        await author.enter()
        pos = await author.say(CRISIS, "again")
        assert await author.say(CRISIS, "again") == pos
        await case_about(cases, pos)
        await author.say("calm")
        assert [case.pos for case in await cases.waiting(1000)].count(pos) == 1


async def test_what_a_member_reports_or_asks_reaches_the_queue(guarded: House, folder: Path) -> None:
    """A report names whose message it is about; a request is about whoever asks; both are confirmed."""
    group = guarded.group()
    async with (
        Member(join(guarded.url, group)) as author,
        Member(join(guarded.url, group)) as reader,
        desk(folder) as (cases, _),
    ):
        await author.enter()
        await reader.enter()
        pos = await author.say("a quiet line")
        await reader.send({"do": "report", "pos": pos, "why": "rule", "words": "this felt unkind"})
        assert (await reader.wait_for("received"))["of"] == "report"
        rule = await case_about(cases, pos, "rule")
        assert (rule.member, rule.by) == (author.ticket.you["member"], reader.ticket.you["member"])
        assert (rule.words, rule.flag.level) == ("this felt unkind", "amber")
        await reader.send({"do": "report", "pos": pos, "why": "concern"})
        assert (await reader.wait_for("received"))["of"] == "report"
        await reader.send({"do": "ask_moderator", "words": CRISIS})
        assert (await reader.wait_for("received"))["of"] == "ask_moderator"
        asked = await case_about(cases, None, "asked", reader.ticket.you["member"])
        assert (asked.by, asked.words, asked.flag.level) == (asked.member, CRISIS, "crisis")
        concern = await case_about(cases, pos, "concern")
        order = [case.id for case in await cases.waiting(1000)]
        assert order.index(asked.id) < order.index(rule.id)
        assert order.index(concern.id) < order.index(rule.id)
        await reader.send({"do": "report", "pos": "abc.1-0", "why": "rule"})
        assert (await reader.wait_for("error"))["code"] == "not_found"


async def test_a_case_is_looked_at_sooner_when_a_peer_asks_how_its_author_is(guarded: House, folder: Path) -> None:
    """Before a case that came earlier; nobody hears of it but as the message it is; asked where no case is: nothing."""
    group = guarded.group()
    async with (
        Member(join(guarded.url, group)) as first,
        Member(join(guarded.url, group)) as second,
        Member(join(guarded.url, group)) as peer,
        desk(folder) as (cases, _),
    ):
        for member in (first, second, peer):
            await member.enter()
        earlier = await case_about(cases, await first.say(CRISIS))
        pos = await second.say(CRISIS)
        later = await case_about(cases, pos)
        ids = [case.id for case in await cases.waiting(1000)]
        assert ids.index(earlier.id) < ids.index(later.id)
        await peer.send({"do": "say", "id": "ask", "text": "r u ok??", "reply_to": pos})
        sent = await peer.wait_for("sent")
        assert set(sent) == {"ev", "id", "pos"}
        async with asyncio.timeout(CASE_WITHIN_S):
            while ids.index(earlier.id) < ids.index(later.id):
                await asyncio.sleep(0.02)
                ids = [case.id for case in await cases.waiting(1000)]
        quiet = await first.say("tea is ready")
        await peer.send({"do": "say", "id": "calm", "text": "you okay?", "reply_to": quiet})
        await peer.wait_for("sent")
        last = await peer.say("the end")
        heard = []
        async for event in first.events():
            heard.append(event)
            if event.get("pos") == last:
                break
        asked = next(event for event in heard if event.get("pos") == sent["pos"])
        assert set(asked) == {"ev", "pos", "prev", "at", "member", "handle", "text", "reply_to"}
        assert (asked["text"], asked["reply_to"]) == ("r u ok??", pos)


async def test_a_boundary_is_kept_and_its_author_told_why(guarded: House, folder: Path) -> None:
    """Masked, folded, returned, held: what others get, what the author hears, and that trying again changes nothing."""
    group = guarded.group()
    async with (
        Member(join(guarded.url, group)) as author,
        Member(join(guarded.url, group)) as other,
        desk(folder) as (cases, servers),
    ):
        await author.enter()
        await other.enter()
        await author.send({"do": "say", "id": "mask", "text": "you can ring me on +1 202-555-0143 any time"})
        masked = await author.wait_for("sent")
        assert masked["because"]["label"] == "personal_info"
        assert set(masked["because"]) == {"label", "what", "why", "instead"}
        seen = await other.wait_for("message")
        assert (seen["pos"], seen["text"]) == (masked["pos"], "you can ring me on ▒▒▒▒▒▒▒▒ any time")
        await author.send({"do": "say", "id": "fold", "text": "just take 40 mg of prozac twice a day, trust me"})
        folded = await author.wait_for("sent")
        assert folded["because"]["label"] == "medical"
        seen = await other.wait_for("message")
        assert seen["folded"]["why"] == "medical"
        assert seen["text"] == "just take 40 mg of prozac twice a day, trust me"
        assert all(0 <= start < end <= len(seen["text"]) for start, end in seen["folded"]["spans"])
        for _ in range(2):
            await author.send({"do": "say", "id": "back", "text": "add me on discord, my name there is mossbank#1234"})
            returned = await author.wait_for("not_sent")
            assert (returned["code"], returned["id"]) == ("returned", "back")
            assert all(returned["because"][part] in returned["message"] for part in ("what", "why", "instead"))
        for _ in range(2):
            await author.send({"do": "say", "id": "hold", "text": "all immigrants are vermin"})
            held = await author.wait_for("held")
            assert (held["id"], held["why"], held["because"]["label"]) == ("hold", held["because"]["what"], "hate")
        case = await case_about(cases, None, "held", author.ticket.you["member"])
        assert case.pos is None
        key = f"{{{group['id']}.1}}:held:{case.id}"
        assert b"vermin" in await servers.call(f"{group['id']}.1", "HGET", key, "e")
        await author.say("the end")
        assert (await other.wait_for("message"))["text"] == "the end"
        async with Member(join(guarded.url, group)) as late:
            raw = json.dumps(await late.enter())
        for gone in ("202-555-0143", "mossbank", "vermin"):
            assert gone not in raw


async def test_who_repeats_a_line_is_told_when_to_try_again(tmp_path: Path) -> None:
    """Given back with its words and a time; another line goes through meanwhile."""
    house = House(tmp_path, "--join-proof", "off").start()
    async with Member(join(house.url, house.group())) as author:
        await author.enter()
        await author.say("knock knock")
        await author.say("knock knock")
        await author.send({"do": "say", "id": "third", "text": "knock knock"})
        returned = await author.wait_for("not_sent")
        assert (returned["id"], returned["code"], returned["because"]["label"]) == ("third", "returned", "flood")
        assert set(returned["because"]) == {"label", "what", "why", "instead"}
        assert 0 < returned["retry_after"] <= 60
        assert await author.say("who is there")
    assert house.stop() == 0


async def test_everything_kept_of_a_case_expires(guarded: House, folder: Path) -> None:
    """No key that holds a member id or words stays for ever: rooms, cards, calls, cases, the queue."""
    async with Member(join(guarded.url, guarded.group())) as author, desk(folder) as (cases, servers):
        await author.enter()
        pos = await author.say(CRISIS)
        await author.send({"do": "ask_moderator", "words": "please"})
        await author.wait_for("received")
        await case_about(cases, pos)
        keys = await servers.call("any", "KEYS", "*")
        kinds = {key.split(b":")[1] for key in keys if key.startswith(b"{")}
        assert {b"calls", b"card", b"case", b"queue"} <= kinds
        for key in keys:
            ttl = await servers.call("any", "PTTL", key)
            is_of_members = not key.startswith(b"{desk}:") or key.split(b":")[1] in (
                b"case",
                b"example",
                b"queue",
                b"misread",
            )
            assert ttl > 0 or not is_of_members or key.endswith(b":rooms"), key


@pytest.mark.parametrize("victim", [0, 1])
async def test_a_case_is_there_when_a_node_is_killed_right_after_sent(tmp_path: Path, victim: int) -> None:
    """One of two nodes dies at once after `sent`, the author's own or the other one; what is left brings the case."""
    house = House(tmp_path, "--join-proof", "off", "--limits", "off", "--workers", "2").start()
    try:
        member = Member(join(house.url, house.group()))
        await member.connect()
        await member.enter()
        async with desk(tmp_path) as (cases, _):
            pos = await member.say(CRISIS)
            kill(house.nodes()[victim])
            await case_about(cases, pos)
            await member.resume()
            assert (await member.wait_for("card"))["about"] == pos
            assert len(await cases.waiting(1000)) == 1
        await member.close()
    finally:
        house.stop()
