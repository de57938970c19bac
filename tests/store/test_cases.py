"""Tests of chatserver.store.cases and of what a room keeps for the moderators, on a real server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgpack
import pytest

from chatserver.core.cards import Card
from chatserver.core.cases import Case, pack_case
from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.identity import MemberId
from chatserver.core.messages import Position, Say
from chatserver.core.rulings import Flag, Folded, Grounds
from chatserver.core.seats import Seat
from chatserver.store.caseacts import CaseActs
from chatserver.store.cases import Cases
from chatserver.store.posting import Held
from chatserver.store.rooms import Opening, RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import outcome, say

FLAG = Flag("red", ("suicide",), (Grounds("suicide.active", "suicide", 0, 4, "Sees a wish to die."),), asks_card=True)


def case_of(seat: Seat, name: str = "case-1", **fields: Any) -> Case:
    """Give a case about this member."""
    return replace(Case(name, "message", "porch-id", 1, seat.member, seat.handle, FLAG), **fields)


async def flag(record: RoomRecord, seat: Seat, attempt: str, case: Case, card: str | None = "card-1") -> Position:
    """Record a message that a person must look at."""
    opening = Opening(case, card)
    pos = await outcome(lambda done: record.say(seat, Say(attempt, "words"), done, opening=opening))
    assert isinstance(pos, str)
    return pos


@pytest.fixture
async def cases(servers: Servers, group: Group) -> Cases:
    """The queue, and a group that has three rooms."""
    await servers.call(group.id, "SET", "{" + group.id + "}:rooms", 3)
    return Cases(servers, (group,))


async def test_a_call_is_swept_from_a_room_nobody_sits_in(cases: Cases, record: RoomRecord, wren: Seat) -> None:
    """Written with the message by a node that died since; another node's sweep brings it, once."""
    pos = await flag(record, wren, "a", case_of(wren))
    assert await cases.waiting(10) == []
    assert await cases.sweep("another node")
    (case,) = await cases.waiting(10)
    assert (case.id, case.pos, case.member, case.flag.level) == ("case-1", pos, wren.member, "red")
    assert case.flag.grounds == FLAG.grounds
    assert pos.split(".")[1].startswith(str(case.opened_at_ms))
    assert await cases.move(record.group, 1) == 0


async def test_one_node_sweeps_at_a_time(cases: Cases) -> None:
    """The claim ends by itself, so that a dead sweeper is followed."""
    assert await cases.sweep("one")
    assert not await cases.sweep("two")


async def test_a_call_that_is_moved_twice_opens_one_case(
    servers: Servers, cases: Cases, record: RoomRecord, wren: Seat
) -> None:
    """The mover died between opening and deleting: the case, taken from the queue meanwhile, is not opened again."""
    await flag(record, wren, "a", case_of(wren))
    (call,) = await servers.call(record.tag, "XRANGE", "{porch-id.1}:calls", "-", "+")
    await cases.move(record.group, 1)
    await servers.call("desk", "ZREM", "{desk}:queue", "case-1")
    await servers.call(record.tag, "XADD", "{porch-id.1}:calls", "*", *call[1])
    assert await cases.move(record.group, 1) == 1
    assert await cases.waiting(10) == []


async def test_a_repeated_attempt_writes_no_second_call(cases: Cases, record: RoomRecord, wren: Seat) -> None:
    """The message is there already; so is its case, and the card that stands."""
    pos = await flag(record, wren, "a", case_of(wren))
    assert await flag(record, wren, "a", case_of(wren, "case-2"), "card-2") == pos
    await cases.move(record.group, 1)
    assert [case.id for case in await cases.waiting(10)] == ["case-1"]
    assert await record.card(wren) == Card("card-1", pos)


async def test_cases_come_in_order_of_urgency(cases: Cases, record: RoomRecord, wren: Seat) -> None:
    """Danger first, then what has waited longest; a limit cuts the end."""
    for name, level, labels in (
        ("hate", "amber", ("hate",)),
        ("low", "amber", ("suicide",)),
        ("red-1", "red", ("suicide",)),
        ("top", "crisis", ("suicide",)),
        ("red-2", "red", ("suicide",)),
    ):
        await flag(record, wren, name, case_of(wren, name, flag=Flag(level, labels)), None)
    await cases.sweep("node")
    assert [case.id for case in await cases.waiting(10)] == ["top", "red-1", "red-2", "low", "hate"]
    assert [case.id for case in await cases.waiting(2)] == ["top", "red-1"]


