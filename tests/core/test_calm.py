"""Tests of chatserver.core.calm: a notice says the state that follows from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.calm import MAX_SLOW_S, Calm, Kind, after, notice_body, value, with_value

CALMS = st.builds(Calm, st.integers(0, MAX_SLOW_S), st.booleans(), st.booleans())
KINDS: list[Kind] = ["slow", "quiet", "lock"]
CHANGES = st.one_of(
    st.tuples(st.just(KINDS[0]), st.integers(0, MAX_SLOW_S)), st.tuples(st.sampled_from(KINDS[1:]), st.integers(0, 1))
)


@given(CALMS, st.lists(CHANGES))
def test_the_notices_of_a_room_and_what_is_kept_of_it_agree(calm: Calm, changes: list[tuple[Kind, int]]) -> None:
    """State + events = new state, whichever way it is learned."""
    heard = kept = calm
    for kind, changed in changes:
        heard = after(heard, notice_body(kind, changed, "so and so"))
        kept = with_value(kept, kind, changed)
        assert value(kept, kind) == changed
    assert heard == kept


@given(CALMS)
def test_a_notice_about_something_else_changes_nothing(calm: Calm) -> None:
    """Nor does one of a later version."""
    for notice in ({"ev": "notice", "text": "hello"}, {"kind": "tea", "on": True}, {"kind": "slow", "seconds": "9"}):
        assert after(calm, notice) == calm


def test_a_notice_says_what_is_and_why() -> None:
    """On and off differ; the seconds are named."""
    assert "30 seconds" in str(notice_body("slow", 30, "Let everybody be heard.")["text"])
    for kind in KINDS:
        texts = {str(notice_body(kind, kept, "So and so.")["text"]) for kept in (0, 1)}
        assert len(texts) == 2
        assert all(text.endswith("So and so.") for text in texts)
