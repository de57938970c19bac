"""Tests of chatserver.store.handoff on a real server: the same histories give the same as the core, and nobody is
forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatserver.core.cases import Case, pack_case, unpack_case
from chatserver.core.claims import LEASE_MS, Claim
from chatserver.core.claims import Refused as ClaimRefused
from chatserver.core.groups import Agreement, Group
from chatserver.core.handoff import COME_MS, OFFER_MS, WAIT_MS, HandOff, Refused
from chatserver.core.identity import GroupId, MemberId
from chatserver.core.moderators import Account, AccountId, Role
from chatserver.core.rulings import Flag, Grounds
from chatserver.core.seats import Seat
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.handoff import HandOffs, Talk
from chatserver.store.servers import Servers
from tests.core.talks import ADA, BEA, FIRST, NAME, STAFF, Answer, World

PORCH = Group("porch", GroupId("porch-id"), "Porch", "For tests", "en", 2, Agreement("1", "Be kind."), 86_400)
WREN = Seat(MemberId("wren-id"), "Calm Wren", 1)
GROUNDS = (Grounds("d-1", "suicide", 3, 9, "to call somebody"),)
CASE = Case(FIRST, "message", PORCH.id, 1, WREN.member, WREN.handle, Flag("amber", ("eating",), GROUNDS), pos="e.1-1")
DEADLINE_S = 10


async def open_case(servers: Servers, case: Case = CASE) -> None:
    """Put a case into the queue, as a room's call would."""
    packed = msgpack.packb(pack_case(case))
    await servers.fcall("desk", "alongside_open", 1, "{desk}:", case.id, case.rank, packed, 86_400_000)


def account(who: AccountId) -> Account:
    """Give a moderator."""
    return Account(who, f"Moderator {who}", Role.MODERATOR, frozenset())


class Kept:
    """The same one member, case and moderators as in a World, in Redis. Time passes by making everything older."""

    def __init__(self, servers: Servers) -> None:
        self.servers, self.talks, self.claims_kept = servers, HandOffs(servers), Claims(servers)
        self.talk: Talk | None = None

    @property
    def case(self) -> str:
        """The case that stands in the queue."""
        return FIRST if self.talk is None else self.talk.handoff.case

    async def step(self, name: str, args: tuple[Any, ...], offers: int) -> Answer:
        """Take one step of a history."""
        steps: dict[str, Callable[[], Awaitable[object]]] = {
            "settle": self.look,
            "wait": lambda: self.wait(*args),
            "offer": lambda: self.talks.offer(f"{NAME}{offers + 1}", self.case, args[0], WREN, PORCH),
            "accept": lambda: self.talks.accept(self.name, PORCH.id, WREN.member),
            "leave": lambda: self.talks.leave(self.name, PORCH.id, WREN.member),
            "come": lambda: self.talks.come(self.name, args[0]),
            "away": lambda: self.talks.away(self.name, args[0]),
            "hear": lambda: self.talks.hear(self.name),
            "end": lambda: self.talks.end(self.name, *args),
            "claim": lambda: self.claims_kept.claim(self.case, account(args[0])),
            "release": lambda: self.claims_kept.release(self.case, args[0]),
            "close_case": lambda: self.claims_kept.close(self.case, args[0], "helped"),
        }
        if name in ("claim", "close_case"):
            await self.look()
        try:
            await steps[name]()
        except (Refused, ClaimRefused) as refused:
            return refused.why
        finally:
            self.talk = await self.talks.of(PORCH.id, WREN.member)
        return "gone" if name in ("settle", "wait") and self.talk is None else "done"

    @property
    def name(self) -> str:
        """The id of the talk."""
        return "nobody" if self.talk is None else self.talk.handoff.id

    async def look(self) -> None:
        """Look at the clock."""
        await self.talks.live()
        self.talk = await self.talks.of(PORCH.id, WREN.member)

    async def wait(self, ms: int) -> None:
        """Let everything be as long ago as if `ms` had passed."""
        claim, talk = "{desk}:claim:" + self.case, "{desk}:talk:" + self.name
        rest_ms = await self.servers.call("desk", "PTTL", claim)
        if rest_ms >= 0:
            await self.servers.call("desk", "PEXPIRE", claim, rest_ms - ms)  # a time that has passed deletes it
        for timer in ("until", "quiet"):
            if await self.servers.call("desk", "HGET", talk, timer) not in (None, b"0"):
                await self.servers.call("desk", "HINCRBY", talk, timer, -ms)
        await self.look()