async def test_what_is_held_is_outside_the_record_and_answers_the_same_again(
    servers: Servers, cases: Cases, record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """Nobody reads it; a repeated attempt hears `held`, whatever is thought of it now; it expires; a case is there."""
    before = await say(record, otter, "before")
    case = case_of(wren, kind="held")
    words = Say("a", "words that wait")
    folded = Folded("hate", ((0, 5),))
    assert await outcome(lambda done: record.hold(wren, words, done, folded=folded, case=case)) == Held("case-1")
    again = case_of(wren, "case-2", kind="held")
    assert await outcome(lambda done: record.hold(wren, words, done, folded=None, case=again)) == Held("case-1")
    assert await outcome(lambda done: record.say(wren, words, done)) == Held("case-1")
    assert await outcome(lambda done: record.find(wren, words, done)) == Held("case-1")
    assert [event.pos for event in (await record.read(None)).events] == [before]
    assert b"words that wait" in await servers.call(record.tag, "HGET", "{porch-id.1}:held:case-1", "e")
    assert 0 < await servers.call(record.tag, "PTTL", "{porch-id.1}:held:case-1") <= record.group.retention_s * 1000
    await cases.move(record.group, 1)
    (opened,) = await cases.waiting(10)
    assert (opened.kind, opened.pos) == ("held", None)
    assert opened.opened_at_ms > 0


async def test_what_was_recorded_is_not_held_when_its_attempt_comes_again(record: RoomRecord, wren: Seat) -> None:
    """The first position stands."""
    pos = await say(record, wren, "words", "a")
    case = case_of(wren, kind="held")
    assert await outcome(lambda done: record.hold(wren, Say("a", "words"), done, folded=None, case=case)) == pos
    assert await outcome(lambda done: record.find(wren, Say("a", "words"), done)) == pos
    assert await outcome(lambda done: record.find(wren, Say("b", "words"), done)) is None


async def test_a_report_is_about_the_author_of_the_message(
    cases: Cases, record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """The server looks up whose it is; a message that is gone cannot be reported."""
    pos = await say(record, otter, "unkind")
    report = case_of(wren, kind="rule", by=wren.member, pos=pos, words="this hurt")
    assert await outcome(lambda done: record.call(report, done)) == pos
    await cases.move(record.group, 1)
    (case,) = await cases.waiting(10)
    assert (case.member, case.handle, case.by) == (otter.member, otter.handle, wren.member)
    assert (case.pos, case.words) == (pos, "this hurt")
    gone = replace(report, id="case-2", pos="x.1-0")
    assert await outcome(lambda done: record.call(gone, done)) is None


async def test_a_misread_card_goes_and_leaves_an_example(cases: Cases, record: RoomRecord, wren: Seat) -> None:
    """Where and which rules, no words; only the card that stands can be misread."""
    pos = await flag(record, wren, "a", case_of(wren))
    assert await outcome(lambda done: record.misread(wren, "card-9", done)) is None
    assert await outcome(lambda done: record.misread(wren, "card-1", done)) == pos
    assert await record.card(wren) is None
    await cases.move(record.group, 1)
    (example,) = await cases.misread(10)
    assert (example.card, example.case, example.rules, example.pos) == ("card-1", "case-1", ("suicide.active",), pos)
    assert [case.id for case in await cases.waiting(10)] == ["case-1"]


async def test_a_case_is_gone_when_its_time_is_over(servers: Servers, cases: Cases, wren: Seat) -> None:
    """The queue holds no name of a case that has expired."""
    for rank, name, keep_ms in ((1, "old", 1), (2, "new", 60_000)):
        packed = msgpack.packb(pack_case(case_of(wren, name)))
        await servers.fcall("desk", "alongside_open", 1, "{desk}:", name, rank, packed, keep_ms)
    while await servers.call("desk", "EXISTS", "{desk}:case:old"):  # a millisecond
        pass
    await servers.fcall("desk", "alongside_waiting", 1, "{desk}:", 10)
    assert await servers.call("desk", "ZRANGE", "{desk}:queue", 0, -1) == [b"new"]


async def test_the_queue_says_so_when_redis_is_away(servers: Servers, cases: Cases) -> None:
    """Nothing is silent."""
    await servers.stop()
    with pytest.raises(StoreUnavailable):
        await cases.waiting(1)


async def ask(record: RoomRecord, asker: Seat, attempt: str, about: Position | None = None) -> None:
    """Ask how somebody is: as a reply to their message, or right after it."""
    words = Say(attempt, "are you ok?", reply_to=about)
    assert isinstance(await outcome(lambda done: record.say(asker, words, done, asks_after=True)), str)


async def order(cases: Cases, record: RoomRecord) -> list[str]:
    """Give the queue once all calls of the room are in it."""
    await cases.move(record.group, 1)
    return [case.id for case in await cases.waiting(10)]


async def test_a_case_moves_up_when_a_peer_asks_after_its_author(
    cases: Cases, record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """Within its band, whatever way the question answers: the message itself, another of its author, or the last."""
    crisis, red = Flag("crisis", ("suicide",)), Flag("red", ("suicide",))
    jay = replace(otter, member=MemberId("jay-id"))
    await flag(record, jay, "1", case_of(jay, "crisis", flag=crisis), None)
    await flag(record, jay, "2", case_of(jay, "red-1", flag=red), None)
    about = await flag(record, otter, "3", case_of(otter, "red-2", flag=red), None)
    await flag(record, wren, "4", case_of(wren, "red-3", flag=red), None)
    assert await order(cases, record) == ["crisis", "red-1", "red-2", "red-3"]
    await ask(record, otter, "after the last")
    assert await order(cases, record) == ["crisis", "red-3", "red-1", "red-2"]
    await ask(record, wren, "as a reply", about)
    assert await order(cases, record) == ["crisis", "red-2", "red-3", "red-1"]
    quiet = await say(record, otter, "a quiet line")
    await ask(record, jay, "another message of theirs", quiet)
    assert (await order(cases, record))[:2] == ["crisis", "red-2"]
    assert {case.flag for case in await cases.waiting(10)} == {crisis, red}


async def test_asking_changes_nothing_when_there_is_no_case_or_it_was_asked_before(
    servers: Servers, cases: Cases, record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """No case is opened, one asker counts once, a few count at all, nobody raises their own, a closed one stays so."""
    quiet = await say(record, otter, "a quiet line")
    for number, about in enumerate((quiet, Position("no position"), Position("a.b-c"), Position("a.1-0"))):
        await ask(record, wren, f"nobody is in danger {number}", about)
    assert await order(cases, record) == []
    red = Flag("red", ("suicide",))
    pos = await flag(record, otter, "1", case_of(otter, "red", flag=red), None)
    await order(cases, record)
    rank = float(await servers.call("desk", "ZSCORE", "{desk}:queue", "red"))
    await ask(record, otter, "of oneself", pos)
    await order(cases, record)
    assert float(await servers.call("desk", "ZSCORE", "{desk}:queue", "red")) == rank
    for times in range(3):
        await ask(record, wren, f"again {times}", pos)
    await order(cases, record)
    once = float(await servers.call("desk", "ZSCORE", "{desk}:queue", "red"))
    assert once < rank
    for number in range(5):
        await ask(record, replace(wren, member=MemberId(f"peer-{number}")), f"peer {number}", pos)
    await order(cases, record)
    assert float(await servers.call("desk", "ZSCORE", "{desk}:queue", "red")) == rank - 3 * (rank - once)
    await servers.call("desk", "ZREM", "{desk}:queue", "red")
    await ask(record, replace(wren, member=MemberId("late")), "late", pos)
    assert await order(cases, record) == []
    for key in await servers.call("desk", "KEYS", "{desk}:*"):
        assert await servers.call("desk", "PTTL", key) > 0, key


async def test_a_case_that_was_dropped_before_it_came_is_not_opened(servers: Servers) -> None:
    """Nobody is asked about what was undone while its call was on the way."""
    packed = msgpack.packb(pack_case(Case("any", "second", "g", 1, "member", "Calm Wren", Flag("amber"))))
    await CaseActs(servers).drop("undone")
    assert await servers.fcall("desk", "alongside_open", 1, "{desk}:", "undone", 1, packed, 60_000) == 0
    assert await servers.fcall("desk", "alongside_open", 1, "{desk}:", "other", 1, packed, 60_000) == 1
