"""Promises of bringing danger and boundaries to one verdict: laws over generated finds."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.boundaries import Finding, load_group
from moderation.boundaries.policy import PACKAGED, Boundary, GroupRules
from moderation.combine import combine
from moderation.verdict import BOUNDARY_LABELS, DANGER_LABELS, Action, Level, Reason

ORDER = list(Action)
groups = st.sampled_from(sorted(path.stem for path in PACKAGED.glob("*.toml"))).map(load_group)
levels = st.sampled_from([Level.AMBER, Level.RED, Level.CRISIS])
spans = st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def _reason(label: str, span: tuple[int, int]) -> Reason:
    return Reason(f"{label}.x", label, span[0], span[1], "Says.")


def _finding(label: str, span: tuple[int, int]) -> Finding:
    return Finding(label, f"{label}.x", span[0], span[1], "Keeps.")


dangers = st.lists(st.builds(_reason, st.sampled_from(sorted(DANGER_LABELS)), spans))
finds = st.lists(st.builds(_finding, st.sampled_from(sorted(BOUNDARY_LABELS)), spans))


@given(levels, dangers.filter(bool), finds, groups)
def test_danger_is_delivered_whatever_else_is_found(
    level: Level, danger: list[Reason], found: list[Finding], group: GroupRules
) -> None:
    """Beside danger nothing is held or returned, no danger reason has an action, and the level never falls."""
    verdict = combine(level, danger, found, group)
    assert verdict.action in (Action.DELIVER, Action.MASK, Action.FOLD)
    assert all(reason.action is Action.DELIVER for reason in verdict.reasons if reason.label in DANGER_LABELS)
    assert [reason for reason in verdict.reasons if reason.label in DANGER_LABELS] == danger
    assert verdict.level >= level


@given(levels, dangers.filter(bool), groups)
def test_danger_alone_always_delivers(level: Level, danger: list[Reason], group: GroupRules) -> None:
    """Distress without a crossed boundary has no consequence for its author."""
    verdict = combine(level, danger, [], group)
    assert (verdict.action, verdict.advice, verdict.level) == (Action.DELIVER, None, level)


@given(dangers, finds, groups)
def test_action_is_the_strongest_of_the_reasons(danger: list[Reason], found: list[Finding], group: GroupRules) -> None:
    """The message gets the strongest action of its reasons, and the author the words for just that boundary."""
    verdict = combine(Level.AMBER if danger else Level.GREEN, danger, found, group)
    strongest = max((ORDER.index(reason.action) for reason in verdict.reasons), default=0)
    assert verdict.action is ORDER[strongest]
    assert verdict.labels == {reason.label for reason in verdict.reasons}
    asked = {reason.label for reason in verdict.reasons if reason.action is verdict.action}
    if verdict.action is Action.DELIVER:
        assert verdict.advice is None
    else:
        assert verdict.advice in [
            group.boundaries[Boundary(label)].advice for label in asked if label in BOUNDARY_LABELS
        ]


@given(dangers, finds, st.none() | st.floats(0, 60), groups)
def test_waiting_is_told_when_it_is_what_helps(
    danger: list[Reason], found: list[Finding], wait_s: float | None, group: GroupRules
) -> None:
    """Only of the boundary that acts, and only while it does: nobody waits for what is delivered."""
    flood = Finding("flood", "flood.x", 0, 9, "Keeps.", wait_s)
    verdict = combine(Level.AMBER if danger else Level.GREEN, danger, [*found, flood], group)
    acting = {reason.label for reason in verdict.reasons if reason.action is verdict.action}
    if verdict.action is Action.DELIVER or "flood" not in acting:
        assert verdict.retry_after_s is None
    elif acting == {"flood"}:
        assert verdict.retry_after_s == wait_s


@given(dangers.filter(bool), finds, groups)
def test_unsafe_detail_raises_the_level_and_folds_only_itself(
    danger: list[Reason], found: list[Finding], group: GroupRules
) -> None:
    """A method beside the wish to die or to be hurt is at least red, and only its own span is folded."""
    verdict = combine(Level.AMBER, danger, [*found, _finding("method", (100, 109))], group)
    if {"suicide", "self_harm", "overdose"} & {reason.label for reason in danger}:
        assert verdict.level >= Level.RED
    folded = [reason for reason in verdict.reasons if reason.start == 100]
    assert [(reason.action, reason.end) for reason in folded] == [(Action.FOLD, 109)]
