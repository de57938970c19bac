"""Who is on duty, as a value: moderators who said so and whose desk is open, or was a moment ago.

Law: somebody is on duty until their time is over, and nobody for a group that is not theirs. Members are told only
whether somebody is there, never who. Pure: the time is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chatserver.core.groups import Group
from chatserver.core.moderators import Account
from chatserver.core.schedule import next_opening_ms

DUTY_MS = 90_000  # as long as a claim: a desk that is lost is given up in both ways at once
RENEW_DUTY_S = 20.0  # an open desk says so four times in that time


@dataclass(frozen=True, slots=True)
class OnDuty:
    """`account` looks after its groups until `until_ms` (ms since 1970), that moment not included."""

    account: Account
    until_ms: int


def standing(duty: Iterable[OnDuty], now_ms: int) -> tuple[OnDuty, ...]:
    """Give those whose time is not over."""
    return tuple(one for one in duty if one.until_ms > now_ms)


def is_staffed(duty: Iterable[OnDuty], slug: str, now_ms: int) -> bool:
    """Tell whether anybody is on duty for a group."""
    return any(one.account.may_moderate(slug) for one in standing(duty, now_ms))


@dataclass(frozen=True, slots=True)
class StaffWord:
    """What a group's members are told: whether a moderator is here, when one means to be (ms since 1970; None: here, or
    due now, or nobody says), and whether the rooms are for reading until then.
    """

    is_here: bool
    next_ms: int | None = None
    is_read_only: bool = False

    def fields(self) -> dict[str, object]:
        """Give it as docs/protocol.md says."""
        return {"here": self.is_here, "next": self.next_ms, "read_only": self.is_read_only}


def staff_word(duty: Iterable[OnDuty], group: Group, now_ms: int) -> StaffWord:
    """Give what the members of a group are told."""
    if is_staffed(duty, group.slug, now_ms):
        return StaffWord(True)
    next_ms = None if group.schedule is None else next_opening_ms(group.schedule, now_ms)
    return StaffWord(False, next_ms, group.requires_staff)
