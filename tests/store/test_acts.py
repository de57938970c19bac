"""Tests of chatserver.store.acts and functions/acts.lua, on a real server: all or nothing, once, undone once."""

from __future__ import annotations

import asyncio
from typing import Any

import msgpack
import pytest

from chatserver.core.plans import Plan
from chatserver.core.seats import Seat
from chatserver.store.acts import Acts, NotDone, Scope
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import react, say, take_back

ADA, BEA = "ada-id", "bea-id"


@pytest.fixture
def acts(servers: Servers) -> Acts:
    """The carrier out."""
    return Acts(servers)


@pytest.fixture
def scope(record: RoomRecord) -> Scope:
    """The room of the record."""
    return Scope(record.group, record.number)


def event(text: str) -> tuple[str, bytes]:
    """Give a step that says something."""
    return "event", msgpack.packb({"ev": "message", "member": "moderator", "text": text})


async def kinds(record: RoomRecord) -> list[Any]:
    """Give what the record holds, by kind."""
    return [event.body["ev"] for event in (await record.read(None)).events]


async def carried(acts: Acts, scope: Scope, plan: Plan, name: str = "act-1") -> None:
    """Carry out a plan as Ada."""
    await acts.carry_out(scope, name, ADA, plan, {"act": "test"})


async def test_a_plan_is_carried_out_once_however_many_ask_at_once(
    acts: Acts, scope: Scope, record: RoomRecord
) -> None:
    """All get the same answer; so does whoever asks later."""
    plan = [event("good evening")]
    done = await asyncio.gather(*(acts.carry_out(scope, "act-1", ADA, plan, {"n": n}) for n in range(20)))
    assert len({(one.at_ms, one.results) for one in done}) == 1
    assert len({one.memo["n"] for one in done}) == 1
    assert await acts.find(scope, "act-1") == done[0]
    assert await acts.find(scope, "act-2") is None
    assert await kinds(record) == ["message"]


async def test_nothing_of_a_plan_is_done_when_one_step_cannot_be(
    servers: Servers, acts: Acts, scope: Scope, record: RoomRecord, wren: Seat
) -> None:
    """Whichever step it is; and it can be tried again under the same name."""
    pos = await say(record, wren, "words")
    before = await servers.call(scope.tag, "KEYS", "*")
    letter = ("letter", wren.member, msgpack.packb({"ev": "word", "text": "hi"}))
    for impossible in (("remove", "abc.1-1"), ("let_through", "nosuch"), ("amend", "nosuch", b"x", 1000)):
        with pytest.raises(NotDone) as caught:
            await carried(acts, scope, [event("hello"), letter, impossible])
        assert caught.value.why == "gone"
    with pytest.raises(NotDone) as caught:
        await carried(acts, scope, [letter, ("calm", "slow", 5, 7, b"\x80", b"\x80")])
    assert caught.value.why == "changed"
    assert sorted(await servers.call(scope.tag, "KEYS", "*")) == sorted(before)
    assert await kinds(record) == ["message"]
    await carried(acts, scope, [event("hello"), letter, ("remove", pos)])
    assert await kinds(record) == ["message", "removed"]


async def test_an_act_is_undone_once_by_whoever_did_it_and_in_time(
    servers: Servers, acts: Acts, scope: Scope, record: RoomRecord, wren: Seat
) -> None:
    """Another account, another name and too late change nothing; twice is as once."""
    pos = await say(record, wren, "words")
    await carried(acts, scope, [("remove", pos)])
    for name, account, why in (("act-1", BEA, "foreign"), ("act-2", ADA, "gone")):
        with pytest.raises(NotDone) as caught:
            await acts.undo(scope, name, account)
        assert caught.value.why == why
    for _ in range(2):
        assert await acts.undo(scope, "act-1", ADA) == {"act": "test"}
    assert await kinds(record) == ["removed", "restored"]
    assert (await acts.carry_out(scope, "act-1", ADA, [("remove", pos)], {})).is_undone
    await carried(acts, scope, [("fold", pos, "moderator")], "act-3")
    await servers.call(scope.tag, "HSET", "{" + scope.tag + "}:act:act-3", "t", "1000")
    with pytest.raises(NotDone) as caught:
        await acts.undo(scope, "act-3", ADA)
    assert caught.value.why == "too_late"
    assert await kinds(record) == ["removed", "restored", "folded"]


async def test_undoing_leaves_what_somebody_else_changed_meanwhile(
    acts: Acts, scope: Scope, record: RoomRecord, wren: Seat
) -> None:
    """A message its author took back stays gone; a newer sanction stands."""
    pos = await say(record, wren, "words")
    await carried(acts, scope, [("fold", pos, "moderator")])
    await take_back(record, wren, pos)
    await acts.undo(scope, "act-1", ADA)
    assert await kinds(record) == ["folded", "removed"]
    assert await acts.written(scope, pos) is None


async def test_a_restored_message_is_a_message_again_and_its_words_are_in_one_place(
    acts: Acts, scope: Scope, record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """It takes reactions; removed again, or taken back, no event holds its words."""
    pos = await say(record, wren, "canary")
    for turn in range(3):
        await carried(acts, scope, [("remove", pos)], f"remove-{turn}")
        assert await react(record, otter, pos) is None
        assert "canary" not in str([event.body for event in (await record.read(None)).events])
        written = await acts.written(scope, pos)
        assert written is not None
        assert (written.author, written.is_removed) == (wren.member, True)
        await carried(acts, scope, [("restore", pos)], f"restore-{turn}")
        assert isinstance(await react(record, otter, pos), str)
        told = [event for event in (await record.read(None)).events if "canary" in str(event.body)]
        assert [event.body["target"] for event in told] == [pos]
    assert isinstance(await take_back(record, wren, pos), str)
    assert "canary" not in str([event.body for event in (await record.read(None)).events])


async def test_everything_an_act_keeps_expires(servers: Servers, acts: Acts, scope: Scope, wren: Seat) -> None:
    """Names, receipts, letters, bars and what calms a room."""
    until_ms = int((await servers.call(scope.tag, "TIME"))[0]) * 1000 + 60_000
    letter = ("letter", wren.member, msgpack.packb({"ev": "word", "text": "hi"}))
    bar = ("bar", wren.member, f"{until_ms}:1-0000-0000-0000", str(until_ms))
    receipt = ("receipt", "1-0000-0000-0000", b"\x80", 60_000)
    await carried(acts, scope, [letter, bar, receipt, ("calm", "slow", 5, 0, *[event("slow")[1]] * 2)])
    for key in await servers.call(scope.tag, "KEYS", "*"):
        assert await servers.call(scope.tag, "PTTL", key) > 0, key
