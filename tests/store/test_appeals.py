"""Tests of chatserver.store.acts and chatserver.store.scene, on a real server: what an appeal needs is there as long as
it may be made, and no longer.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

import pytest

from chatserver.core.acts import Exclude, Fold, Mute, Order, Remove, RoomAct
from chatserver.core.cases import Case
from chatserver.core.groups import Group
from chatserver.core.messages import Say
from chatserver.core.plans import Ground, lengthened, lifted, plan, sanction_in, upheld
from chatserver.core.rulings import Flag
from chatserver.core.sanctions import Sanction
from chatserver.core.seats import Seat
from chatserver.store.acts import Acts, Scope
from chatserver.store.members import Members
from chatserver.store.posting import Held, Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.scene import Line, Scenes
from chatserver.store.servers import Servers
from tests.store.posts import outcome, say, take_back

RETENTION_S = 1
WORDS = "canary: it was a quote"
EVERY = [Mute(600), Mute(3 * 86_400), Exclude(600), Remove(), Fold()]


@dataclass(slots=True)
class Bench:
    """A room that keeps messages for RETENTION_S, and a moderator in it."""

    servers: Servers
    record: RoomRecord
    seat: Seat

    @property
    def scope(self) -> Scope:
        """Where it is."""
        return Scope(self.record.group, self.record.number)

    def case(self, kind: str = "rule", **fields: object) -> Case:
        """Give a case about the member."""
        about = Case("case-1", kind, str(self.record.group.id), 1, self.seat.member, self.seat.handle, Flag("amber"))  # type: ignore[arg-type] # the tests' own
        return replace(about, **fields)  # type: ignore[arg-type] # whatever a test names

    async def limit(self, act: RoomAct, case: Case) -> Sanction:
        """Do an act about a case; gives the sanction."""
        ground = Ground(
            1, "ada", "act-1", time.time_ns() // 1_000_000, b"12345678", case, self.seat.member if case.pos else None
        )
        steps = plan(Order("test", act, "so and so"), act, ground)
        await Acts(self.servers).carry_out(self.scope, "act-1", "ada", steps, {"act": "test"})
        return sanction_in(steps)

    async def appeal(self, sanction: Sanction) -> Case:
        """Ask for another look; gives its case."""
        pos = sanction.target or sanction.about
        case = self.case("appeal", id=f"appeal-{sanction.receipt}", by=self.seat.member, words="please", pos=pos)
        case = replace(case, receipt=sanction.receipt)
        assert await Acts(self.servers).appeal(self.scope, case)
        return case

    async def read(self, case: Case) -> Line | None:
        """Read what a moderator sees that a case is about."""
        return await Scenes(self.servers, Members(self.servers), [self.record.group]).message(case)

    async def end(self, key: str) -> int:
        """When a key of the room ends (ms since 1970)."""
        return int(await self.servers.call(self.scope.tag, "PEXPIRETIME", "{" + self.scope.tag + "}:" + key))

    async def forgotten(self, *keys: str) -> None:
        """Wait until the room keeps these no longer."""
        names = ["{" + self.scope.tag + "}:" + key for key in keys]
        async with asyncio.timeout(RETENTION_S * 20):
            while await self.servers.call(self.scope.tag, "EXISTS", *names):  # noqa: ASYNC110 (the server's doing)
                await asyncio.sleep(0.02)


@pytest.fixture
async def bench(servers: Servers, posting: Posting, group: Group, wren: Seat) -> Bench:
    """An empty one."""
    return Bench(servers, RoomRecord(servers, posting, replace(group, retention_s=RETENTION_S), 1), wren)


@pytest.mark.parametrize("act", EVERY)
async def test_who_looks_again_reads_the_message_when_the_record_keeps_it_no_longer(bench: Bench, act: RoomAct) -> None:
    """Until the receipt's end, which an appeal may put off; decided, it is gone at once."""
    pos = await say(bench.record, bench.seat, WORDS)
    sanction = await bench.limit(act, bench.case(pos=pos))
    receipt, said = f"receipt:{sanction.receipt}", f"said:{sanction.receipt}"
    await bench.forgotten("stream", f"removed:{pos.partition('.')[2]}")
    assert await bench.end(said) == await bench.end(receipt)
    case = await bench.appeal(sanction)
    assert await bench.end(said) == await bench.end(receipt)
    found = await bench.read(case)
    assert found is not None
    assert (found.text, found.handle, found.pos) == (WORDS, bench.seat.handle, None)
    assert found.at_ms == int(pos.partition(".")[2].partition("-")[0])
    decided = lifted(sanction, "why", sanction.at_ms) if isinstance(act, Mute) else upheld(sanction, "why")
    await Acts(bench.servers).carry_out(bench.scope, "decided", "bea", decided, {"act": "appeal"})
    await bench.forgotten(said)
    assert await bench.read(case) is None
    assert await bench.end(receipt) > 0


