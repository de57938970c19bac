"""Tests of chatserver.live.talks and live.watch on a real server: who is told what, and who is sent out."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from chatserver.core.errors import CloseCode
from chatserver.core.messages import AnswerOffer, LeaveHandOff
from chatserver.core.moderators import AccountId
from chatserver.core.seats import Seat
from chatserver.live.hub import Hub
from chatserver.live.outbox import Outbox
from chatserver.live.talks import Party, Talks
from chatserver.live.watch import Watch
from chatserver.store.audit import Audit
from chatserver.store.claims import Claims
from chatserver.store.handoff import HandOffs, Talk
from chatserver.store.members import Members
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.core.talks import ADA, BEA, FIRST
from tests.store.test_handoff import PORCH, WREN, account, lose, open_case

DEADLINE_S = 10
KEY = bytes(32)
CHANNEL = b"{desk}:talks:live"


class Wire:
    """One socket: remembers what it is told, and with what it was closed."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Any] = asyncio.Queue()
        self.code: asyncio.Future[CloseCode] = asyncio.get_running_loop().create_future()

    def tell(self, fields: object) -> None:
        """Take one event."""
        self.told.put_nowait(fields)

    def end(self, code: CloseCode, reason: str) -> None:
        """Be closed."""
        if not self.code.done():
            self.code.set_result(code)

    async def hear(self, state: str) -> Any:
        """Wait for this state; gives the event."""
        async with asyncio.timeout(DEADLINE_S):
            while (event := await self.told.get()).get("state") != state:
                pass
            return event


class Slow(HandOffs):
    """Gives what it has read only while the gate is open."""

    def __init__(self, servers: Servers) -> None:
        super().__init__(servers)
        self.gate, self.has_read = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def find(self, name: str) -> Talk | None:
        """Read one."""
        found = await super().find(name)
        if not self.gate.is_set():
            self.has_read.set()
        await self.gate.wait()
        return found


class Node:
    """A node's talks, with the member's socket in the group's room."""

    def __init__(self, servers: Servers, record: RoomRecord) -> None:
        self.handoffs, self.claims = Slow(servers), Claims(servers)
        self.hub = Hub(lambda *_: record, Members(servers), node="node", now_ms=now_ms, outbox=Outbox())
        self.talks = Talks(self.handoffs, self.hub)
        self.member = Wire()
        self.hub.room(PORCH, WREN.room).people.arrive(Seat(WREN.member, WREN.handle, WREN.room), self.member)

    async def offer(self) -> None:
        """Let Ada offer a talk."""
        await self.claims.claim(FIRST, account(ADA))
        await self.handoffs.offer("talk", FIRST, ADA, WREN, PORCH)
        await self.member.hear("offered")

    async def talk(self) -> tuple[Wire, Wire]:
        """Let the member and Ada be in the room; gives their sockets there."""
        await self.offer()
        await self.handoffs.accept("talk", PORCH.id, WREN.member)
        member, ada = Wire(), Wire()
        self.talks.join(Party("talk", member))
        self.talks.join(Party("talk", ada, ADA, "token"))
        await self.handoffs.come("talk", ADA)
        await self.member.hear("active")
        return member, ada


def now_ms() -> int:
    """Give the time."""
    return time.time_ns() // 1_000_000


@pytest.fixture
async def node(servers: Servers, record: RoomRecord) -> Node:
    """A node, and a case in the queue."""
    await open_case(servers)
    return Node(servers, record)


async def ended(wire: Wire) -> CloseCode:
    """Give the code a socket was closed with."""
    async with asyncio.timeout(DEADLINE_S):
        return await wire.code


async def test_everybody_concerned_is_told_and_the_room_closes_when_it_is_over(node: Node) -> None:
    """The member in both rooms, the moderator in the one; told first, closed then."""
    inside, ada = await node.talk()
    await node.handoffs.end("talk", ADA, "return")
    for wire in (node.member, inside, ada):
        assert (await wire.hear("returned"))["by"] == "moderator"
    assert [await ended(inside), await ended(ada)] == [CloseCode.LEFT, CloseCode.LEFT]
    assert not node.member.code.done()


async def test_whose_talk_it_is_no_more_is_sent_out(node: Node, servers: Servers) -> None:
    """The member stays; the moderator who lost the case does not."""
    inside, ada = await node.talk()
    await lose(servers, FIRST)
    await node.handoffs.live()
    assert (await inside.hear("accepted"))["has_moderator"] is False
    assert await ended(ada) is CloseCode.LEFT
    assert not inside.code.done()


