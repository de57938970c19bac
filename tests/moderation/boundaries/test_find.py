"""Promises of finding what crosses a boundary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.boundaries import find, load_group
from moderation.boundaries.spelling import respell
from moderation.context import Earlier
from moderation.normalise import normalise

GENERAL = load_group("general")


def _labels(text: str) -> set[str]:
    return {finding.label for finding in find(text, normalise(text), GENERAL)}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("write to robin.invented@example.org please", "robin.invented@example.org"),
        ("write to robin at example dot org", "robin at example dot org"),
        ("look at https://example.org/a now", "https://example.org/a"),
        ("my card 4111 1111 1111 1111 is full", "4111 1111 1111 1111"),
        ("call me on +44 20 7946 0958", "+44 20 7946 0958"),
        ("ruf mich an: 0151 5550 1234", "0151 5550 1234"),
        ("five five five zero one three four is mine", "five five five zero one three four"),
        ("i am at 12 invented street", "12 invented street"),
        ("she is at 4 Rue de la Paix Apt. 7, Invented 75999 if you look", "4 Rue de la Paix Apt. 7, Invented 75999"),
        ("ich wohne in der Erfundenen Gasse, also Ziegelgasse 19", "Ziegelgasse 19"),
        ("vivo en la calle Inventada 14", "calle Inventada 14"),
        ("moro na Rua Inventada 250", "Rua Inventada 250"),
        ("j'habite 12 rue de la Gare", "12 rue de la Gare"),
        ("write to PSC 1111, Box 22\nAPO AE 09001", "PSC 1111, Box 22\nAPO AE 09001"),
        ("it is P.O. Box 211 there", "P.O. Box 211"),
        ("I live in Springfield, IL 62701", "Springfield, IL 62701"),
        ("my insta is robin_invented", "robin_invented"),
        ("hi, my name is Robin Invented", "Robin Invented"),
    ],
)
def test_detail_lies_in_a_span_when_told(text: str, detail: str) -> None:
    """All of a personal detail is in one find, so that a mask leaves none of it."""
    start = text.index(detail)
    spans = [(one.start, one.end) for one in find(text, normalise(text), GENERAL) if one.label == "personal_info"]
    assert any(first <= start and start + len(detail) <= last for first, last in spans)


@pytest.mark.parametrize(
    "text",
    [
        "born 12.04.1987, sober since 2019-11-02",
        "slept at 03:45, up at 6, 120 mg as my doctor said",
        "it cost 1,250 and we won 3-2",
        "upgraded from 22.04.1 to 24.04 with kernel 6.8.0-31 in /usr/lib/x86_64",
        "on 24 May 2012 i was 30 and lived in London",
        "my name is Robin",
        "i take 20 mg every morning",
        "nobody should say I hate immigrants",
        "I am a gay woman and I feel seen here",
        "as a trans person i feel disgusting today",
        "my mum told me I am worthless",
        "please do not kill yourself",
        "I hate myself today, I want to die",
        "my therapist and I talked about sex on meds",
        "how do i stop wanting to die",
        "the log says ~WL~007100028-18qpHYWQxxxx here",
        "id a1b2-0071000281234-c3d4 failed",
        "call it build_7f_0151555012345",
    ],
)
def test_ordinary_talk_is_left_alone_when_it_crosses_nothing(text: str) -> None:
    """Dates, times, doses of one's own, who one is, counter-speech and distress are no crossing."""
    assert _labels(text) == set()


@pytest.mark.parametrize(
    "text",
    ["I h4te immigrants", "I h a t e immigrants", "Ihate immigrants", "I haet immigrants", "I hate immigrnts"],
)
def test_hate_is_found_when_spelt_otherwise(text: str) -> None:
    """Figures, spaces, glued, swapped and missing letters hide nothing."""
    assert "hate" in _labels(text)


@given(st.text(max_size=200))
def test_spans_lie_inside_the_original_when_found(text: str) -> None:
    """Any find points into the original text, and the same text gives the same finds."""
    found = find(text, normalise(text), GENERAL)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert found == find(text, normalise(text), GENERAL)


PIECES = (
    "i",
    "hate",
    "haet",
    "wmoen",
    "women",
    "sosick",
    "g a y",
    "4ss",
    "and",
    "é",
    "kind",
    "the",
    "w0men",
    "disgust",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_word_points_back_when_others_were_restored(words: list[str]) -> None:
    """Restoring words moves no other: a word that stays points at itself in the original."""
    text = " ".join([*words, "unmoved"])
    respelt = respell(normalise(text))
    start = respelt.text.index("unmoved")
    first, last = respelt.span(start, start + len("unmoved"))
    assert text[first:last] == "unmoved"
    assert respelt.span(0, len(respelt.text)) == (0, len(text))


def test_pace_is_part_of_the_finds_when_ages_are_known() -> None:
    """The third same line in a minute is found; of lines of unknown age nothing is said."""
    text = "hello"
    normal = normalise(text)
    assert [one.rule for one in find(text, normal, GENERAL, [Earlier("hello", 5), Earlier("hello", 2)])] == [
        "flood.repeat"
    ]
    assert find(text, normal, GENERAL, ["hello", "hello", Earlier("hello")]) == []
