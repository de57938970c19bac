"""Tests of chatserver.core.paging: values in, values out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.cases import Case
from chatserver.core.paging import (
    LOOK_AGAIN_MS,
    MAX_TRIES,
    RETRY_LONGEST_MS,
    Look,
    Page,
    Progress,
    Shown,
    backoff_ms,
    delivery_id,
    due,
    failed,
    news,
    next_look_ms,
    succeeded,
)
from chatserver.core.rulings import Flag

DANGER = Case("c", "message", "porch-id", 1, "wren-id", "Calm Wren", Flag("crisis", ("suicide",)))


def look(now_ms: int, done: int = 0, tries: int = 0, since_ms: int = 0) -> Look:
    """Give a look at a case that waits."""
    return Look(DANGER, Progress(since_ms, done, tries), now_ms)


@pytest.mark.parametrize(
    ("waited_ms", "done", "expected"),
    [
        (0, 0, None),
        (59_999, 0, None),
        (60_000, 0, 1),
        (10**7, 0, 1),
        (60_000, 1, None),
        (179_999, 1, None),
        (180_000, 1, 2),
        (10**7, 1, 2),
        (10**7, 2, None),
    ],
)
def test_a_step_is_due_at_its_time_once_and_in_order(waited_ms: int, done: int, expected: int | None) -> None:
    """Counted from when the case began to wait, also when nobody looked for hours."""
    assert due(look(waited_ms, done)) == due(look(waited_ms + 777, done, since_ms=777)) == expected


def test_the_next_look_is_at_the_next_step() -> None:
    """And later when there is none: a claim sets another time."""
    assert next_look_ms(Progress(500), 1_000, 0) == 60_500
    assert next_look_ms(Progress(500, done=1), 61_000, 0) == 180_500
    assert next_look_ms(Progress(500, done=2), 200_000, 0) == 200_000 + LOOK_AGAIN_MS


@given(st.floats(0, 1), st.integers(1, MAX_TRIES))
def test_pauses_double_are_spread_and_have_an_end(chance: float, tries: int) -> None:
    """Between half of the doubled pause and all of it."""
    whole = min(RETRY_LONGEST_MS, 2_000 * 2 ** (tries - 1))
    assert whole // 2 <= backoff_ms(tries, chance) <= whole
    assert next_look_ms(Progress(0, 1, tries), 200_000, chance) == 200_000 + backoff_ms(tries, chance)


@given(st.integers(0, MAX_TRIES + 2), st.floats(0, 1), st.lists(st.integers(0, 600_000), max_size=20))
def test_whatever_the_nodes_do_each_step_is_done_once_or_given_up(faults: int, chance: float, late: list[int]) -> None:
    """Looks may come late; leads are paged once, then on call is tried until it works or MAX_TRIES is reached."""
    progress, now_ms, steps, tried = Progress(1_000), 1_000, [], 0
    for _ in range(MAX_TRIES + 5):
        now_ms = next_look_ms(progress, now_ms, chance) + (late.pop() if late else 0)
        step = due(Look(DANGER, progress, now_ms))
        if step == 2:
            tried += 1
            progress = failed(progress) if tried <= faults else succeeded(progress, 2)
        elif step == 1:
            progress = succeeded(progress, 1)
        steps.append(step)
    assert steps[0] == 1
    assert steps.count(1) == 1
    assert steps.count(2) == tried == min(faults + 1, MAX_TRIES)
    assert progress.done == 2


def test_every_try_has_one_name_until_the_case_waits_anew() -> None:
    """So a receiver drops repeats, and nothing else."""
    assert delivery_id(look(180_000, 1)) == delivery_id(look(190_000, 1, tries=3))
    assert delivery_id(look(180_000, 1)) != delivery_id(look(280_000, 1, since_ms=100_000))
    assert "." not in delivery_id(look(180_000))  # it separates what is signed


FREE, WAITED, CALLED = Shown(0, True, False), Shown(1, True, False), Shown(2, True, False)
THEIRS, MINE = Shown(0, False, False), Shown(0, False, True)


@pytest.mark.parametrize(
    ("before", "after", "of_a_lead", "of_a_moderator"),
    [
        (None, FREE, [], []),
        (FREE, WAITED, [1], []),
        (None, WAITED, [1], []),
        (WAITED, WAITED, [], []),
        (WAITED, CALLED, [2], []),
        (None, CALLED, [2], []),
        (FREE, THEIRS, [], []),
        (THEIRS, FREE, [0], [0]),
        (MINE, FREE, [], []),
        (WAITED, None, [], []),
    ],
)
def test_a_desk_is_paged_with_what_is_new(
    before: Shown | None, after: Shown | None, of_a_lead: list[int], of_a_moderator: list[int]
) -> None:
    """Leads when danger has waited, once a step; everybody but its holder when a case comes back."""
    was, now = ({} if shown is None else {"c": shown} for shown in (before, after))
    assert news(was, now, is_lead=True) == [Page("c", step) for step in of_a_lead]
    assert news(was, now, is_lead=False) == [Page("c", step) for step in of_a_moderator]
