"""Tests of chatserver.live.floor, on a real record: what its author hears of every message, and who is called."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from chatserver.core.duty import StaffWord
from chatserver.core.errors import CloseCode
from chatserver.core.messages import AskModerator, Position, Report, Say
from chatserver.core.seats import Seat
from chatserver.live.appeals import Appeals
from chatserver.live.caller import Caller
from chatserver.live.floor import Floor
from chatserver.live.guard import Guard
from chatserver.live.hub import Hub
from chatserver.live.outbox import Outbox
from chatserver.live.room import LiveRoom
from chatserver.live.talks import Talks
from chatserver.store.acts import Acts
from chatserver.store.audit import Audit
from chatserver.store.cases import Cases
from chatserver.store.handoff import HandOffs
from chatserver.store.members import Members
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from moderation import Action, Context, Level, Reason, Verdict

DEADLINE_S = 5
CALM = Verdict(Level.GREEN, frozenset(), Action.DELIVER, ())
SHARED = (Reason("contact.rule", "contact", 0, 4, "So that.", Action.RETURN),)


class Moody:
    """A reviewer whose mind a test can change."""

    def __init__(self) -> None:
        self.verdict: Verdict | None = CALM

    def review(self, text: str, context: Context | None = None) -> Verdict:
        """Give the verdict, or fail."""
        if self.verdict is None:
            raise RuntimeError(text)
        return self.verdict


class Author:
    """One socket: remembers what it is told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Any] = asyncio.Queue()

    def tell(self, fields: object) -> None:
        """Take one event."""
        self.told.put_nowait(fields)

    def end(self, code: CloseCode, reason: str) -> None:
        """Be closed."""

    async def next(self) -> Any:
        """Give the next event."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.told.get()


class Stage:
    """A floor, a room with one author in it, and the queue."""

    def __init__(self, servers: Servers, record: RoomRecord, seat: Seat, folder: Path) -> None:
        self.reviewer, self.author, self.seat = Moody(), Author(), seat
        self.room = LiveRoom(record, Outbox(), lambda: time.time_ns() // 1_000_000)
        self.room.people.arrive(seat, self.author)
        self.cases = Cases(servers, (record.group,))
        guard = Guard({record.group.id: self.reviewer})

        def now_ms() -> int:
            return time.time_ns() // 1_000_000

        hub = Hub(lambda *_: record, Members(servers), node="node", now_ms=now_ms, outbox=Outbox())
        talks = Talks(HandOffs(servers), hub)
        caller = Caller(self.cases, "node", lambda: None)
        appeals = Appeals(Acts(servers), guard, caller, Audit(servers, bytes(32), folder))
        self.floor = Floor(guard, caller, now_ms, talks, appeals)

    async def say(self, attempt: str, text: str = "words") -> Any:
        """Say something and give the answer."""
        self.floor.say(self.room, self.seat, Say(attempt, text), self.author.tell)
        return await self.author.next()

    async def call(self, act: Report | AskModerator) -> Any:
        """Call the moderators and give the answer."""
        self.floor.call(self.room, self.seat, act, self.author.tell)
        return await self.author.next()


@pytest.fixture
async def stage(servers: Servers, record: RoomRecord, wren: Seat, tmp_path: Path) -> Any:
    """Everything a member's words meet on one node."""
    stage = Stage(servers, record, wren, tmp_path)
    yield stage
    stage.room.close()


async def test_a_message_whose_review_fails_is_delivered_and_somebody_looks(stage: Stage) -> None:
    """Neither the message nor the flag is lost."""
    stage.reviewer.verdict = None
    sent = await stage.say("a")
    assert sent["ev"] == "sent"
    async with asyncio.timeout(DEADLINE_S):
        while not (waiting := await stage.cases.waiting(10)):
            pass
    assert [(case.kind, case.flag.level, case.pos) for case in waiting] == [("failed", "amber", sent["pos"])]


async def test_an_attempt_keeps_its_first_answer_whatever_is_thought_of_it_now(stage: Stage) -> None:
    """Posted stays posted, although the same words would be returned today; what was never kept may be said later."""
    first = await stage.say("a")
    stage.reviewer.verdict = Verdict(Level.GREEN, frozenset({"contact"}), Action.RETURN, SHARED)
    assert await stage.say("a") == first
    returned = await stage.say("b")
    assert (returned["ev"], returned["code"]) == ("not_sent", "returned")
    stage.reviewer.verdict = CALM
    assert (await stage.say("b"))["ev"] == "sent"


