"""Tests of chatserver.core.handoff: whatever the order of steps, nobody is lost and nobody has two moderators."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Literal, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chatserver.core import claims
from chatserver.core.claims import LEASE_MS, Claim, Closed
from chatserver.core.handoff import (
    COME_MS,
    HERE_MS,
    LIVE,
    OFFER_MS,
    OPEN,
    QUIET_MS,
    TABLE,
    WAIT_MS,
    State,
    next_case,
)
from chatserver.core.moderators import AccountId
from tests.core.talks import ADA, BEA, STAFF, Answer, World

WHO = st.sampled_from(STAFF)
WAITS = st.sampled_from([0, 1, 1_000, LEASE_MS - 1, LEASE_MS, COME_MS, OFFER_MS - 1, OFFER_MS, WAIT_MS])
SILENCE_MS = LEASE_MS + COME_MS + WAIT_MS + QUIET_MS
"""After so much of nobody doing anything, whatever stood is over."""


class OneTalk(RuleBasedStateMachine):
    """Three moderators, one member, a clock; the laws are looked at after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(steps=st.integers(0, 4))
    def begin(self, steps: int) -> None:
        """Chance alone seldom gets far: begin somewhere on the way."""
        way: list[Callable[[], Answer]] = [
            lambda: self.world.claim(ADA),
            lambda: self.world.offer(ADA),
            self.world.accept,
            lambda: self.world.come(ADA),
        ]
        for step in way[:steps]:
            assert step() == "done"

    @rule(ms=WAITS)
    def time_passes(self, ms: int) -> None:
        """Nobody does anything."""
        before = self.world.talk
        self.world.wait(ms)
        after = self.world.talk
        if before is not None and after is not None and before.is_open and not after.is_open:
            assert (after.state, after.by) == ("returned", "time")
            assert before.state == "active" or before.holder is None  # who was waiting for somebody goes on waiting

    @rule(who=WHO)
    def claims(self, who: AccountId) -> None:
        """The case in the queue goes to one."""
        self.world.claim(who)

    @rule(who=WHO)
    def releases(self, who: AccountId) -> None:
        """Given back to the queue."""
        self.world.release(who)

    @rule(who=WHO)
    def offers(self, who: AccountId) -> None:
        """By whoever has the case, and nobody else."""
        may = self.holds(self.world, who)
        assert (self.world.offer(who) == "lost") is not may

    @rule()
    def says_yes(self) -> None:
        """In time, it is a yes for good, whether anybody has the case or not."""
        before = self.world.talk
        in_time = before is not None and (before.is_open or (before.state == "offered" and self.is_in_time()))
        assert (self.world.accept() == "done") is in_time
        if in_time:
            assert self.world.talk is not None
            assert self.world.talk.state in (*OPEN, "returned")

    @rule()
    def says_no_or_leaves(self) -> None:
        """Never refused; then it is over, and by the member's own will unless it was over before."""
        before = self.world.talk
        answer = self.world.leave()
        assert answer == ("gone" if before is None else "done")
        assert self.world.talk is None or not self.world.talk.is_live

    @rule(who=WHO)
    def comes(self, who: AccountId) -> None:
        """Who has the case is let in once the member has said yes; nobody else is."""
        self.world.settle()
        may = self.world.talk is not None and self.world.talk.is_open and self.holds(self.world, who)
        assert (self.world.come(who) == "done") is may
        if may:
            assert self.world.talk is not None
            assert (self.world.talk.state, self.world.talk.holder) == ("active", who)

    @rule(who=WHO)
    def goes_away(self, who: AccountId) -> None:
        """Whoever has it is waited for; nobody else's going means anything."""
        self.world.settle()
        before = self.world.talk
        self.world.away(who)
        if before is not None and before.state == "active" and before.holder == who:
            assert self.world.talk is not None
            assert (self.world.talk.state, self.world.talk.holder) == ("accepted", who)
        else:
            assert self.world.talk == before

    @rule()
    def writes(self) -> None:
        """Words go where there is a room."""
        self.world.settle()
        is_open = self.world.talk is not None and self.world.talk.is_open
        assert (self.world.hear() == "done") is is_open

    @rule(who=WHO, how=st.sampled_from(["return", "close"]))
    def ends(self, who: AccountId, how: Literal["return", "close"]) -> None:
        """Only who has the case ends it."""
        self.world.settle()
        before, may = self.world.talk, self.holds(self.world, who)
        if self.world.end(who, how) == "done":
            assert may
            assert self.world.talk is not None
            assert (self.world.talk.is_live, self.world.talk.by) == (False, "moderator")
        else:
            assert self.world.talk == before

    @rule(who=WHO)
    def closes_the_case(self, who: AccountId) -> None:
        """Not while somebody is being talked to."""
        self.world.settle()
        is_live = self.world.talk is not None and self.world.talk.is_live
        if self.world.close_case(who) == "done":
            assert not is_live

    @invariant()
    def the_member_can_say_no_or_go(self) -> None:
        """There is always a way out, and after it there is nothing left to leave."""
        if self.world.talk is None:
            return
        then = copy.deepcopy(self.world)
        assert then.leave() == "done"
        assert then.talk is not None
        assert not then.talk.is_live

    @invariant()
    def at_most_one_has_it(self) -> None:
        """Of all who try to come in, or to end it, one at most gets through."""
        for step in (World.come, lambda world, who: world.end(who, "close")):
            through = [who for who in STAFF if step(copy.deepcopy(self.world), who) == "done"]
            assert len(through) <= 1
            assert all(self.holds(self.world, who) for who in through)

    @invariant()
    def one_case_is_in_the_queue_for_whoever_is_talked_to(self) -> None:
        """Every earlier one has given way; nobody can still hold it."""
        if self.world.talk is None or not self.world.talk.is_live:
            return
        still_open = [case for case, state in self.world.claims.items() if not isinstance(state, Closed)]
        assert still_open == [self.world.case]

    @invariant()
    def who_has_nobody_can_be_taken_over_by_anybody(self) -> None:
        """A lost moderator's case is free under a name that was never claimed, so it calls out anew."""
        then = copy.deepcopy(self.world)
        then.settle()
        if then.talk is None or not then.talk.is_open or any(self.holds(then, who) for who in STAFF):
            return
        assert then.talk.holder is None
        assert then.case == next_case(then.talk.id, then.talk.losses)
        for who in STAFF:
            later = copy.deepcopy(then)
            assert later.claim(who) == "done"
            assert later.come(who) == "done"

    @invariant()
    def silence_ends_it(self) -> None:
        """Nothing is left standing that nobody looks after."""
        then = copy.deepcopy(self.world)
        for _ in range(4):
            then.wait(SILENCE_MS)
        assert then.talk is None or not then.talk.is_live

    def is_in_time(self) -> bool:
        """Whether the timer of what stands has not run out."""
        talk = self.world.talk
        return talk is not None and self.world.now_ms < talk.until_ms

    @staticmethod
    def holds(world: World, who: AccountId) -> bool:
        """Whether this one's claim on the case in the queue stands, as claims say it, by now."""
        then = copy.deepcopy(world)
        then.settle()
        state = claims.standing(then.claims[then.case], then.now_ms)
        return isinstance(state, Claim) and state.holder == who


