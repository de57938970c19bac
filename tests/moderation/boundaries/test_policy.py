"""Promises of a group's boundary rules."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.boundaries.policy import DANGER, Boundary, BoundaryAction, PolicyError, load_rules, parse_rules

GROUPS = Path(__file__).parents[3] / "moderation" / "groups"
WORDS = 'what = "a"\nwhy = "b"\ninstead = "c"\n'


@given(st.lists(st.sampled_from(sorted(DANGER | set(Boundary))), unique=True), st.data())
def test_rules_never_hold_distress_when_generated(labels: list[str], data: st.DataObject) -> None:
    """A file either leaves distress alone or is refused."""
    actions = {label: data.draw(st.sampled_from(list(BoundaryAction))) for label in labels}
    source = "".join(f'[boundary.{label}]\naction = "{actions[label]}"\n{WORDS}' for label in labels)
    if any(label in DANGER and actions[label] != "deliver" for label in labels):
        with pytest.raises(PolicyError, match="always delivered"):
            parse_rules(source, Path("x.toml"))
    else:
        rules = parse_rules(source, Path("x.toml"))
        assert set(rules.boundaries) == set(labels) - DANGER


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('slow_mode_s = 0\n[boundary.mood]\naction = "hold"\n' + WORDS, 2),
        ('[boundary.hate]\naction = "ban"\n', 1),
        ("slow_mode_s = 0\nmax_length = 4001\n", 2),
        ("slow_mode_s = 0\ncolour = 1\n", 2),
        ("max_length = 4\nx = = 1\n", 2),
        ("[boundary.hate]\naction = 'hold'\n", 1),
    ],
)
def test_fault_names_its_line_when_refused(source: str, line: int) -> None:
    """An operator is told where the fault is."""
    with pytest.raises(PolicyError) as fault:
        parse_rules(source, Path("x.toml"))
    assert fault.value.line == line


def test_packaged_groups_have_words_for_every_boundary_when_loaded() -> None:
    """Every packaged group answers every boundary with what, why and how to put it otherwise."""
    paths = sorted(GROUPS.glob("*.toml"))
    assert len(paths) == 7
    for path in paths:
        assert set(load_rules(path).boundaries) == set(Boundary)
