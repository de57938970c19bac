"""Tests of chatserver.core.handles and chatserver.core.identity."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.handles import handle_candidates
from chatserver.core.identity import GroupId, MemberId, group_id, member_id
from chatserver.core.words import ADJECTIVES, NOUNS

KEY = bytes(range(32))


@given(st.text(max_size=40))
def test_a_member_keeps_its_candidates_and_the_last_ones_carry_a_number(name: str) -> None:
    """The same member gets the same names; a full group still finds a free one."""
    candidates = handle_candidates(KEY, MemberId(name))
    assert candidates == handle_candidates(KEY, MemberId(name))
    assert all(len(handle) <= 40 for handle in candidates)
    assert candidates[-1].split()[-1].isdigit()


def test_the_lists_are_large_and_hold_no_word_twice() -> None:
    """Enough names for a group of thousands."""
    assert len(ADJECTIVES) >= 150
    assert len(NOUNS) >= 200
    assert len(set(ADJECTIVES)) == len(ADJECTIVES)
    assert set(ADJECTIVES).isdisjoint(NOUNS)
    assert len(set(NOUNS)) == len(NOUNS)


def test_ids_share_nothing_when_the_group_or_the_key_differs() -> None:
    """One secret in two groups, or under two keys, makes two ids that cannot be linked."""
    groups = [group_id(KEY, "grief"), group_id(KEY, "anxiety")]
    assert len({member_id(KEY, group, "s" * 43) for group in groups}) == 2
    assert member_id(KEY, groups[0], "s") != member_id(bytes(32), groups[0], "s")
    assert len(groups[0]) == 16
    assert len(member_id(KEY, GroupId("g"), "s")) == 22
