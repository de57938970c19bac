"""Tests of chatserver.core.cases."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.cases import DANGER_LABELS, LEVELS, Case, Kind, higher, pack_case, unpack_case
from chatserver.core.rulings import Flag, Grounds

KINDS: list[Kind] = ["message", "held", "failed", "concern", "rule", "asked"]
GROUNDS = st.builds(Grounds, st.text(max_size=5), st.text(max_size=5), st.integers(0, 9), st.integers(0, 9), st.text())
FLAGS = st.builds(
    Flag,
    st.sampled_from(LEVELS[1:]),
    st.lists(st.sampled_from([*sorted(DANGER_LABELS), "hate", "contact"]), unique=True).map(tuple),
    st.lists(GROUNDS, max_size=2).map(tuple),
)
CASES = st.builds(
    Case,
    id=st.text(max_size=5),
    kind=st.sampled_from(KINDS),
    group=st.just("g"),
    room=st.integers(1, 9),
    member=st.text(max_size=5),
    handle=st.text(max_size=5),
    flag=FLAGS,
    by=st.none() | st.text(max_size=5),
    words=st.none() | st.text(max_size=5),
    pos=st.none() | st.text(max_size=5),
    opened_at_ms=st.integers(0, 4_000_000_000_000),
)


@given(CASES)
def test_a_case_is_the_same_when_packed_and_unpacked(case: Case) -> None:
    """decode(encode(x)) = x."""
    assert unpack_case(pack_case(case)) == case


@given(CASES, CASES)
def test_what_risks_a_life_comes_first_then_what_has_waited(one: Case, other: Case) -> None:
    """The level decides whatever the times; within one kind of urgency the older comes first."""
    if LEVELS.index(one.flag.level) > LEVELS.index(other.flag.level):
        assert one.rank < other.rank
    older = replace(one, opened_at_ms=one.opened_at_ms - 1)
    assert older.rank < one.rank
    assert one.rank < 2**53  # a sorted set's score is a double


def test_a_crossed_boundary_waits_behind_talk_of_danger() -> None:
    """However long it has waited."""
    danger = Case("a", "message", "g", 1, "m", "h", Flag("amber", ("suicide",)), opened_at_ms=2_000_000_000_000)
    boundary = Case("b", "held", "g", 1, "m", "h", Flag("amber", ("hate",)), opened_at_ms=0)
    assert danger.rank < boundary.rank


def test_a_case_shows_no_words_when_it_is_logged() -> None:
    """Its id, kind and level; no member, no handle, no words."""
    case = Case("a", "asked", "g", 1, "member-id", "Calm Wren", Flag("red"), words="canary")
    assert repr(case) == "Case('a', 'asked', 'red')"


def test_the_more_urgent_level_is_the_higher() -> None:
    """Green, amber, red, crisis."""
    assert [higher("amber", level) for level in LEVELS] == ["amber", "amber", "red", "crisis"]
