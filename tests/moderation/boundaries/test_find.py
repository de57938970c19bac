"""Promises of finding what crosses a boundary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.boundaries import find
from moderation.boundaries.policy import Boundary
from moderation.normalise import normalise

KINDS = frozenset(Boundary)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("write to robin.invented@example.org", "personal.email"),
        ("look at https://example.org/a", "personal.link"),
        ("look at example dot com", "personal.link"),
        ("my card 4111 1111 1111 1111", "personal.card"),
        ("call me on +44 20 7946 0958", "personal.phone"),
        ("i live at 12 Invented Street", "personal.address"),
        ("add me on discord", "contact.exchange"),
        ("I hate all immigrants", "hate.scorn"),
        ("you are such a loser", "harassment.insult"),
        ("you should take 400 mg", "medical.dose"),
    ],
)
def test_boundary_is_found_when_crossed(text: str, rule: str) -> None:
    """Each kind of crossing is found by its rule."""
    assert rule in {finding.rule for finding in find(text, normalise(text), KINDS)}


@pytest.mark.parametrize(
    "text",
    [
        "born 12.04.1987, sober since 2019-11-02",
        "slept at 03:45, up at 6, 120 mg as my doctor said",
        "it cost 1,250 and we won 3-2",
        "nobody should say I hate immigrants",
        "I am a gay woman and I feel seen here",
        "I hate myself today",
    ],
)
def test_ordinary_talk_is_left_alone_when_it_crosses_nothing(text: str) -> None:
    """Dates, times, doses of one's own, who one is and counter-speech are no crossing."""
    assert find(text, normalise(text), KINDS) == []


@given(st.text(max_size=200))
def test_spans_lie_inside_the_original_when_found(text: str) -> None:
    """Any find points into the original text, and the same text gives the same finds."""
    found = find(text, normalise(text), KINDS)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert found == find(text, normalise(text), KINDS)
