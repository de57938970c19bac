"""Tests of chatserver.core.rulings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.rulings import MASK, MAX_MASK, Because, Cuts

TEXT = "abcdefghijklmnopqrstuvwxyz"
SPANS = st.lists(st.tuples(st.integers(0, 26), st.integers(0, 26)).map(lambda s: (min(s), max(s))), max_size=5)


@given(SPANS)
def test_no_masked_character_stays_and_every_other_does(spans: list[tuple[int, int]]) -> None:
    """Whatever the spans: overlapping, touching, empty."""
    masked = Cuts(spans).mask(TEXT)
    covered = {place for start, end in spans for place in range(start, end)}
    assert masked.replace(MASK, "") == "".join(c for place, c in enumerate(TEXT) if place not in covered)
    assert masked.count(MASK) <= MAX_MASK * len(spans)


@given(SPANS, st.integers(0, 26), st.integers(0, 26))
def test_a_place_moves_with_its_character(spans: list[tuple[int, int]], one: int, other: int) -> None:
    """Characters that stay are found at their new place; order is kept."""
    cuts = Cuts(spans)
    masked = cuts.mask(TEXT)
    for place, character in enumerate(TEXT):
        if not any(start <= place < end for start, end in spans):
            assert masked[cuts.move(place)] == character
    assert (cuts.move(one) <= cuts.move(other)) or one > other
    assert cuts.move(26) == len(masked)


def test_words_for_the_author_are_one_text_too() -> None:
    """What, why and instead, in this order."""
    assert Because("contact", "What.", "Why.", "Instead.").sentence() == "What. Why. Instead."
