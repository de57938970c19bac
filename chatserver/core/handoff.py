"""The hand-off: a talk of one member with one moderator, as a state machine of plain values.

    offered --accept--> accepted --come--> active --return--> returned
       |                 ^  |  ^             |  |
       +--decline--> declined  +-away, lose--+  +--leave, close--> closed     (leave, close, return: from accepted too)
       +--lapse----> expired

The moderator of a hand-off is whoever holds the claim on its case (chatserver.core.claims), so of all who try at most
one has it, and a desk that is lost loses it by time alone. `accepted` means that the member has said yes and waits for
that moderator to come in, the first time or again.

Laws: the member can always say no and always leave; whatever happens, the member's state is one that is shown, with a
way back to the group; when nobody holds the case of somebody who has said yes, or who holds it does not come, that case
gives way to a new one that calls out again, and nobody keeps the old one. An illegal step raises Refused and changes
nothing. `functions/handoff.lua` does the same in Redis, where it must be atomic. Pure: the time is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from chatserver.core import claims
from chatserver.core.errors import AlongsideError
from chatserver.core.moderators import AccountId

OFFER_MS = 5 * 60_000  # time to put the kettle down and think it over; longer, and the moderator waits for nobody
COME_MS = 2 * 60_000  # who has said yes waits no longer than this for one who has the case and does not come
HERE_MS = claims.LEASE_MS  # the moderator's open room says three times in this that it is there
WAIT_MS = 60 * 60_000  # nobody comes at all: after this it is kinder to say so; the case stays in the queue
QUIET_MS = 60 * 60_000  # neither has written: silence belongs to such talks, but none stays open forgotten
SHOWN_MS = 24 * 3_600_000  # how long a member who was away still learns how it ended, as long as a room keeps words

State = Literal["offered", "accepted", "active", "returned", "closed", "declined", "expired"]
Step = Literal["accept", "decline", "withdraw", "come", "away", "lose", "leave", "return", "close", "lapse"]
By = Literal["", "member", "moderator", "time"]
Why = Literal["lost", "over", "early", "has_one", "gone"]

LIVE: tuple[State, ...] = ("offered", "accepted", "active")
OPEN: tuple[State, ...] = ("accepted", "active")
"""The private room is there: both may be in it."""

TABLE: Mapping[tuple[State, Step], State] = {
    ("offered", "accept"): "accepted",
    ("offered", "decline"): "declined",
    ("offered", "withdraw"): "closed",
    ("offered", "lapse"): "expired",
    ("accepted", "come"): "active",
    ("accepted", "lose"): "accepted",
    ("accepted", "leave"): "closed",
    ("accepted", "return"): "returned",
    ("accepted", "close"): "closed",
    ("accepted", "lapse"): "returned",
    ("active", "away"): "accepted",
    ("active", "lose"): "accepted",
    ("active", "leave"): "closed",
    ("active", "return"): "returned",
    ("active", "close"): "closed",
    ("active", "lapse"): "returned",
}
"""Every step there is; what is not in it is refused."""


class Refused(AlongsideError):
    """The step is not this asker's.

    `why`: `lost` (the case is not this moderator's), `over`, `early` (not accepted yet), `has_one` (this member has
    another), `gone` (no such hand-off).
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class HandOff:
    """One hand-off. `case` is the case whose claim is its lease, `holder` who had it when it was last looked at.

    `until_ms`: when its timer runs out (ms since 1970, that moment included); 0 when it is over. `losses`: how often
    the moderator was lost. `by`: who ended it. `quiet_ms`: when an active one is over because nobody wrote; else 0.
    """

    id: str
    state: State
    case: str
    holder: AccountId | None
    until_ms: int
    losses: int = 0
    by: By = ""
    quiet_ms: int = 0

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.state in LIVE

    @property
    def is_open(self) -> bool:
        """Whether its private room is there."""
        return self.state in OPEN


Standing = tuple[HandOff, claims.State]
"""A hand-off, and how the claim of its case stands."""


def offer(name: str, case: str, claim: claims.State, who: AccountId, now_ms: int) -> HandOff:
    """Offer a talk to a case's member. Raises: Refused, `lost`."""
    _check_holds(claim, who, now_ms)
    return HandOff(name, "offered", case, who, now_ms + OFFER_MS)


def settle(handoff: HandOff, claim: claims.State, now_ms: int) -> Standing:
    """Give what time has made of it: timers that ran out, a moderator who was lost, one who has taken over.

    When `case` is another one than before, that case is to be opened, nobody holds it, and the old one is to go.
    """
    claim = claims.standing(claim, now_ms)
    holder = claim.holder if isinstance(claim, claims.Claim) else None
    is_due = now_ms >= handoff.until_ms
    if handoff.state == "offered" and is_due:
        return _end(handoff, "lapse", "time"), claim
    if not handoff.is_open:
        return handoff, claim
    if holder is None:
        if handoff.holder is not None:
            return _lose(handoff, now_ms)
        return (_end(handoff, "lapse", "time") if is_due else handoff), claim
    if holder != handoff.holder:
        return _await(handoff, holder, now_ms), claim
    if handoff.state == "active" and now_ms >= handoff.quiet_ms:
        return _end(handoff, "lapse", "time"), claim
    if not is_due:
        return handoff, claim
    return _lose(handoff, now_ms) if handoff.state == "accepted" else (_await(handoff, holder, now_ms), claim)