OneTalk.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestOneTalk = OneTalk.TestCase


def talking() -> World:
    """Give a talk that Ada has come to."""
    world = World()
    assert [world.claim(ADA), world.offer(ADA), world.accept(), world.come(ADA)] == ["done"] * 4
    return world


def state(world: World) -> tuple[State, str, AccountId | None]:
    """Give where a talk stands, by whom it ended, and who has it."""
    assert world.talk is not None
    return world.talk.state, world.talk.by, world.talk.holder


def test_a_talk_runs_its_course() -> None:
    """Offered, accepted, active, returned: and then the case can be closed."""
    world = World()
    assert world.claim(ADA) == "done"
    seen: list[State] = []
    way: list[Callable[[], Answer]] = [
        lambda: world.offer(ADA),
        world.accept,
        lambda: world.come(ADA),
        lambda: world.end(ADA, "return"),
    ]
    for step in way:
        assert step() == "done"
        seen.append(state(world)[0])
    assert seen == ["offered", "accepted", "active", "returned"]
    assert world.close_case(ADA) == "done"


def test_the_case_of_a_live_talk_cannot_be_closed() -> None:
    """First the talk ends, in words; then the case."""
    world = talking()
    assert world.close_case(ADA) == "in_hand_off"
    assert world.leave() == "done"
    assert world.close_case(ADA) == "done"


