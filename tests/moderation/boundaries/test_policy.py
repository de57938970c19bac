"""Promises of a group's boundary rules."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.boundaries import load_group
from moderation.boundaries.policy import PACKAGED, Boundary, parse_group
from moderation.rulefile import RuleFault
from moderation.verdict import BOUNDARY_LABELS, DANGER_LABELS, Action

NAMES = sorted(path.stem for path in PACKAGED.glob("*.toml"))
WORDS = 'what = "a"\nwhy = "b"\ninstead = "c"\n'
LINES = st.sampled_from(['what = "a"', 'why = "b"', "delay_s = 5", 'action = "hold"', 'action = "deliver"', ""])


@given(st.lists(st.sampled_from(sorted(DANGER_LABELS | BOUNDARY_LABELS)), unique=True), st.booleans(), st.data())
def test_rules_never_limit_distress_when_generated(labels: list[str], is_based: bool, data: st.DataObject) -> None:
    """A file either leaves distress alone or is refused; what is read has no place for an action against it."""
    actions = {label: data.draw(st.sampled_from(list(Action))) for label in labels}
    words = {label: "" if label in DANGER_LABELS and actions[label] == "deliver" else WORDS for label in labels}
    source = 'base = "general"\n' if is_based else ""
    source += "".join(f'[boundary.{label}]\naction = "{actions[label]}"\n{words[label]}' for label in labels)
    if any(label in DANGER_LABELS and actions[label] != "deliver" for label in labels):
        with pytest.raises(RuleFault, match="always delivered"):
            parse_group(source, Path("x.toml"))
    else:
        rules = parse_group(source, Path("x.toml"))
        assert DANGER_LABELS.isdisjoint(rules.boundaries)
        assert all(rules.boundaries[Boundary(label)].action == actions[label] for label in set(labels) - DANGER_LABELS)


@given(st.sampled_from(sorted(DANGER_LABELS)), st.lists(LINES, max_size=4, unique=True))
def test_table_of_a_danger_says_deliver_or_is_refused(label: str, lines: list[str]) -> None:
    """Beside `deliver` a danger's table can say nothing: no wait, no words, no second action."""
    source = f"[boundary.{label}]\n" + "\n".join(lines)
    try:
        rules = parse_group(source, Path("x.toml"))
    except RuleFault:
        assert [line for line in lines if line] != ['action = "deliver"']
    else:
        assert [line for line in lines if line] == ['action = "deliver"']
        assert rules.boundaries == {}


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ('slow_mode_s = 0\n[boundary.mood]\naction = "hold"\n' + WORDS, 2, 11),
        ('[boundary.hate]\naction = "ban"\n', 2, 1),
        ("slow_mode_s = 0\nmax_length = 4001\n", 2, 1),
        ("slow_mode_s = 0\ncolour = 1\n", 2, 1),
        ("max_length = 4\nx = = 1\n", 2, 5),
        ("[boundary.hate]\naction = 'hold'\n", 1, 11),
        ('base = "nowhere"\n', 1, 1),
        ('base = "grief"\n', 1, 1),
        ('base = "general"\n[boundary.hate]\nwait = 1\n', 3, 1),
        ('[[rule]]\nid = "a"\nlabel = "suicide"\nintent = "x"\npattern = "a"\nmatch = []\nnot = []\n', 3, 1),
    ],
)
def test_fault_names_its_place_when_refused(source: str, line: int, column: int) -> None:
    """An operator is told where the fault is."""
    with pytest.raises(RuleFault) as fault:
        parse_group(source, Path("x.toml"))
    assert (fault.value.line, fault.value.column) == (line, column)


def test_base_lends_what_a_file_does_not_say_when_named() -> None:
    """A group that builds on another keeps every word and action it does not change."""
    rules = parse_group('base = "general"\n[boundary.hate]\naction = "return"\n', Path("x.toml"))
    general = load_group("general").boundaries
    assert rules.boundaries[Boundary.HATE].action is Action.RETURN
    assert rules.boundaries[Boundary.HATE].advice == general[Boundary.HATE].advice
    assert rules.boundaries[Boundary.SEXUAL] == general[Boundary.SEXUAL]


@pytest.mark.parametrize("name", NAMES)
def test_packaged_group_has_words_for_every_boundary_when_loaded(name: str) -> None:
    """Every packaged group answers every boundary with what, why and how to put it otherwise."""
    rules = load_group(name)
    assert set(rules.boundaries) == set(Boundary)
    assert all(rule.advice.what and rule.advice.why and rule.advice.instead for rule in rules.boundaries.values())
    assert load_group(PACKAGED / f"{name}.toml").boundaries == rules.boundaries


def test_seven_groups_are_packaged() -> None:
    """The groups that the packaged rooms need."""
    assert len(NAMES) == 7
    assert {"depression", "anxiety", "bipolar", "addiction-recovery", "grief", "eating-concerns", "general"} == set(
        NAMES
    )