async def test_a_change_nobody_heard_of_is_told_when_hearing_begins_again(node: Node, servers: Servers) -> None:
    """What was published while the link was lost is read from where it is kept."""
    await node.offer()
    servers.subscriptions.drop(CHANNEL)
    await node.handoffs.leave("talk", PORCH.id, WREN.member)
    node.talks.listen()
    await node.member.hear("declined")


async def test_the_last_thing_told_is_how_it_stands(node: Node) -> None:
    """However long a reading takes, and whatever changes meanwhile."""
    inside, _ = await node.talk()
    node.handoffs.gate.clear()
    node.talks.soon("talk")
    async with asyncio.timeout(DEADLINE_S):
        await node.handoffs.has_read.wait()
    await node.handoffs.leave("talk", PORCH.id, WREN.member)
    await node.handoffs.leave("talk", PORCH.id, WREN.member)  # what was published before has come
    node.handoffs.gate.set()
    await inside.hear("closed")
    await ended(inside)
    assert inside.told.empty()


async def test_a_moderator_who_goes_is_waited_for_and_the_last_socket_counts(node: Node) -> None:
    """A second window of the same moderator keeps the talk active."""
    _, ada = await node.talk()
    first, second = Party("talk", ada, ADA, "token"), Party("talk", Wire(), ADA, "token")
    for party in (first, second):
        node.talks.join(party)
    assert node.talks.part(first) is False
    assert node.talks.part(Party("talk", Wire(), BEA, "token", is_looking=True)) is False
    assert [party.account for party in node.talks.moderators] == [ADA, ADA]


async def test_a_reply_is_answered_with_the_state_or_with_why_not(node: Node) -> None:
    """Yes, yes too late, and an offer that is another's."""
    await node.offer()
    asker = Wire()
    node.talks.reply(PORCH.id, WREN.member, AnswerOffer("talk", True), asker.tell)
    assert (await asker.told.get())["state"] == "accepted"
    assert await asker.told.get() == {"ev": "received", "of": "answer_offer"}
    node.talks.reply(PORCH.id, WREN.member, LeaveHandOff("talk"), asker.tell)
    assert (await asker.told.get())["state"] == "closed"
    assert await asker.told.get() == {"ev": "received", "of": "leave_handoff"}
    node.talks.reply(PORCH.id, WREN.member, AnswerOffer("talk", True), asker.tell)
    assert (await asker.told.get())["code"] == "over"
    node.talks.reply(PORCH.id, "otter-id", LeaveHandOff("talk"), asker.tell)
    assert (await asker.told.get())["code"] == "not_found"


class Staff:
    """Whose sessions are good."""

    def __init__(self) -> None:
        self.is_good = True

    async def may_stay(self, token: str) -> bool:
        """Tell."""
        return self.is_good


async def test_the_watch_keeps_a_moderator_there_and_sends_out_who_is_signed_out(
    node: Node, servers: Servers, tmp_path: Path
) -> None:
    """Both leases begin anew; with a session that is over neither does."""
    _, ada = await node.talk()
    staff, audit = Staff(), Audit(servers, KEY, tmp_path)
    watch = Watch(node.handoffs, node.claims, audit, node.talks, "node", staff.may_stay)
    party = node.talks.moderators[0]
    await servers.call("desk", "PEXPIRE", "{desk}:claim:" + FIRST, 5_000)
    await servers.call("desk", "HINCRBY", "{desk}:talk:talk", "until", -60_000)
    await watch.renew(party)
    assert await servers.call("desk", "PTTL", "{desk}:claim:" + FIRST) > 60_000
    found = await node.handoffs.find("talk")
    assert found is not None
    assert found.handoff.until_ms - now_ms() > 60_000
    staff.is_good = False
    await watch.renew(party)
    assert await ended(ada) is CloseCode.ENDED


async def test_what_happened_by_itself_comes_into_the_log_whatever_fails(
    node: Node, servers: Servers, tmp_path: Path
) -> None:
    """A log that cannot be written to keeps nothing from being looked at, and what waits for it is not lost."""
    await node.talk()
    await lose(servers, FIRST)
    audit = Audit(servers, KEY, tmp_path / "gone")
    running = asyncio.create_task(Watch(node.handoffs, node.claims, audit, node.talks, "node", Staff().may_stay).run())
    assert (await node.member.hear("accepted"))["has_moderator"] is False
    (tmp_path / "gone").mkdir()
    async with asyncio.timeout(DEADLINE_S):
        while await node.handoffs.notes():  # noqa: ASYNC110 # what it waits for is in Redis
            await asyncio.sleep(0.05)
    running.cancel()
    entries = [(entry.who, entry.act, entry.about) for entry in await audit.entries()]
    assert set(entries) == {("member", "handoff.accepted", "talk"), ("house", "handoff.lost", "talk")}
    assert AccountId("ada") not in [who for who, _, _ in entries]