WHO = st.sampled_from(STAFF)
WAITS = st.sampled_from([10_000, 50_000, LEASE_MS, COME_MS, OFFER_MS, WAIT_MS])
ONE = st.one_of(
    st.tuples(st.sampled_from(["accept", "leave", "hear", "settle"]), st.just(())),
    st.tuples(st.sampled_from(["offer", "come", "away", "claim", "release", "close_case"]), st.tuples(WHO)),
    st.tuples(st.just("end"), st.tuples(WHO, st.sampled_from(["return", "close"]))),
    st.tuples(st.just("wait"), st.tuples(WAITS)),
)
SITTING = st.builds(
    lambda who, step, minutes: [("wait", (60_000,)), ("claim", (who,)), (step, (who,))] * minutes,
    st.sampled_from([ADA, ADA, BEA]),
    st.sampled_from(["come", "come", "claim"]),
    st.sampled_from([1, 2, 6, 61]),
)
"""An open desk that renews its claim while minutes pass, in the room or not."""
STEPS = st.lists(st.one_of(ONE.map(lambda step: [step]), SITTING), max_size=20).map(
    lambda parts: [step for part in parts for step in part]
)
WAY = [("claim", (ADA,)), ("offer", (ADA,)), ("accept", ()), ("come", (ADA,))]


def test_the_same_history_gives_the_same_in_redis_and_in_the_core(valkey: Path) -> None:
    """Whatever the order and whatever time passes: answers, state, holder, the case in the queue, who has its claim."""

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 4), STEPS)
    def compare(begun: int, steps: list[tuple[str, tuple[Any, ...]]]) -> None:
        runner.run(same(servers, [*WAY[:begun], *steps]))

    with asyncio.Runner() as runner:
        servers = runner.run(started(valkey))
        try:
            compare()
        finally:
            runner.run(servers.stop())


async def started(valkey: Path) -> Servers:
    """Give links to the server."""
    servers = Servers(f"unix://{valkey}")
    await servers.start()
    return servers


async def same(servers: Servers, steps: list[tuple[str, tuple[Any, ...]]]) -> None:
    """Take the steps in both, and compare after each."""
    await servers.call("any", "FLUSHALL")
    await open_case(servers)
    world, kept = World(), Kept(servers)
    for name, args in steps:
        answer = await kept.step(name, args, world.offers)
        assert answer == getattr(world, name)(*args), (name, args)
        world.settle()  # whoever reads one there has looked at the clock
        found = None if kept.talk is None else kept.talk.handoff
        assert without_times(found) == without_times(world.talk)
        if found is not None and world.talk is not None:
            for timer, expected_ms in ((found.until_ms, world.talk.until_ms), (found.quiet_ms, world.talk.quiet_ms)):
                rest = (expected_ms - world.now_ms) / 1000 if expected_ms else 0
                assert await rest_s(servers, timer) == pytest.approx(rest, abs=5)  # waits are multiples of 10 s
        await compare_desks(servers, world)


async def compare_desks(servers: Servers, world: World) -> None:
    """The queue holds the cases that are open, and their claims stand as the core says."""
    is_open = world.claims[world.case].__class__.__name__ != "Closed"
    queued = await servers.call("desk", "ZRANGE", "{desk}:queue", 0, -1)
    assert queued == ([world.case.encode()] if is_open else [])
    [standing] = await Claims(servers).standing([world.case])
    claim = world.claims[world.case]
    holder = claim.holder if isinstance(claim, Claim) and claim.until_ms > world.now_ms else None
    assert (standing.holder if isinstance(standing, Claim) else None) == holder


def without_times(talk: HandOff | None) -> HandOff | None:
    """Give it without when: the clocks are two."""
    return talk and replace(talk, until_ms=0, quiet_ms=0)


async def rest_s(servers: Servers, until_ms: int) -> float:
    """Give how long a timer still runs by Redis' clock; 0 when none does."""
    seconds, micros = await servers.call("desk", "TIME")
    return until_ms / 1000 - int(seconds) - int(micros) / 1e6 if until_ms else 0


async def talking(servers: Servers) -> HandOffs:
    """Give a talk that Ada has come to."""
    talks = HandOffs(servers)
    await open_case(servers)
    await Claims(servers).claim(FIRST, account(ADA))
    await talks.offer("talk", FIRST, ADA, WREN, PORCH)
    await talks.accept("talk", PORCH.id, WREN.member)
    await talks.come("talk", ADA)
    return talks


async def lose(servers: Servers, case: str) -> None:
    """End a claim, as time would."""
    assert await servers.call("desk", "DEL", "{desk}:claim:" + case)


async def test_a_lost_moderators_case_calls_out_again_with_all_that_is_known(servers: Servers) -> None:
    """A new case, red and as of now, with the message, the grounds and the labels of the old one, which is gone."""
    talks = await talking(servers)
    await lose(servers, FIRST)
    assert await talks.sweep("node")
    [case] = await Cases(servers, []).waiting(9)
    expected = replace(CASE, id="talk-1", kind="handoff", flag=replace(CASE.flag, level="red"))
    assert replace(case, opened_at_ms=0) == expected
    assert case.opened_at_ms > 0
    assert await servers.call("desk", "ZSCORE", "{desk}:queue", "talk-1") == pytest.approx(case.rank)
    await open_case(servers)  # its call is moved once more
    assert [waiting.id for waiting in await Cases(servers, []).waiting(9)] == ["talk-1"]


