"""Tests of chatserver.core.care."""

from __future__ import annotations

import pytest

from chatserver.core.care import Load, Seen, amount, is_heavy, is_over_cap, may_see_others, offers_pause
from chatserver.core.cases import LEVELS, Case
from chatserver.core.moderators import Account, AccountId, Role
from chatserver.core.rulings import Flag


def case(level: str) -> Case:
    """Give a case of a level."""
    return Case("c", "message", "porch-id", 1, "wren-id", "Calm Wren", Flag(level))


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0"), (1, "1-2"), (2, "1-2"), (3, "3-5"), (5, "3-5"), (6, "6-10"), (10, "6-10"), (11, "more"), (500, "more")],
)
def test_how_much_it_was_is_told_coarsely(count: int, expected: str) -> None:
    """Never to the unit."""
    assert amount(count) == expected
    load = Load(Seen(count, count), Seen(count, 0))
    assert load.fields() == {
        "today": {"seen": expected, "heavy": expected},
        "three_days": {"seen": expected, "heavy": "0"},
    }


def test_what_weighs_and_when_a_pause_is_offered() -> None:
    """Red and crisis weigh; a pause is offered after a crisis."""
    assert [level for level in LEVELS if is_heavy(case(level))] == ["red", "crisis"]
    assert [level for level in LEVELS if offers_pause(case(level))] == ["crisis"]


def test_only_a_lead_sees_how_much_others_have_seen() -> None:
    """Whatever their groups."""
    accounts = [Account(AccountId("a"), "Ada", role, frozenset()) for role in Role]
    assert [account.role for account in accounts if may_see_others(account)] == [Role.LEAD]


def test_the_cap_counts_what_is_under_way() -> None:
    """As many as it says are enough."""
    assert [is_over_cap(live, 2) for live in (0, 1, 2, 3)] == [False, False, True, True]
