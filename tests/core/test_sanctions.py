"""Tests of chatserver.core.sanctions and chatserver.core.plans: reasons, ends, receipts, and what one alone may do."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.acts import Exclude, Fold, GiveBack, LetThrough, Mute, Order, Remove, Restore, Say, Word
from chatserver.core.cases import Case, unpack_case
from chatserver.core.plans import Ground, is_danger, lifted, may_undo, plan, sanction_in, target_of
from chatserver.core.rulings import Flag
from chatserver.core.sanctions import (
    ALONE_S,
    MAX_S,
    MIN_S,
    make_receipt,
    pack_sanction,
    read_receipt,
    unpack_sanction,
)

NOW = 1_800_000_000_000
CASE = Case("case-1", "rule", "g", 3, "member-1", "Calm Wren", Flag("amber", ("hate",)), pos="abc.1-0")
GROUND = Ground(3, "account-1", "act-1", NOW, b"12345678", CASE, "member-1")


def steps(act: Any, ground: Ground = GROUND) -> list[Any]:
    """Give the plan of an act."""
    return list(plan(Order("x", act, "so and so"), act, ground))


def letter_in(found: list[Any]) -> dict[str, Any]:
    """Give the letter a plan writes."""
    letter: dict[str, Any] = msgpack.unpackb(next(step[2] for step in found if step[0] == "letter"))
    return letter


@given(st.integers(1, 999_999_999), st.binary(min_size=8, max_size=8))
def test_a_receipt_is_read_back_however_it_was_typed(room: int, chance: bytes) -> None:
    """Small letters, blanks around it, and the letters that look like digits."""
    code = make_receipt(room, chance)
    assert read_receipt(code) == (room, code)
    assert read_receipt(f"  {code.lower().replace('0', 'o').replace('1', 'l')} ") == (room, code)


@pytest.mark.parametrize("typed", ["", "1", "1-0000-0000", "x-0000-0000-0000", "1-0000-0000-000U", "²-0000-0000-0000"])
def test_what_is_no_receipt_is_none(typed: str) -> None:
    """Nothing is raised."""
    assert read_receipt(typed) is None


@pytest.mark.parametrize("act", [Remove(), Fold(), Mute(600)])
def test_whoever_is_limited_is_told_why_with_a_receipt(act: Any) -> None:
    """The letter and what is kept say the same; taking it back is told too."""
    found = steps(act)
    sanction, letter = sanction_in(found), letter_in(found)
    assert (letter["why"], letter["receipt"]) == ("so and so", sanction.receipt)
    assert (sanction.member, sanction.by, sanction.case) == ("member-1", "account-1", "case-1")
    assert letter["appeal"]
    assert any(step[0] == "on_undo" for step in found)
    assert unpack_sanction(pack_sanction(sanction)) == sanction


@given(st.integers(MIN_S, MAX_S))
def test_nobody_is_muted_longer_than_a_day_by_one_alone(seconds: int) -> None:
    """What is beyond it waits for a second moderator, who must be another one."""
    found = steps(Mute(seconds))
    sanction = sanction_in(found)
    assert sanction.until_ms is not None
    assert sanction.until_ms - NOW == min(seconds, ALONE_S) * 1000
    called = [unpack_case(msgpack.unpackb(step[1])) for step in found if step[0] == "call"]
    assert len(called) == (seconds > ALONE_S)
    for case in called:
        assert sanction.wanted_ms == NOW + seconds * 1000
        assert (case.kind, case.not_by, case.receipt) == ("second", "account-1", sanction.receipt)
        assert case.id != CASE.id
    assert sanction.keep_ms > (sanction.wanted_ms or sanction.until_ms) - NOW


@pytest.mark.parametrize("act", [Mute(600), Exclude(600)])
def test_who_looks_again_at_a_limit_finds_the_message_it_came_of(act: Any) -> None:
    """It is kept beside it, and is none that granting an appeal would show again."""
    sanction = sanction_in(steps(act))
    assert (sanction.about, sanction.target) == (CASE.pos, None)
    assert "restore" not in str(lifted(sanction, "so and so", NOW))


def test_a_moderators_own_words_need_no_receipt() -> None:
    """Nobody is limited by their removal."""
    ground = Ground(3, "account-1", "act-1", NOW, b"12345678", CASE, None)
    assert [step[0] for step in steps(Remove(), ground)] == ["remove"]
    assert [step[0] for step in steps(Restore(), ground)] == ["restore"]


def test_an_act_is_about_the_message_it_names_or_its_cases() -> None:
    """And about none where it is about a member or the room."""
    assert target_of(Remove("abc.2-0"), CASE) == "abc.2-0"
    assert target_of(Fold(), CASE) == CASE.pos
    assert target_of(Restore(), None) is None
    assert target_of(Mute(600), CASE) is None


def test_only_what_was_given_back_cannot_be_taken_back() -> None:
    """Its author may have said it anew."""
    acts: list[Any] = [Say("a"), Word("a"), Remove(), Fold(), Restore(), Mute(600), LetThrough()]
    assert all(may_undo(steps(act)) for act in acts)
    assert not may_undo(steps(GiveBack()))


def test_danger_is_what_the_labels_say() -> None:
    """A boundary that was crossed is none."""
    assert not is_danger(CASE)
    assert is_danger(Case("c", "message", "g", 1, "m", "h", Flag("red", ("suicide", "contact"))))
