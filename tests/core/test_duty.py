"""Tests of chatserver.core.duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from chatserver.core.duty import OnDuty, StaffWord, is_staffed, staff_word, standing
from chatserver.core.groups import Agreement, Group
from chatserver.core.identity import GroupId
from chatserver.core.moderators import Account, AccountId, Role
from chatserver.core.schedule import Schedule, Span


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


PORCH = Group("porch", GroupId("porch-id"), "Porch", "For tests", "en", 2, Agreement("1", "Be kind."), 3600)


def test_members_hear_whether_somebody_is_here_and_when_not_from_when_on() -> None:
    """Never who; a group that requires somebody is for reading meanwhile. 1970 began on a Thursday."""
    evenings = replace(PORCH, schedule=Schedule(UTC, (Span(3, 60, 120),)))
    ada = [on_duty("ada", 10**7, "porch")]
    assert staff_word(ada, evenings, 5) == StaffWord(True)
    assert staff_word([], PORCH, 5) == StaffWord(False)
    assert staff_word([], evenings, 5) == StaffWord(False, 3_600_000)
    assert staff_word([], evenings, 3_600_000) == StaffWord(False)
    strict = replace(evenings, requires_staff=True)
    assert staff_word([], strict, 5) == StaffWord(False, 3_600_000, is_read_only=True)
    assert staff_word(ada, strict, 5).fields() == {"here": True, "next": None, "read_only": False}
