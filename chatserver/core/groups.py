"""What a person chooses: a group, with its topic, its agreement and its rooms' size. Pure values; reading files is
`chatserver.groups`'.
"""

from __future__ import annotations

from dataclasses import dataclass

from chatserver.core.identity import GroupId
from chatserver.core.reasons import Reasons
from chatserver.core.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a member agrees to; a changed text is a new version, and must be agreed to anew."""

    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """One group. `seats` counts one room; `retention_s` is how long messages are kept.

    `rules` names the boundaries it keeps: a packaged set, or a file's path; None: those of its slug, else the general.
    `reasons` are its own sentences for its moderators to begin with. `schedule` is when they mean to be there;
    with `requires_staff` its rooms are for reading while none is on duty.
    """

    slug: str
    id: GroupId
    title: str
    topic: str
    language: str
    seats: int
    agreement: Agreement
    retention_s: int
    rules: str | None = None
    reasons: Reasons = ()
    schedule: Schedule | None = None
    requires_staff: bool = False
