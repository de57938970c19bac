"""Who looks after the rooms: accounts with a role, and what a session may do. Pure values.

Members never see an account's name: they see the role's. Knows no passkey, no cookie and no Redis.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

AccountId = NewType("AccountId", str)

MAX_NAME_CHARS = 60


class Role(StrEnum):
    """What somebody is called for: cases of their groups, every group and the other moderators, or the machines."""

    MODERATOR = "moderator"
    LEAD = "lead"
    OPS = "ops"


class Scope(StrEnum):
    """How far a session reaches: an invitation's only to registering a passkey."""

    ENROL = "enrol"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Account:
    """One person who looks after rooms; `groups` are slugs, and empty means every group."""

    id: AccountId
    name: str
    role: Role
    groups: frozenset[str]

    def __repr__(self) -> str:
        return f"Account({self.id!r}, {self.role.value})"

    def may_moderate(self, slug: str) -> bool:
        """Tell whether this group's cases are this account's."""
        return self.role is not Role.OPS and (not self.groups or slug in self.groups)


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in session: whose, and how far it reaches."""

    account: Account
    scope: Scope

    @property
    def is_full(self) -> bool:
        """Tell whether it reaches the desk."""
        return self.scope is Scope.FULL


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey's public part; `sign_count` as the authenticator last said it (0: it does not count)."""

    account: AccountId
    public_key: bytes
    sign_count: int
