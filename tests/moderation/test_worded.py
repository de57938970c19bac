"""Laws of the look-up: what it spares RE2 is never a match."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.needs import ANY, DIGIT, Needs
from moderation.patterns import alternatives, compiled
from moderation.reading import PART, REACH, WHOLE, reading_of
from moderation.worded import WordedPatterns
from tests.moderation.packaged import RULES

EXAMPLES = [text for rule in RULES.rules for text in (*rule.match, *rule.never)]
GIVEN = [one for rule in RULES.rules for pattern in rule.patterns for one in alternatives(pattern)]
NOISE = st.text("abdeikltuw  .'1@\u212a\u017f\u00e9", max_size=3)
ATOMS = st.sampled_from(
    [
        r"\b",
        "a",
        "k",
        "ab ",
        "(?:a|bc|)",
        "(?:a |b )*",
        r"\d",
        r"\d{2,3}",
        ".",
        "[^.]",
        "[ab]",
        "[., ]",
        "[a-k]",
        "a?",
        "(?:bc)?",
        "@",
        "ab|b c",
        "(?i:K)",
        "(?i:s)t",
        r"\w+",
        r"\.",
        "$",
        "^",
        "(?:ab){2}",
        "b{0,2}",
        "(?:a|b|c|ab|bc|ca|aa|bb|cc|1|2|3|4|5)",
        r"\p{L}",
        r"[\w']",
        r"\Qa|b\E",
        "[^a]b",
        "\u00e9",
    ]
)


@cache
def _alone() -> list[Any]:
    """Each pattern by itself."""
    return [compiled(pattern) for pattern in GIVEN]


def _occurring(patterns: WordedPatterns, text: str) -> set[int]:
    reading = reading_of(text)
    return {index for index in patterns.occurring(reading) if any(patterns.spans(index, reading.data))}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=80), st.sampled_from([" ", ". ", " and then "]))
def test_occurring_when_text_is_long(examples: list[str], joint: str) -> None:
    """Together, and part for part, the patterns find what each finds alone in the whole text."""
    text = joint.join(examples).lower()
    assert _occurring(RULES.patterns, text) == {index for index, one in enumerate(_alone()) if one.search(text)}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(EXAMPLES), st.lists(st.tuples(st.integers(0, 200), NOISE), max_size=6))
def test_occurring_when_text_is_noisy(example: str, noise: list[tuple[int, str]]) -> None:
    """Whatever letters and signs get between, no pattern that matches is overlooked."""
    text = example.lower()
    for place, signs in noise:
        text = text[:place] + signs + text[place:]
    assert _occurring(RULES.patterns, text) == {index for index, one in enumerate(_alone()) if one.search(text)}


@settings(deadline=None, max_examples=400)
@given(st.lists(ATOMS, min_size=1, max_size=6), st.text("abck 1.,@K\u212a\u017fst\u00e9", max_size=16))
def test_occurring_when_pattern_is_any(atoms: list[str], text: str) -> None:
    """Of any pattern nothing is asked that a text it matches does not hold."""
    pattern = "".join(atoms)
    try:
        is_there = compiled(pattern).search(text) is not None
    except re2.error:
        return
    assert bool(WordedPatterns([pattern]).occurring(reading_of(text))) == is_there


@given(st.integers(0, 3 * WHOLE), st.integers(1, REACH - 1), st.sampled_from("x\u00e9 "))
def test_occurring_when_match_crosses_parts(before: int, length: int, letter: str) -> None:
    """Whatever is shorter than the reach is found, wherever it stands, also with no word's end beside it."""
    text = letter * before + " " + "b" * length + " " + letter * 3 * PART
    assert _occurring(WordedPatterns([rf"\b{'b' * length}\b"]), text) == {0}


def test_spans_when_pattern_has_a_detail() -> None:
    """The group `detail` alone is the span; where the match has none, all of it is."""
    patterns = WordedPatterns(["my name is (?P<detail>[a-z]+)|call me", "no"])
    assert list(patterns.spans(0, b"my name is robin, call me")) == [(11, 16), (18, 25)]
    assert WordedPatterns([]).occurring(reading_of("my name")) == []


def test_occurring_when_patterns_are_many() -> None:
    """However many patterns there are, each is found where it occurs, and few of them are made ready."""
    many = [f"w{index:05d}longer{index * 7919:09d}word" for index in range(12_000)]
    chosen = [0, 1_499, 1_500, 11_999]
    patterns = WordedPatterns(many)
    assert patterns.occurring(reading_of(" ".join(many[index] for index in chosen))) == chosen
    assert patterns.ready == len(chosen)


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        (r"\bkill (?:my ?self|me)\b", {"kill myself", "my self", "kill me"}),
        (r"\bunaliv(?:e|ing)", {f"unalive{ANY}", f"unaliving{ANY}"}),
        (r"\b(?:\w+ ){0,3}goodbye\b", {"goodbye"}),
        (r"\d{2,3} pills?\b", {"pill", "pills"}),
        (r"\d+", {DIGIT}),
        (r".*", set()),
    ],
)
def test_needs_when_told(pattern: str, keys: set[str]) -> None:
    """The rarest clause of a pattern, by its keys."""
    clauses = Needs().of(pattern)
    assert ({piece.key for piece in clauses[0]} if clauses else set()) == keys
