"""Laws of many patterns over one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.patterns import OVERLAP, WINDOW, Patterns, alternatives, compiled, encoded, in_text, needs_digit

WORDS = st.text("abc |()[]\\ü", max_size=12)


def _occurring(patterns: Patterns, text: str) -> set[int]:
    data = encoded(text)
    return {index for index in patterns.occurring(data) if any(patterns.spans(index, data))}


@given(st.integers(0, 3 * WINDOW), st.integers(1, OVERLAP - 1), st.sampled_from("xé"))
def test_occurring_when_match_crosses_windows(before: int, length: int, letter: str) -> None:
    """Whatever is shorter than the overlap is found, wherever it stands, also with no word's end beside it."""
    text = letter * before + " " + "b" * length + " " + letter * 3 * WINDOW
    assert _occurring(Patterns([rf"\b{'b' * length}\b"]), text) == {0}


def test_spans_when_pattern_has_a_detail() -> None:
    """The group `detail` alone is the span; where the match has none, all of it is."""
    patterns = Patterns(["my name is (?P<detail>[a-z]+)|call me", "no"])
    assert list(patterns.spans(0, b"my name is robin, call me")) == [(11, 16), (18, 25)]
    assert Patterns([]).occurring(b"my name") == []


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("a|b|c", ["a", "b", "c"]),
        (r"(?:a|b)c|[|)]d|\|e|\(f", ["(?:a|b)c", "[|)]d", r"\|e", r"\(f"]),
        ("[]|]a|[^]|]b|[^|]c", ["[]|]a", "[^]|]b", "[^|]c"]),
        ("(?i)a|b", ["(?i)a|b"]),
        ("(?i:a|b)|c", ["(?i:a|b)", "c"]),
        ("[[:alpha:]|]|a", ["[[:alpha:]|]|a"]),
        ("a", ["a"]),
    ],
)
def test_alternatives_when_a_pattern_is_taken_apart(pattern: str, parts: list[str]) -> None:
    """Only bars outside brackets and classes part a pattern; a flag for all that follows keeps it whole."""
    assert list(alternatives(pattern)) == parts


@given(WORDS, st.sampled_from(["a|b ", r"(a|\|)b|[|(]c|\)ü", "[^]|a]b|(?:|a)|c", "a(?:b|c(?:a|b))|b"]))
def test_alternatives_when_matched(text: str, pattern: str) -> None:
    """A pattern occurs exactly where one of its alternatives does."""
    parts = [compiled(part) for part in alternatives(pattern)]
    assert any(part.search(text) for part in parts) == (compiled(pattern).search(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "is_needed"),
    [
        (r"\b(?:\d{1,5} )?[A-Z]+ \d+", True),
        (r"(?:no |nr)\d{2,3}|\dx", True),
        (r"\d?", False),
        (r"a(?:\d)*b", False),
        (r"(?:one|\d) pill", False),
        (r"[a-z\d]+", False),
        (r"\\d\d", True),
        (r"\\d", False),
    ],
)
def test_needs_digit_when_asked(pattern: str, is_needed: bool) -> None:
    """True only where no text without a digit can match: such patterns are not asked of one."""
    assert needs_digit(pattern) == is_needed


def test_occurring_when_there_is_no_digit() -> None:
    """The patterns that need a digit are found by their own index beside those that need none."""
    patterns = Patterns([r"no \d", "no", r"\d x", "x"])
    assert patterns.occurring(b"no x") == [1, 3]
    assert patterns.occurring(b"no 1 x") == [0, 1, 2, 3]


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_in_text_when_characters_take_bytes(before: str, found: str, behind: str) -> None:
    """A span of the UTF-8 is the same piece of the text, half characters and all."""
    text = before + found + behind
    start = len(encoded(before))
    first, last = in_text((start, start + len(encoded(found))), encoded(text), text)
    assert text[first:last] == found


def test_patterns_answer_when_they_are_too_many_for_one_filter() -> None:
    """However many patterns there are, they load, and each is found where it occurs."""
    many = [f"w{index:05d}longer{index * 7919:09d}word" for index in range(12_000)]
    chosen = [0, 1_499, 1_500, 11_999]
    assert Patterns(many).occurring(" ".join(many[index] for index in chosen).encode()) == chosen
