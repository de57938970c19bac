"""Tests of chatserver.core.claims: the laws, for whatever order of steps and whatever time passes between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chatserver.core.cases import Case
from chatserver.core.claims import LEASE_MS, Claim, Closed, Free, Refused, State, claim, close, pages, release, renew
from chatserver.core.moderators import AccountId
from chatserver.core.rulings import Flag

WHO = st.sampled_from([AccountId("ada"), AccountId("bea"), AccountId("cy")])


class OneCase(RuleBasedStateMachine):
    """Three moderators and one case. The model: who was last let in, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000
        self.state: State = Free()
        self.winner: AccountId | None = None
        self.until = 0
        self.is_closed = False

    def attempt(self, step: Callable[[], State], may: bool) -> bool:
        """Take a step: it succeeds exactly when the model says it may, and else changes nothing."""
        try:
            after = step()
        except Refused:
            assert not may
            return False
        assert may
        self.state = after
        return True

    def holds(self, who: AccountId) -> bool:
        """Tell whether the model's lease is this one's."""
        return not self.is_closed and self.winner == who and self.now < self.until

    @rule(ms=st.sampled_from([0, 1, 1_000, LEASE_MS - 1, LEASE_MS, LEASE_MS + 1]))
    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.now += ms

    @rule(who=WHO)
    def claims(self, who: AccountId) -> None:
        """Nobody wins while another's lease stands; a lost lease frees the case."""
        is_free = self.winner is None or self.now >= self.until
        if self.attempt(
            lambda: claim(self.state, who, "a name", self.now), not self.is_closed and (is_free or self.holds(who))
        ):
            self.winner, self.until = who, self.now + LEASE_MS

    @rule(who=WHO)
    def renews(self, who: AccountId) -> None:
        """Its holder only, and only in time."""
        if self.attempt(lambda: renew(self.state, who, self.now), self.holds(who)):
            self.until = self.now + LEASE_MS

    @rule(who=WHO)
    def releases(self, who: AccountId) -> None:
        """Its holder only."""
        if self.attempt(lambda: release(self.state, who, self.now), self.holds(who)):
            self.winner = None

    @rule(who=WHO)
    def closes(self, who: AccountId) -> None:
        """Its holder only; then nobody does anything any more."""
        if self.attempt(lambda: close(self.state, who, "helped", self.now), self.holds(who)):
            self.is_closed = True

    @invariant()
    def agrees(self) -> None:
        """The machine and the model name the same holder."""
        assert isinstance(self.state, Closed) == self.is_closed
        if isinstance(self.state, Claim):
            assert (self.state.holder, self.state.until_ms) == (self.winner, self.until)


TestOneCase = OneCase.TestCase


def about(level: str, labels: tuple[str, ...]) -> Case:
    """Give a case opened at 0."""
    return Case("c", "message", "porch-id", 1, "wren-id", "Calm Wren", Flag(level, labels))


@pytest.mark.parametrize(("age_ms", "expected"), [(59_999, 0), (60_000, 1), (179_999, 1), (180_000, 2), (10**7, 2)])
def test_danger_nobody_has_pages_again_by_how_long_it_has_waited(age_ms: int, expected: int) -> None:
    """From its opening, or anew from when it was given back; what only breaks a rule never pages."""
    danger = about("red", ("suicide",))
    assert pages(danger, Free(), age_ms) == expected
    assert pages(danger, Free(5_000), age_ms + 5_000) == expected
    assert pages(about("amber", ("harassment",)), Free(), age_ms) == 0


def test_a_claim_silences_danger_until_its_lease_is_over_and_then_it_waits_anew() -> None:
    """Whoever had it was there: nobody is called out in the same moment."""
    danger, held = about("red", ("suicide",)), Claim(AccountId("ada"), "Ada", 300_000)
    assert pages(danger, held, 299_999) == pages(danger, held, 359_999) == 0
    assert [pages(danger, held, at_ms) for at_ms in (360_000, 480_000)] == [1, 2]


def test_no_name_is_written_out() -> None:
    """A moderator's name stays out of logs."""
    assert "Ada" not in repr(Claim(AccountId("a"), "Ada", 1))
