"""Tests of what the load's members say: it can be read again, and the review lets it pass as it is."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from moderation import Action, Level, Reviewer, load_group, load_rules
from tests.load import marks

SIXTEEN_BITS, TIMES = st.integers(0, 2**16 - 1), st.integers(0, 2**44 - 1)


@given(SIXTEEN_BITS, SIXTEEN_BITS, TIMES)
def test_a_mark_gives_back_what_it_was_made_of(sender: int, number: int, at_us: int) -> None:
    """Sender, number and time; and it is found in the words around it."""
    mark = marks.stamp(sender, number, at_us)
    assert (marks.sender_of(mark), marks.number_of(mark), marks.time_of(mark)) == (sender, number, at_us)
    found = marks.STAMP.findall(b'{"text":"' + marks.words(sender, number, mark) + b'"}')
    assert found == [(marks.name_of(mark), mark[marks.NAME_LETTERS :])]


def test_every_line_passes_the_review_unchanged_when_limits_are_on() -> None:
    """What the review masked, held or gave back would count as lost, and the bench would measure something else."""
    reviewer = Reviewer(load_rules(), load_group("general"))
    for number in range(len(marks.chat_lines())):
        mark = marks.stamp(number * 401 % 2**16, number, 1_700_000_000_000 + number * 7_919_993)
        verdict = reviewer.review(json.loads(b'"' + marks.words(0, number, mark) + b'"'))
        assert (verdict.level, verdict.action) == (Level.GREEN, Action.DELIVER), number


def test_lines_are_about_as_long_as_people_write() -> None:
    """The review's cost goes with the length."""
    lengths = [len(line) for line in marks.chat_lines()]
    assert len(lengths) > 100
    assert 40 < sum(lengths) / len(lengths) < 80
