"""Laws and examples of the one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lookalikes import LOOKALIKES
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


@pytest.mark.parametrize("plane", range(17))
def test_normalise_when_any_character_comes(plane: int) -> None:
    """No letter, sign or mark breaks a review, and each has a plain form that is its own."""
    for first in range(plane << 16, (plane + 1) << 16, 512):
        once = normalise(" ".join(map(chr, range(first, first + 512)))).text
        assert normalise(once).text == once, hex(first)


def test_normalise_when_a_joined_letter_has_an_accent() -> None:
    """Two letters for one, without the accent: what brought a review down."""
    assert normalise("Ǽ ǽ").text == "ae ae"


@pytest.mark.parametrize(("letter", "char"), [(a, char) for a, chars in LOOKALIKES.items() for char in chars])
def test_normalise_when_a_character_looks_like_a_letter(letter: str, char: str) -> None:
    """All that Unicode says looks like a Latin letter is read as it, but for what we say is another."""
    assert normalise(f"b {char} c").text in (f"b {letter} c", f"b{letter}c") or char in "þƖ"


@pytest.mark.parametrize(
    "text",
    [
        "ꓗꓲꓡꓡ mᎩꮪelf",
        "𝐊𝐈𝐋𝐋 𝓂𝓎𝓈ℯ𝓁𝒻",
        "k1ll myself",
        "K I L L  m y s e l f",
        "kill my self",
        "ki\u200bll myself",
        "кill mуself",
        "kiiill myself",
    ],
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