def test_a_lost_moderator_gives_way_to_another() -> None:
    """After the lease the case calls out under a new name; the first can do nothing more, the second comes in."""
    world = talking()
    world.wait(LEASE_MS)
    assert state(world) == ("accepted", "", None)
    assert world.case == "talk1-1"
    assert world.end(ADA, "close") == "lost"
    assert world.claim(BEA) == "done"
    assert world.claim(ADA) == "claimed"
    assert world.come(BEA) == "done"
    assert state(world) == ("active", "", BEA)


def test_who_has_the_case_and_does_not_come_loses_it() -> None:
    """An open desk renews its lease by itself; that is not coming."""
    world = World()
    world.claim(ADA)
    world.offer(ADA)
    world.accept()
    world.wait(COME_MS // 2)
    assert world.claim(ADA) == "done"
    world.wait(COME_MS // 2)
    assert state(world) == ("accepted", "", None)
    assert world.claims["case"] == Closed(AccountId(""), "acted")


@pytest.mark.parametrize(("ms", "expected"), [(OFFER_MS - 1, "offered"), (OFFER_MS, "expired")])
def test_an_offer_stands_for_its_time(ms: int, expected: State) -> None:
    """Then it is over, and yes comes too late."""
    world = World()
    world.claim(ADA)
    world.offer(ADA)
    world.wait(ms)
    assert state(world)[0] == expected
    assert world.accept() == ("over" if expected == "expired" else "done")


def test_a_yes_to_a_moderator_who_is_gone_calls_another() -> None:
    """Nobody is left with a yes and no one to hear it."""
    world = World()
    world.claim(ADA)
    world.offer(ADA)
    world.wait(LEASE_MS)
    assert world.accept() == "done"
    assert state(world) == ("accepted", "", None)
    assert world.case == "talk1-1"


def test_an_offer_can_be_withdrawn_but_not_returned_from() -> None:
    """There was no talk to come back from."""
    world = World()
    world.claim(ADA)
    world.offer(ADA)
    assert world.end(ADA, "return") == "early"
    assert world.end(ADA, "close") == "done"
    assert state(world)[:2] == ("closed", "moderator")


def test_silence_is_let_be_as_long_as_somebody_writes_now_and_then() -> None:
    """The timer begins anew with every word, whose ever."""
    world = talking()
    for _ in range(3):
        stay(world, QUIET_MS - 60_000)
        assert world.hear() == "done"
    assert state(world)[0] == "active"
    stay(world, QUIET_MS)
    assert state(world)[:2] == ("returned", "time")


def stay(world: World, ms: int) -> None:
    """Let a moderator sit in the room, saying nothing."""
    for _ in range(ms // 60_000):
        world.wait(60_000)
        world.claim(ADA)
        world.come(ADA)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_moderator_who_leaves_the_room_without_a_word_is_waited_for_and_then_lost(is_told: bool) -> None:
    """Whether the room was closed or its node died: the case of somebody who sits alone does not stay with one."""
    world = talking()
    if is_told:
        world.away(ADA)
    else:
        for _ in range(2):
            world.wait(HERE_MS // 2)
            world.claim(ADA)
    assert state(world) == ("accepted", "", ADA)
    for _ in range(COME_MS // 60_000):
        world.claim(ADA)
        world.wait(60_000)
    assert state(world) == ("accepted", "", None)


def test_every_state_has_its_steps() -> None:
    """What is over has no step any more; what is live can be ended by the member and by time."""
    for begun in get_args(State):
        steps = {step for (at, step) in TABLE if at == begun}
        assert bool(steps) is (begun in LIVE)
        if begun in LIVE:
            assert steps & {"decline", "leave"}
            assert "lapse" in steps
