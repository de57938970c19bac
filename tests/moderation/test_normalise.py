"""Laws and examples of the one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.normalise import normalise


@given(st.text(max_size=200) | st.text("akl i.'10$éı\u200b", max_size=60))
def test_normalise_when_repeated(text: str) -> None:
    """Normalising a normalised text changes nothing."""
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text("akl i.'10$é\u200bABCD", max_size=80))
def test_span_when_any_piece_asked(text: str) -> None:
    """Every piece of the result points to a piece inside the original, in order."""
    normal = normalise(text)
    for at in range(len(normal.text)):
        start, end = normal.span(at, at + 1)
        assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize(
    "text", ["k1ll myself", "K I L L  m y s e l f", "kill my self", "ki\u200bll myself", "кill mуself", "kiiill myself"]
)
def test_normalise_when_disguised(text: str) -> None:
    """Common disguises come down to the same words."""
    assert normalise(text).text.split() == ["kill", "myself"]


def test_span_when_text_was_changed() -> None:
    """A found piece points at the disguised characters of the original."""
    text = "ok, s u i c i d e now"
    normal = normalise(text)
    at = normal.text.index("suicide")
    start, end = normal.span(at, at + 7)
    assert text[start:end] == "s u i c i d e"
