"""What operators may know of rooms: exact numbers in, numbers that single nobody out out.

Laws: of a room with fewer than K people nothing is told but that; a count of people's doings is 0, `few` (1 to K - 1)
or rounded to K. A group's figures leave out its small rooms unless these hold K people together, so that nobody's
room is what is left when the others are taken away. What waits for a moderator is told of every group, because somebody
must be sent there; of a room only from K people on. Rooms have opaque ids. Pure: the time is an argument.

Messages and people are the whole room's, as any node that follows it sees them (nodes see the same: the most counts);
slow closes are added up over the nodes that told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from chatserver.core.cases import Case
from chatserver.core.claims import Claim, Free, waits_since
from chatserver.core.duty import StaffWord
from chatserver.core.groups import Group

K = 5
"""The fewest people of whom a number is told (issue 5)."""
MAX_ROOMS = 100  # of one group: nobody reads more

Number = int | Literal["few"] | None
"""A multiple of K, `few`, or None: not told."""
Line = list[float | None]
T = TypeVar("T")
Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """One room, exactly, as all nodes see it. `least_hour`: the fewest people of each minute."""

    group: str
    number: int
    people: int
    messages: int
    slow: int
    slow_lately: int
    least_hour: Line
    messages_hour: Line

    @property
    def is_small(self) -> bool:
        """Whether nothing may be told of it alone."""
        return self.people < K


@dataclass(frozen=True, slots=True)
class Waits:
    """One open case, as far as operators may know it. `since_ms`: unclaimed since, None when somebody has it;
    `danger_since_ms`: the same, None also when no life is at risk.
    """

    group: str
    room: int
    is_held: bool
    since_ms: int | None
    danger_since_ms: int | None


def waits(case: Case, state: Claim | Free, now_ms: int) -> Waits:
    """Give what operators may know of a case."""
    since_ms = max(case.opened_at_ms, state.since_ms) if isinstance(state, Free) else None
    return Waits(case.group, case.room, case.kind == "held", since_ms, waits_since(case, state, now_ms))


def merge(tellings: Iterable[Mapping[str, Any]]) -> list[Seen]:
    """Give the rooms that several nodes told of, each once."""
    told: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for telling in tellings:
        for room in telling["rooms"]:
            told[room["group"], room["number"]].append(room)
    return [_merged(key, rooms) for key, rooms in told.items()]


def _merged(key: tuple[str, int], rooms: Sequence[Mapping[str, Any]]) -> Seen:
    def most(name: str) -> int:
        return max(int(room[name]) for room in rooms)

    def total(name: str) -> int:
        return sum(int(room[name]) for room in rooms)

    def highest(name: str) -> Line:
        columns = zip(*(room[name] for room in rooms), strict=True)
        return [max((value for value in column if value is not None), default=None) for column in columns]

    lines = highest("least_hour"), highest("messages_hour")
    return Seen(*key, most("people"), most("messages"), total("slow"), total("slow_lately"), *lines)


def people(count: int) -> Number:
    """Give a number of people as it may be told: none is as few as four."""
    return "few" if count < K else _rounded(count)


def doings(count: int) -> Number:
    """Give a number of things that at least K people did, as it may be told."""
    return count if count == 0 else people(count)


def _rounded(count: float) -> int:
    return int((count + K / 2) // K) * K


def line(rooms: Sequence[Seen]) -> list[int | None]:
    """Give the messages of each minute: None where too few people were there, 0 below K, else rounded."""
    columns = zip(*(zip(room.least_hour, room.messages_hour, strict=True) for room in rooms), strict=True)
    return [_minute([(p, m) for p, m in column if p is not None and m is not None]) for column in columns]


def _minute(rooms: list[tuple[float, float]]) -> int | None:
    told = [m for _, m in _tellable(rooms, lambda room: room[0])]
    if not told:
        return None
    count = sum(told)
    return 0 if count < K else _rounded(count)


def _tellable(rooms: Sequence[T], people_of: Callable[[T], float]) -> list[T]:
    small = [room for room in rooms if people_of(room) < K]
    return list(rooms) if sum(map(people_of, small)) >= K else [room for room in rooms if people_of(room) >= K]


@dataclass(frozen=True, slots=True)
class Place:
    """One group with its rooms as seen and its open cases."""

    group: Group
    staff: StaffWord
    rooms: Sequence[Seen]
    waits: Sequence[Waits]

    @property
    def lacks_staff(self) -> bool:
        """Whether nobody is on duty though somebody should be: its schedule says now, or it has none."""
        return not self.staff.is_here and self.staff.next_ms is None

    def danger_since_ms(self) -> int | None:
        """Give since when the oldest danger has waited that nobody has claimed."""
        return min((w.danger_since_ms for w in self.waits if w.danger_since_ms is not None), default=None)


def row(place: Place, name_of: Callable[[Seen], str], now_ms: int, *, is_whole: bool = True) -> Fields:
    """Give a group's row and its rooms', by the members as they are told; `name_of` gives a room's opaque id.

    Unless it `is_whole` a node was silent: its rooms are missing, so no sum over the group's is told.
    """
    told = _tellable(place.rooms, lambda room: room.people)
    fullest = sorted(place.rooms, key=lambda room: 0 if room.is_small else -_rounded(room.people))
    danger_ms = place.danger_since_ms()
    return {
        "id": place.group.id,
        "title": place.group.title,
        "members": people(sum(room.people for room in place.rooms)) if is_whole else None,
        **(_doings(told, place.rooms) if is_whole else _doings([], [])),
        **_waiting(place.waits, now_ms),
        "danger_min": None if danger_ms is None else _minutes(danger_ms, now_ms),
        "staff": "here" if place.staff.is_here else "missing" if place.lacks_staff else "later",
        "rooms": [_room_row(place, room, name_of(room), now_ms) for room in fullest[:MAX_ROOMS]],
        "left_off": max(0, len(fullest) - MAX_ROOMS),
    }


def _room_row(place: Place, room: Seen, name: str, now_ms: int) -> Fields:
    ours = [case for case in place.waits if case.room == room.number]
    waiting: Fields = {"flags": None, "oldest_min": None, "held": None}
    return {
        "id": name,
        "members": people(room.people),
        **_doings([] if room.is_small else [room], [room]),
        **(waiting if room.is_small else _waiting(ours, now_ms)),
    }


def _doings(told: Sequence[Seen], all_rooms: Sequence[Seen]) -> Fields:
    return {
        "messages": doings(sum(room.messages for room in told)) if told else None,
        "slow": doings(sum(room.slow for room in told)) if told else None,
        "hour": line(all_rooms),
    }


def _waiting(cases: Sequence[Waits], now_ms: int) -> Fields:
    flags = [case.since_ms for case in cases if case.since_ms is not None]
    return {
        "flags": doings(len(flags)),
        "oldest_min": _minutes(min(flags), now_ms) if flags else None,
        "held": doings(sum(case.is_held for case in cases)),
    }


def _minutes(since_ms: int, now_ms: int) -> int:
    return max(0, now_ms - since_ms) // 60_000
