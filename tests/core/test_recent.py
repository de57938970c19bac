"""Tests of chatserver.core.recent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.recent import KEPT_MS, MAX_CHARS, MAX_LINES, Line, Recent

ADDS = st.lists(
    st.tuples(st.sampled_from("abc"), st.text(min_size=1, max_size=3), st.integers(0, 2 * KEPT_MS)), max_size=40
)


@given(ADDS)
def test_no_more_is_remembered_than_is_promised(adds: list[tuple[str, str, int]]) -> None:
    """Lines a member, ages, and the count of characters, whatever comes."""
    recent, now = Recent(), 0
    for number, (member, text, later) in enumerate(adds):
        now += later
        recent.add(member, Line(str(number), text, now))
        lines = {one: recent.before(one, "", now) for one in "abc"}
        assert all(len(kept) <= MAX_LINES for kept in lines.values())
        assert all(now - line.at_ms <= KEPT_MS for kept in lines.values() for line in kept)
        assert lines[member][-1].text == text
    recent.forget(now + KEPT_MS + 1)
    assert (len(recent), recent.chars) == (0, 0)


def test_a_repeated_attempt_is_one_line_and_not_its_own_past() -> None:
    """A client that tries again has not said it twice."""
    recent = Recent()
    for _ in range(3):
        recent.add("a", Line("one", "hello", 1))
    assert recent.before("a", "one", 2) == []
    assert [line.text for line in recent.before("a", "two", 2)] == ["hello"]


def test_the_longest_silent_is_forgotten_when_there_is_too_much() -> None:
    """The bound is on all members together."""
    recent = Recent()
    for number, member in enumerate("abc"):
        recent.add(member, Line("x", "y" * (MAX_CHARS // 2), number))
    assert recent.chars <= MAX_CHARS
    assert recent.before("a", "", 3) == []
    assert recent.before("c", "", 3)
