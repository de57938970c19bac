"""One member, one case, several moderators and a clock: what chatserver.core.handoff says of any history of steps.

Used twice: as a model whose laws are looked at after every step (test_handoff), and beside Redis (store/test_handoff).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from chatserver.core import claims, handoff
from chatserver.core.handoff import HandOff, Standing
from chatserver.core.moderators import AccountId

NAME, FIRST = "talk", "case"
ADA, BEA, CY = AccountId("ada"), AccountId("bea"), AccountId("cy")
STAFF = (ADA, BEA, CY)

Answer = Literal["done", "lost", "over", "early", "has_one", "gone", "claimed", "closed", "in_hand_off"]


class World:
    """The values of one history. Every step answers `done`, or why it was refused."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000
        self.talk: HandOff | None = None
        self.offers = 0
        self.claims: dict[str, claims.State] = {FIRST: claims.Free()}
        """Every case there ever was; one that is closed or has given way is Closed."""

    @property
    def case(self) -> str:
        """The case that stands in the queue."""
        return FIRST if self.talk is None else self.talk.case

    def wait(self, ms: int) -> Answer:
        """Let time pass, and look."""
        self.now_ms += ms
        return self.settle()

    def settle(self) -> Answer:
        """Look at the clock."""
        return self._talk(lambda talk, claim: handoff.settle(talk, claim, self.now_ms))

    def offer(self, who: AccountId) -> Answer:
        """A moderator offers a talk; offering it again is the same offer."""
        self.settle()
        if self.talk is not None and self.talk.is_live:
            try:
                claims.renew(self.claims[self.case], who, self.now_ms)
            except claims.Refused:
                return "lost"
            return "done" if self.talk.state == "offered" else "has_one"
        name = f"{NAME}{self.offers + 1}"
        try:
            self.talk = handoff.offer(name, self.case, self.claims[self.case], who, self.now_ms)
        except handoff.Refused as refused:
            return refused.why
        self.offers += 1
        return "done"

    def accept(self) -> Answer:
        """The member says yes."""
        return self._talk(lambda talk, claim: handoff.accept(talk, claim, self.now_ms))

    def leave(self) -> Answer:
        """The member says no, or goes."""
        return self._talk(lambda talk, claim: handoff.leave(talk, claim, self.now_ms))

    def come(self, who: AccountId) -> Answer:
        """A moderator opens the room's door."""
        return self._talk(lambda talk, claim: handoff.come(talk, claim, who, self.now_ms))

    def away(self, who: AccountId) -> Answer:
        """A moderator leaves the room without ending it."""
        return self._talk(lambda talk, claim: handoff.away(talk, claim, who, self.now_ms))

    def hear(self) -> Answer:
        """Somebody writes."""
        return self._talk(lambda talk, claim: handoff.hear(talk, claim, self.now_ms))

    def end(self, who: AccountId, how: Literal["return", "close"]) -> Answer:
        """A moderator ends it."""
        return self._talk(lambda talk, claim: handoff.end(talk, claim, who, how, self.now_ms))

    def claim(self, who: AccountId) -> Answer:
        """A moderator claims the case in the queue, and with it a talk there may be."""
        self.settle()
        return self._claim(lambda state: claims.claim(state, who, who, self.now_ms))

    def release(self, who: AccountId) -> Answer:
        """A moderator gives the case back to the queue."""
        return self._claim(lambda state: claims.release(state, who, self.now_ms))

    def close_case(self, who: AccountId) -> Answer:
        """A moderator closes the case: not while somebody is being talked to."""
        self.settle()
        if self.talk is not None and self.talk.is_live:
            try:
                claims.renew(self.claims[self.case], who, self.now_ms)
            except claims.Refused:
                return "lost"
            return "in_hand_off"
        return self._claim(lambda state: claims.close(state, who, "helped", self.now_ms))

    def _talk(self, step: Callable[[HandOff, claims.State], Standing]) -> Answer:
        if self.talk is None:
            return "gone"
        try:
            self._become(step(self.talk, self.claims[self.talk.case]))
        except handoff.Refused as refused:
            self._become(handoff.settle(self.talk, self.claims[self.talk.case], self.now_ms))
            return refused.why
        return "done"

    def _become(self, standing: Standing) -> None:
        talk, claim = standing
        assert self.talk is not None
        if talk.case != self.talk.case:
            self.claims[self.talk.case] = claims.Closed(AccountId(""), "acted")
        self.talk, self.claims[talk.case] = talk, claim

    def _claim(self, step: Callable[[claims.State], claims.State]) -> Answer:
        try:
            self.claims[self.case] = step(self.claims[self.case])
        except claims.Refused as refused:
            return refused.why
        return "done"
