"""Tests of chatserver.core.duty."""

from __future__ import annotations

from chatserver.core.duty import OnDuty, is_staffed, standing
from chatserver.core.moderators import Account, AccountId, Role


def on_duty(name: str, until_ms: int, *groups: str, role: Role = Role.MODERATOR) -> OnDuty:
    """Give somebody on duty."""
    return OnDuty(Account(AccountId(name), name, role, frozenset(groups)), until_ms)


def test_a_group_is_staffed_by_its_own_moderators_and_by_those_of_all() -> None:
    """Not by another group's, nor by whoever looks after the machines."""
    assert is_staffed([on_duty("ada", 10, "porch")], "porch", 5)
    assert is_staffed([on_duty("lea", 10, role=Role.LEAD)], "porch", 5)
    assert not is_staffed([on_duty("oda", 10, "garden"), on_duty("ole", 10, role=Role.OPS)], "porch", 5)
    assert not is_staffed([], "porch", 5)


def test_duty_ends_with_its_time() -> None:
    """The moment itself is not included."""
    ada, bea = on_duty("ada", 10), on_duty("bea", 11)
    assert standing([ada, bea], 9) == (ada, bea)
    assert standing([ada, bea], 10) == (bea,)
    assert not is_staffed([ada], "porch", 10)