async def test_what_is_confirmed_for_longer_can_be_read_for_longer(bench: Bench) -> None:
    """The words end with the receipt, whatever it is made to be."""
    pos = await say(bench.record, bench.seat, WORDS)
    sanction = await bench.limit(Mute(3 * 86_400), bench.case(pos=pos))
    longer = replace(sanction, until_ms=(sanction.wanted_ms or 0) + 86_400_000, wanted_ms=None)
    await Acts(bench.servers).carry_out(bench.scope, "confirmed", "bea", lengthened(longer), {"act": "second"})
    end = await bench.end(f"receipt:{sanction.receipt}")
    assert end > sanction.at_ms + sanction.keep_ms + 80_000_000
    assert await bench.end(f"said:{sanction.receipt}") == end


async def test_a_sanction_that_was_a_mistake_leaves_no_words(bench: Bench) -> None:
    """Undone, the copy goes with the receipt."""
    pos = await say(bench.record, bench.seat, WORDS)
    sanction = await bench.limit(Mute(600), bench.case(pos=pos))
    await Acts(bench.servers).undo(bench.scope, "act-1", "ada")
    await bench.forgotten(f"said:{sanction.receipt}", f"receipt:{sanction.receipt}")


async def test_what_was_taken_back_before_is_not_kept(bench: Bench) -> None:
    """There is nothing to copy."""
    pos = await say(bench.record, bench.seat, WORDS)
    await take_back(bench.record, bench.seat, pos)
    sanction = await bench.limit(Mute(600), bench.case(pos=pos))
    assert await bench.read(await bench.appeal(sanction)) is None


async def test_held_words_can_be_read_by_who_looks_again_at_the_mute_they_brought(bench: Bench) -> None:
    """They never stood in the room, and are let go of after its retention."""
    case = bench.case("held", opened_at_ms=5)
    held = await outcome(lambda done: bench.record.hold(bench.seat, Say("a", WORDS), done, folded=None, case=case))
    assert held == Held("case-1")
    sanction = await bench.limit(Mute(600), case)
    await bench.forgotten("held:case-1")
    found = await bench.read(await bench.appeal(sanction))
    assert found is not None
    assert (found.text, found.at_ms) == (WORDS, 5)


@pytest.mark.parametrize("by", ["wren-id", None])
async def test_what_reached_the_moderators_alone_can_be_read_too(bench: Bench, by: str | None) -> None:
    """Words that the room did not get, or by which a moderator was asked for."""
    sanction = await bench.limit(Mute(600), bench.case("message", words=WORDS, by=by, opened_at_ms=7))
    found = await bench.read(await bench.appeal(sanction))
    assert found is not None
    assert (found.text, found.at_ms) == (WORDS, 7)


async def test_the_words_of_whoever_reported_are_kept_for_no_appeal(bench: Bench) -> None:
    """They are another member's."""
    sanction = await bench.limit(Mute(600), bench.case("rule", words=WORDS, by="otter-id"))
    assert await bench.read(await bench.appeal(sanction)) is None
    for key in await bench.servers.call(bench.scope.tag, "KEYS", "*said*"):
        raise AssertionError(key)
