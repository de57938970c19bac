"""Tests of chatserver.live.answers: what a member hears of what became of an act."""

from __future__ import annotations

from typing import get_args

import pytest

from chatserver.core.errors import Barred, StoreUnavailable
from chatserver.core.messages import Position
from chatserver.live.answers import passed_on, received, returned, said, undone, unstaffed
from chatserver.store.posting import Calmed, GivenBack, Held, Outcome

NOW = 1_800_000_000_000
OUTCOMES: list[Outcome] = [
    Position("e.1-0"),
    Held("case-1"),
    GivenBack("please without the name"),
    StoreUnavailable(2.0),
    Barred(NOW + 5_000),
    Calmed("quiet"),
    Calmed("slow", 1_500),
    None,
]


def test_there_is_every_outcome_here() -> None:
    """What is added to them must be answered, and tried below."""
    assert {type(outcome) for outcome in OUTCOMES} == {str if o is Position else o for o in get_args(Outcome)}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_attempt_is_answered_by_its_name_whatever_became_of_it(outcome: Outcome) -> None:
    """As `sent`, `held` or `not_sent`; only the last has a code and says when to try again, if time mends it."""
    fields = said("a1", outcome, None, NOW)
    assert fields["id"] == "a1"
    kinds = {Position: "sent", str: "sent", Held: "held"}
    assert fields["ev"] == kinds.get(type(outcome), "not_sent")
    assert ("code" in fields) == (fields["ev"] == "not_sent")


def test_who_must_wait_hears_for_how_long() -> None:
    """In seconds, and never a time that is past."""
    waits = [said("a1", outcome, None, NOW).get("retry_after") for outcome in OUTCOMES]
    assert waits == [None, None, None, 2.0, 5.0, None, 1.5, 2.0]
    assert said("a1", Barred(NOW - 1), None, NOW)["retry_after"] == 0.0


def test_whose_words_were_passed_on_is_told_so_beside_the_refusal() -> None:
    """The refusal stays what it is."""
    refusal = said("a1", Calmed("quiet"), None, NOW)
    told = passed_on(refusal)
    assert {**told, "message": ""} == {**refusal, "message": ""}
    assert str(told["message"]).startswith(str(refusal["message"]))
    assert "passed to the moderators" in str(told["message"])


def test_an_unstaffed_room_says_whether_the_moderators_have_the_words() -> None:
    """Only where they do."""
    called, kept = (str(unstaffed("a1", is_called=is_called)["message"]) for is_called in (True, False))
    assert "passed to the moderators" in called
    assert "Nobody has seen" in kept


def test_a_call_is_received_or_says_what_is_in_the_way() -> None:
    """Kept; about something that is gone; or the moderators cannot be reached."""
    assert received("report", Position("e.1-0")) == {"ev": "received", "of": "report"}
    assert received("report", None)["code"] == "not_found"
    assert received("report", StoreUnavailable(2.0))["code"] == "unavailable"


def test_only_what_was_not_done_is_answered_by_itself() -> None:
    """The event tells the rest."""
    codes = [None if (told := undone(outcome)) is None else told["code"] for outcome in OUTCOMES]
    assert codes == [None, None, None, "unavailable", "muted", None, None, "not_found"]


def test_what_comes_back_without_grounds_says_so_all_the_same() -> None:
    """With a code by which the page gives the words back."""
    assert (returned("a1", None)["code"], bool(returned("a1", None)["message"])) == ("returned", True)
