"""Tests of the ledger: a message lost, doubled or moved is counted, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.load.ledger import Ledger, Place


def heard(*orders: str, accepted: str = "") -> dict[str, int]:
    """Give what is wrong when members of one room, there from its beginning, hear these letters."""
    ledger = Ledger()
    room = ledger.room(b"room")
    room.accepted |= {letter.encode() for letter in accepted}
    places = [Place(room) for _ in orders]
    for place, order in zip(places, orders, strict=True):
        place.at = 0
        for letter in order:
            ledger.hear(place, letter.encode())
    return {name: count for name, count in ledger.missing(places).items() if count}


def test_nothing_is_wrong_when_all_hear_all_in_one_order() -> None:
    """However many, and accepted or not."""
    assert heard("abc", "abc", "abc", accepted="abc") == {}


def test_what_somebody_lacks_is_counted() -> None:
    """At the end as unheard, in between as skipped, for all as lost."""
    assert heard("abc", "ab") == {"unheard": 1}
    assert heard("abc", "ac") == {"skipped": 1}
    assert heard("ab", "ab", accepted="abc") == {"lost": 1}
    assert heard("ab", "xab") == {"skipped": 2, "unheard": 1, "doubled": 2}


def test_what_comes_twice_is_counted() -> None:
    """After a return too."""
    assert heard("abc", "abbc") == {"doubled": 1}
    assert heard("abcabc") == {"doubled": 3}


@given(st.permutations("abcde"))
def test_another_order_never_passes(order: list[str]) -> None:
    """The first member's order is the room's."""
    assert (heard("abcde", "".join(order)) == {}) == (order == list("abcde"))


def test_who_comes_later_begins_where_they_come_in() -> None:
    """And lacks nothing of what was before."""
    ledger = Ledger()
    room = ledger.room(b"room")
    first, late = Place(room), Place(room)
    for letter in (b"a", b"b", b"c"):
        ledger.hear(first, letter)
    ledger.hear(late, b"c")
    assert ledger.missing([first, late]) == {"lost": 0, "unheard": 0, "skipped": 0, "doubled": 0}
