"""The claim: the lease by which one moderator works on a case, as a state machine.

    Free --claim--> Claim --close--> Closed        claim, renew by its holder: the lease begins anew
     ^               |
     +---release-----+   or `until_ms` passes: a desk that was lost frees its case by time alone

Laws: of all who ask, at most one holds a case; only the holder renews, releases or closes it, and only while the lease
stands; a closed case stays closed. An illegal step raises Refused and changes nothing. `functions/claims.lua` does the
same in Redis, where it must be atomic. Pure: the time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from chatserver.core.cases import BAND_MS, Case
from chatserver.core.errors import AlongsideError
from chatserver.core.moderators import AccountId

LEASE_MS = 90_000  # an open desk renews it three times; long enough to read, short enough to wait for when it is lost
PAGE_AGAIN_MS = (60_000, 180_000)  # unclaimed danger: all leads, then whoever is on call
FIRST_WITHOUT_DANGER = 3  # the band of chatserver.core.cases for what can only be a broken rule

Outcome = Literal["helped", "no_need", "acted", "misread"]
OUTCOMES: tuple[Outcome, ...] = ("helped", "no_need", "acted", "misread")

Why = Literal["claimed", "lost", "closed", "gone", "in_hand_off"]


class Refused(AlongsideError):
    """The step is not this asker's.

    `why`: `claimed` (by somebody else), `lost`, `closed`, `gone` (no such case), or `in_hand_off`: its member is being
    talked to, which ends first (chatserver.core.handoff).
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Free:
    """Nobody works on it: since `since_ms` (ms since 1970), or since it was opened (0)."""

    since_ms: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """`holder` works on it until `until_ms` (ms since 1970), that moment not included."""

    holder: AccountId
    name: str
    until_ms: int

    def __repr__(self) -> str:
        return f"Claim({self.holder!r}, {self.until_ms})"


@dataclass(frozen=True, slots=True)
class Closed:
    """It is done."""

    by: AccountId
    outcome: Outcome


State = Free | Claim | Closed


def standing(state: State, now_ms: int) -> State:
    """Give the state as time has left it: a lease that is over is Free."""
    return Free(state.until_ms) if isinstance(state, Claim) and state.until_ms <= now_ms else state


def claim(state: State, who: AccountId, name: str, now_ms: int) -> Claim:
    """Take a case, or begin one's own lease anew. Raises: Refused, `claimed` or `closed`."""
    match standing(state, now_ms):
        case Closed():
            raise Refused("closed")
        case Claim(holder) if holder != who:
            raise Refused("claimed")
        case _:
            return Claim(who, name, now_ms + LEASE_MS)


def renew(state: State, who: AccountId, now_ms: int) -> Claim:
    """Begin the lease anew. Raises: Refused, `lost` when it is not (or no longer) this one's."""
    held = _held(state, who, now_ms)
    return Claim(who, held.name, now_ms + LEASE_MS)


def release(state: State, who: AccountId, now_ms: int) -> Free:
    """Give a case back. Raises: Refused, as `renew`."""
    _held(state, who, now_ms)
    return Free(now_ms)


def close(state: State, who: AccountId, outcome: Outcome, now_ms: int) -> Closed:
    """End a case. Raises: Refused, as `renew`."""
    _held(state, who, now_ms)
    return Closed(who, outcome)


def waits_since(case: Case, state: State, now_ms: int) -> int | None:
    """Give since when (ms since 1970) danger has waited for somebody; None when it does not, or is no danger."""
    stands = standing(state, now_ms)
    if case.rank // BAND_MS >= FIRST_WITHOUT_DANGER or not isinstance(stands, Free):
        return None
    return max(case.opened_at_ms, stands.since_ms)


def pages(case: Case, state: State, now_ms: int) -> int:
    """Tell how often danger that nobody has must have been called out again by now, by its waiting alone: 0, 1, 2."""
    since_ms = waits_since(case, state, now_ms)
    return 0 if since_ms is None else sum(now_ms - since_ms >= wait_ms for wait_ms in PAGE_AGAIN_MS)


def _held(state: State, who: AccountId, now_ms: int) -> Claim:
    stands = standing(state, now_ms)
    if not isinstance(stands, Claim) or stands.holder != who:
        raise Refused("lost")
    return stands