async def test_of_twenty_who_want_to_take_over_one_does(valkey: Path, servers: Servers) -> None:
    """All at once, each over a line of its own; nobody else is let in."""
    talks = await talking(servers)
    await lose(servers, FIRST)
    await talks.live()
    lines = [await started(valkey) for _ in range(20)]
    names = [AccountId(f"m{n}") for n in range(20)]

    async def take(line: Servers, who: AccountId) -> str:
        try:
            await Claims(line).claim("talk-1", account(who))
            return (await HandOffs(line).come("talk", who)).handoff.state
        except (Refused, ClaimRefused) as refused:
            return refused.why

    said = await asyncio.gather(*(take(line, who) for line, who in zip(lines, names, strict=True)))
    for line in lines:
        await line.stop()
    assert sorted(said) == ["active"] + ["claimed"] * 19
    found = await talks.find("talk")
    assert found is not None
    assert found.handoff.holder == names[said.index("active")]


async def test_danger_that_is_written_there_raises_the_case(servers: Servers) -> None:
    """Up, never down; the case stands first in the queue."""
    talks = await talking(servers)
    for level in ("red", "crisis", "red", "green"):
        await talks.hear("talk", level)
    packed = await Claims(servers).find(FIRST)
    assert packed is not None
    assert (packed.flag.level, packed.kind, packed.flag.grounds) == ("crisis", "message", GROUNDS)
    assert await servers.call("desk", "ZSCORE", "{desk}:queue", FIRST) == pytest.approx(packed.rank)


async def test_one_member_has_one_talk(servers: Servers) -> None:
    """Another case of the same member, with another moderator, can offer nothing until it is over."""
    talks = await talking(servers)
    await open_case(servers, replace(CASE, id="other"))
    await Claims(servers).claim("other", account(BEA))
    with pytest.raises(Refused) as refused:
        await talks.offer("second", "other", BEA, WREN, PORCH)
    assert refused.value.why == "has_one"
    await talks.leave("talk", PORCH.id, WREN.member)
    assert (await talks.offer("second", "other", BEA, WREN, PORCH)).handoff.state == "offered"


async def test_forged_ids_and_other_members_lead_nowhere(servers: Servers) -> None:
    """No such hand-off, and nothing is written."""
    talks = await talking(servers)
    before = await servers.call("desk", "DBSIZE")
    for name in ("nosuch", "", "of:porch-id:wren-id", "case:case", "looks:talk", "*", "a b", "../talk"):
        for step in (talks.accept(name, PORCH.id, WREN.member), talks.come(name, ADA), talks.look_in(name, BEA)):
            with pytest.raises(Refused, match="gone"):
                await step
    for group, member in ((PORCH.id, "otter-id"), ("garden-id", WREN.member)):
        with pytest.raises(Refused, match="gone"):
            await talks.leave("talk", group, member)
    found = await talks.find("talk")
    assert found is not None
    assert found.handoff.state == "active"
    assert await servers.call("desk", "DBSIZE") == before


async def test_what_nobody_asked_for_waits_for_the_log(servers: Servers) -> None:
    """Whose doing it was; what was written to the log is dropped, what came since is not."""
    talks = await talking(servers)
    await lose(servers, FIRST)
    await talks.live()
    notes = await talks.notes()
    assert [(note.who, note.act, note.case) for note in notes] == [
        ("member", "handoff.accepted", FIRST),
        ("house", "handoff.lost", FIRST),
    ]
    await talks.leave("talk", PORCH.id, WREN.member)
    await talks.noted(len(notes))
    assert [note.act for note in await talks.notes()] == ["handoff.left"]


async def test_one_node_looks_at_the_clock_for_all(servers: Servers) -> None:
    """The same one again; another only when it is gone."""
    talks = HandOffs(servers)
    assert [await talks.sweep("one"), await talks.sweep("two"), await talks.sweep("one")] == [True, False, True]
    await servers.call("desk", "DEL", "{desk}:talks:sweep")
    assert await talks.sweep("two")


async def test_every_change_is_heard(servers: Servers) -> None:
    """By the id alone."""
    talks, heard = HandOffs(servers), asyncio.Queue[str]()
    talks.listen(heard.put_nowait, lambda: heard.put_nowait("again"))
    async with asyncio.timeout(DEADLINE_S):
        assert await heard.get() == "again"
        await talking(servers)
        assert [await heard.get() for _ in range(3)] == ["talk"] * 3


async def test_everything_expires(servers: Servers) -> None:
    """No key that holds a member's id stands without an end."""
    await talking(servers)
    keys = set(await servers.call("desk", "KEYS", "{desk}:talk*"))
    assert len(keys) >= 5
    for key in keys - {b"{desk}:talks:log", b"{desk}:talks:count"}:  # which name nobody
        assert await servers.call("desk", "PTTL", key) > 0, key


def test_a_case_packed_anew_by_a_function_is_the_same() -> None:
    """What is None is left out there."""
    packed = {name: value for name, value in pack_case(CASE).items() if value is not None}
    assert unpack_case(packed) == CASE