async def test_a_muted_member_can_still_call_a_moderator(servers: Servers, stage: Stage) -> None:
    """A sanction takes the room's ear, not the moderators'."""
    until_ms = time.time_ns() // 1_000_000 + 60_000
    await servers.call(stage.room.record.tag, "SET", f"{{porch-id.1}}:sanction:{stage.seat.member}", until_ms)
    muted = await stage.say("a")
    assert muted["code"] == "muted"
    assert 0 < muted["retry_after"] <= 60
    assert await stage.call(AskModerator("please")) == {"ev": "received", "of": "ask_moderator"}


async def test_everything_is_answered_when_redis_is_away(servers: Servers, stage: Stage) -> None:
    """A member is never left to believe that somebody was called."""
    await servers.stop()
    await asyncio.sleep(0)  # the lines are known to be gone
    assert (await stage.say("a"))["code"] == "unavailable"
    called = await stage.call(Report(Position("x.1-0"), "concern"))
    assert (called["ev"], called["code"]) == ("error", "unavailable")


DANGER = Verdict(Level.CRISIS, frozenset({"suicide"}), Action.DELIVER, (Reason("s.rule", "suicide", 0, 4, "So that."),))


async def waiting_cases(stage: Stage) -> list[Any]:
    """Give the queue once something is in it."""
    async with asyncio.timeout(DEADLINE_S):
        while not (waiting := await stage.cases.waiting(10)):
            pass
    return waiting


async def test_a_room_for_reading_keeps_words_with_their_author_until_somebody_is_here(stage: Stage) -> None:
    """What was recorded before is answered as it was; what was not may be said later, by the same attempt."""
    first = await stage.say("a")
    stage.room.show_staff(StaffWord(False, is_read_only=True))
    kept = await stage.say("b")
    assert (kept["ev"], kept["code"]) == ("not_sent", "unstaffed")
    assert "retry_after" not in kept  # nobody can say when: the person tries again
    assert await stage.say("a") == first
    assert await stage.cases.waiting(10) == []
    stage.room.show_staff(StaffWord(True))
    assert (await stage.say("b"))["ev"] == "sent"


async def test_danger_in_a_room_for_reading_calls_the_moderators_once_and_shows_the_card(stage: Stage) -> None:
    """With the words, which the room does not get; the answer says so. However often it is repeated."""
    stage.room.show_staff(StaffWord(False, is_read_only=True))
    stage.reviewer.verdict = DANGER
    await stage.room.following.opened()
    before = stage.room.following.pos
    told = [await stage.say("a", "invented words"), await stage.author.next()]
    assert [event["ev"] for event in told] == ["not_sent", "card"]
    assert "passed to the moderators" in told[0]["message"]
    assert told[1]["about"] is None
    (case,) = await waiting_cases(stage)
    assert (case.kind, case.flag.level, case.words, case.pos) == ("message", "crisis", "invented words", None)
    again = [await stage.say("a", "invented words"), await stage.author.next()]
    assert again == told
    await stage.cases.move(stage.room.record.group, stage.room.record.number)
    assert [one.id for one in await stage.cases.waiting(10)] == [case.id]
    assert stage.room.following.pos == before


async def test_a_failing_review_in_a_room_for_reading_calls_the_moderators(stage: Stage) -> None:
    """Nobody knows that it is not danger."""
    stage.room.show_staff(StaffWord(False, is_read_only=True))
    stage.reviewer.verdict = None
    assert (await stage.say("a"))["code"] == "unstaffed"
    assert [case.kind for case in await waiting_cases(stage)] == ["failed"]


async def test_what_may_risk_a_life_reaches_the_moderators_though_its_author_may_not_write(
    servers: Servers, stage: Stage
) -> None:
    """Muted, or in a room that is calmed: the author hears so, once a case for an attempt."""
    stage.reviewer.verdict = DANGER
    tag, root = stage.room.record.tag, "{porch-id.1}:"
    until_ms = time.time_ns() // 1_000_000 + 60_000
    await servers.call(tag, "SET", f"{root}sanction:{stage.seat.member}", until_ms)
    for _ in range(2):
        muted = await stage.say("a")
        assert muted["code"] == "muted"
        assert "passed to the moderators" in muted["message"]
        assert (await stage.author.next())["ev"] == "card"
    await servers.call(tag, "DEL", f"{root}sanction:{stage.seat.member}")
    await servers.call(tag, "HSET", root + "calm", "quiet", "1")
    assert "passed to the moderators" in (await stage.say("b"))["message"]
    async with asyncio.timeout(DEADLINE_S):
        while len(waiting := await stage.cases.waiting(10)) < 2:
            pass
    assert [(case.kind, case.flag.level, case.words) for case in waiting] == [("message", "crisis", "words")] * 2
