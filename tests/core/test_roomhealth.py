"""What operators may know of rooms: nothing that singles out somebody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.cases import Case
from chatserver.core.claims import Claim, Free
from chatserver.core.duty import StaffWord
from chatserver.core.groups import Agreement, Group
from chatserver.core.identity import GroupId
from chatserver.core.minutes import MINUTES
from chatserver.core.moderators import AccountId
from chatserver.core.roomhealth import K, Place, Seen, Waits, doings, line, merge, people, row, waits
from chatserver.core.rulings import Flag

NOW = 1_800_000_000_000
GROUP = Group("porch", GroupId("porch-id"), "Porch", "Tests", "en", 50, Agreement("1", "Be kind."), 86_400)


def seen(number: int, count: int, messages: int = 0, slow: int = 0) -> Seen:
    """A room that was like this for the whole hour."""
    return Seen(GROUP.id, number, count, messages, slow, slow, [count] * MINUTES, [messages] * MINUTES)


def place(*rooms: Seen, waiting: tuple[Waits, ...] = (), staff: StaffWord | None = None) -> Place:
    """The group with these rooms."""
    return Place(GROUP, staff or StaffWord(True), rooms, waiting)


def told(*rooms: Seen, waiting: tuple[Waits, ...] = ()) -> Any:
    """What the page is told of the group."""
    return row(place(*rooms, waiting=waiting), lambda room: f"room-{room.number}", NOW)


def since(seconds: int, room: int = 1, *, is_held: bool = False) -> Waits:
    """A case that has waited so long for somebody."""
    at_ms = NOW - seconds * 1000
    return Waits(GROUP.id, room, is_held, at_ms, at_ms)


@given(st.integers(0, 5_000))
def test_a_number_is_few_or_rounded(count: int) -> None:
    """Below K it is not told, from there on it is off by less than K; no doings at all are told as such."""
    assert people(count) == "few" if count < K else abs(int(people(count) or 0) - count) <= K // 2
    assert people(count) == "few" or int(people(count) or 0) % K == 0
    assert doings(count) == (0 if count == 0 else people(count))


ROOMS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 60), st.integers(0, 9)), max_size=5)


@given(ROOMS)
def test_every_number_that_is_told_is_of_five_people_when_rooms_are_small(rooms: list[tuple[int, int, int]]) -> None:
    """A small room tells nothing of what is done in it, and is not what is left of its group either: what all small
    rooms did is in the group's figures only where these hold five people together.
    """
    known = [seen(number, *figures) for number, figures in enumerate(rooms)]
    found = told(*known)
    small = [room for room in known if room.is_small]
    for one in found["rooms"]:
        room = known[int(one["id"].removeprefix("room-"))]
        if room.is_small:
            assert one == {"id": one["id"], "members": "few", "hour": [None] * MINUTES} | dict.fromkeys(
                ("messages", "slow", "flags", "oldest_min", "held")
            )
        else:
            assert one["messages"] == doings(room.messages)
    counted = known if sum(room.people for room in small) >= K else [room for room in known if not room.is_small]
    assert found["messages"] == (doings(sum(room.messages for room in counted)) if counted else None)
    assert found["slow"] == (doings(sum(room.slow for room in counted)) if counted else None)
    assert all(n in ("few", None) or n % K == 0 for n in (found["members"], found["messages"], *found["hour"]))


def test_a_minute_is_not_told_when_too_few_were_there_in_it() -> None:
    """Each minute by the fewest people of that minute, whatever the room is now."""
    room = Seen(GROUP.id, 1, 20, 9, 0, 0, [None, 4, 5, 20], [None, 30, 2, 13])
    assert line([room]) == [None, None, 0, 15]


def test_rooms_are_told_once_when_several_nodes_follow_them() -> None:
    """People and messages are the room's, not a node's; slow closes are each node's own."""

    def of(people: int, messages: int, slow: int, least: list[int | None]) -> dict[str, Any]:
        room = {"group": "g", "number": 1, "people": people, "messages": messages, "slow": slow, "slow_lately": slow}
        return {"rooms": [{**room, "least_hour": least, "messages_hour": least}]}

    assert merge([of(7, 30, 1, [None, 5, None]), of(8, 29, 2, [None, 4, 6])]) == [
        Seen("g", 1, 8, 30, 3, 3, [None, 5, 6], [None, 5, 6])
    ]


def test_no_sum_is_told_when_a_node_is_silent() -> None:
    """A room that others know of is; "fewer than 5" would be a guess."""
    found: Any = row(place(seen(1, 9, 7), waiting=(since(70),)), lambda _: "r", NOW, is_whole=False)
    assert (found["members"], found["messages"], found["slow"], found["hour"]) == (None, None, None, [])
    assert (found["flags"], found["rooms"][0]["members"], found["rooms"][0]["messages"]) == ("few", 10, 5)


def test_what_waits_is_told_of_every_group_and_of_rooms_with_enough_people() -> None:
    """Somebody must be sent to the group; the small room it is about is not named."""
    found = told(seen(1, 2), seen(2, 9), waiting=(since(190), since(10, is_held=True), since(70, room=2)))
    assert (found["flags"], found["oldest_min"], found["held"], found["danger_min"]) == ("few", 3, "few", 3)
    rooms = {one["id"]: (one["flags"], one["oldest_min"], one["held"]) for one in found["rooms"]}
    assert rooms == {"room-1": (None, None, None), "room-2": ("few", 1, 0)}


def test_a_claimed_case_does_not_wait_and_is_still_held() -> None:
    """Flags are what nobody has; a message is held until somebody decided."""
    case = Case("c", "held", GROUP.id, 1, "member", "Calm Wren", Flag("crisis", ("suicide",)), opened_at_ms=NOW - 9_000)
    claimed = waits(case, Claim(AccountId("ada"), "Ada", NOW + 1), NOW)
    assert claimed == Waits(GROUP.id, 1, True, None, None)
    assert waits(case, Free(NOW - 5_000), NOW) == Waits(GROUP.id, 1, True, NOW - 5_000, NOW - 5_000)
    found = told(waiting=(claimed,))
    assert (found["flags"], found["oldest_min"], found["held"]) == (0, None, "few")


def test_a_row_holds_nobody() -> None:
    """No member, no handle, no case: the names of a case are nowhere in what is told."""
    case = Case("case-id", "held", GROUP.id, 1, "member-id", "Calm Wren", Flag("red", ("abuse",)), words="some words")
    found = json.dumps(told(seen(1, 9), waiting=(waits(case, Free(), NOW),)))
    assert not [name for name in ("case-id", "member-id", "Calm Wren", "some words", "abuse") if name in found]


@pytest.mark.parametrize(
    ("staff", "word"),
    [(StaffWord(True), "here"), (StaffWord(False), "missing"), (StaffWord(False, NOW + 1), "later")],
)
def test_nobody_is_missing_when_the_timetable_says_later(staff: StaffWord, word: str) -> None:
    """Outside a group's spans nobody need be there."""
    assert row(place(staff=staff), lambda _: "", NOW)["staff"] == word