def accept(handoff: HandOff, claim: claims.State, now_ms: int) -> Standing:
    """The member says yes; saying it again changes nothing. Raises: Refused, `over`."""
    handoff, claim = settle(handoff, claim, now_ms)
    if handoff.is_open:
        return handoff, claim
    if not handoff.is_live:
        raise Refused("over")
    yes = replace(handoff, state=TABLE[handoff.state, "accept"])
    if isinstance(claim, claims.Claim):
        return _await(yes, claim.holder, now_ms), claim
    return _lose(yes, now_ms)


def leave(handoff: HandOff, claim: claims.State, now_ms: int) -> Standing:
    """The member says no, or goes: never refused. One that is over stays as it ended."""
    handoff, claim = settle(handoff, claim, now_ms)
    if not handoff.is_live:
        return handoff, claim
    return _end(handoff, "decline" if handoff.state == "offered" else "leave", "member"), claim


def take(handoff: HandOff, claim: claims.State, who: AccountId, name: str, now_ms: int) -> Standing:
    """Claim the case and with it the hand-off. Raises: Refused, `over`; claims.Refused, `claimed`."""
    handoff, claim = settle(handoff, claim, now_ms)
    if not handoff.is_live:
        raise Refused("over")
    return settle(handoff, claims.claim(claim, who, name, now_ms), now_ms)


def come(handoff: HandOff, claim: claims.State, who: AccountId, now_ms: int) -> Standing:
    """The moderator is in the room, until HERE_MS from now. Raises: Refused, `early`, `over` or `lost`."""
    handoff, claim = settle(handoff, claim, now_ms)
    if not handoff.is_open:
        raise Refused("early" if handoff.is_live else "over")
    _check_holds(claim, who, now_ms)
    here = replace(handoff, until_ms=now_ms + HERE_MS)
    if handoff.state == "active":
        return here, claim
    return replace(here, state=TABLE[handoff.state, "come"], quiet_ms=now_ms + QUIET_MS), claim


def away(handoff: HandOff, claim: claims.State, who: AccountId, now_ms: int) -> Standing:
    """The moderator has left the room without ending it, and is waited for; never refused."""
    handoff, claim = settle(handoff, claim, now_ms)
    if handoff.state != "active" or handoff.holder != who:
        return handoff, claim
    return _await(handoff, who, now_ms), claim


def hear(handoff: HandOff, claim: claims.State, now_ms: int) -> Standing:
    """Somebody wrote: while both are there the silence begins anew. Raises: Refused, `over`."""
    handoff, claim = settle(handoff, claim, now_ms)
    if not handoff.is_open:
        raise Refused("early" if handoff.is_live else "over")
    return (replace(handoff, quiet_ms=now_ms + QUIET_MS) if handoff.state == "active" else handoff), claim


def end(
    handoff: HandOff, claim: claims.State, who: AccountId, how: Literal["return", "close"], now_ms: int
) -> Standing:
    """The moderator ends it: the member is shown back to the group (`return`), or it is ended otherwise (`close`).

    An offer nobody has answered can only be closed: it is withdrawn. Raises: Refused, `over`, `early` or `lost`.
    """
    handoff, claim = settle(handoff, claim, now_ms)
    if not handoff.is_live:
        raise Refused("over")
    _check_holds(claim, who, now_ms)
    step: Step = "withdraw" if handoff.state == "offered" and how == "close" else how
    if (handoff.state, step) not in TABLE:
        raise Refused("early")
    return _end(handoff, step, "moderator"), claim


def next_case(name: str, losses: int) -> str:
    """Give the id of the case that calls out again after this many losses: the same one however often it is opened."""
    return f"{name}-{losses}"


def _check_holds(claim: claims.State, who: AccountId, now_ms: int) -> None:
    stands = claims.standing(claim, now_ms)
    if not isinstance(stands, claims.Claim) or stands.holder != who:
        raise Refused("lost")


def _end(handoff: HandOff, step: Step, by: By) -> HandOff:
    return replace(handoff, state=TABLE[handoff.state, step], until_ms=0, quiet_ms=0, by=by)


def _await(handoff: HandOff, holder: AccountId, now_ms: int) -> HandOff:
    """Somebody has the case and is to come in."""
    return replace(handoff, state="accepted", holder=holder, until_ms=now_ms + COME_MS, quiet_ms=0)


def _lose(handoff: HandOff, now_ms: int) -> Standing:
    losses = handoff.losses + 1
    lost = replace(
        handoff,
        state=TABLE[handoff.state, "lose"],
        case=next_case(handoff.id, losses),
        holder=None,
        until_ms=now_ms + WAIT_MS,
        quiet_ms=0,
        losses=losses,
    )
    return lost, claims.Free()
