"""Tests of the pictures: well-formed, inside their frame, labelled with units, readable on light and dark ground."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.pictures import COLOURS, HEIGHT, WIDTH, Axis, Line, Mark, bars, lines

SVG = "{http://www.w3.org/2000/svg}"
X, Y = Axis("rooms"), Axis("delay, ms")
AMOUNTS = st.floats(0, 1e9, allow_nan=False)
GROUNDS = ("#fdfdfb", "#1b1c1e")


def words(picture: str) -> list[str]:
    """Give every text of a picture; a picture that is no XML raises."""
    return [text.text or "" for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=30), st.booleans())
def test_every_point_is_inside_the_frame(points: list[tuple[float, float]], is_log: bool) -> None:
    """Whatever the values, on both kinds of axis."""
    picture = lines("Growth", Axis("rooms", is_log), Axis("ms", is_log), [Line("p99", points)])
    for polyline in ElementTree.fromstring(picture).iter(f"{SVG}polyline"):
        for pair in polyline.attrib["points"].split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_axes_lines_and_marks_are_named_in_words() -> None:
    """With units; every line has dashes of its own."""
    drawn = [Line(name, [(1, 2), (3, 4)]) for name in ("p50", "p99", "p99.9")]
    picture = lines("Growth & delay", X, Y, drawn, [Mark(2, "killed")])
    assert {"rooms", "delay, ms", "p50", "p99", "p99.9", "killed", "Growth & delay"} <= set(words(picture))
    kinds = {tuple(re.findall(r'dasharray="([^"]*)"', line)) for line in re.findall("<polyline[^>]*>", picture)}
    assert len(kinds) == 3


def test_greater_is_longer_and_what_was_not_measured_says_so() -> None:
    """Bars begin at nought."""
    picture = bars("Cost", Axis("µs"), ["ours", "theirs"], [("one room", [1.0, 4.0]), ("many", [2.0, None])])
    wide = [float(one) for one in re.findall(r'<rect class="f\d" [^>]*width="([\d.]+)"', picture)]
    assert wide[1] == pytest.approx(4 * wide[0], rel=0.02)
    assert wide[2] == pytest.approx(2 * wide[0], rel=0.02)
    assert "not measured" in words(picture)


def test_a_picture_of_nothing_is_an_error() -> None:
    """An empty frame would look like nought."""
    with pytest.raises(ValueError, match="nothing to draw: Growth"):
        lines("Growth", X, Y, [Line("p99", [])])


@pytest.mark.parametrize("way", [0, 1])
def test_lines_stand_out_from_their_ground(way: int) -> None:
    """At least 3 : 1 (WCAG 2.2, 1.4.11), on light and on dark."""
    for pair in COLOURS:
        assert contrast(pair[way], GROUNDS[way]) >= 3


def contrast(one: str, other: str) -> float:
    """By WCAG 2.2, "contrast ratio"."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """By WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
