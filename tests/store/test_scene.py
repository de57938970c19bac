"""Tests of chatserver.store.scene and functions/pace.lua, on a real server: what a moderator sees of a case's room."""

from __future__ import annotations

import pytest

from chatserver.core.cases import Case
from chatserver.core.pace import MAX_LOOKED, WINDOW_MS, Pace
from chatserver.core.rulings import Flag
from chatserver.core.seats import Seat
from chatserver.store.acts import Acts, Scope
from chatserver.store.members import Members
from chatserver.store.rooms import RoomRecord
from chatserver.store.scene import Scenes
from chatserver.store.servers import Servers
from tests.store.posts import react, say


@pytest.fixture
def scenes(servers: Servers, record: RoomRecord) -> Scenes:
    """The reader."""
    return Scenes(servers, Members(servers), [record.group])


def case_about(record: RoomRecord, pos: str | None) -> Case:
    """Give a case of the record's room."""
    return Case("c1", "message", str(record.group.id), record.number, "m", "Calm Wren", Flag("red", ()), pos=pos)


async def test_each_line_of_a_scene_is_named_as_an_act_names_it(
    servers: Servers, scenes: Scenes, record: RoomRecord, wren: Seat
) -> None:
    """Removed by that name, an earlier one is gone from the scene, and the case's own says that it is removed."""
    positions = [await say(record, wren, text) for text in ("one", "two", "three")]
    case = case_about(record, positions[2])
    assert [(line.text, line.pos) for line in await scenes.before(case)] == [
        ("one", positions[0]),
        ("two", positions[1]),
    ]
    found = await scenes.message(case)
    assert found is not None
    assert (found.text, found.pos) == ("three", positions[2])
    acts, scope = Acts(servers), Scope(record.group, record.number)
    await acts.carry_out(scope, "act-1", "ada", [("remove", positions[0]), ("remove", positions[2])], {"act": "remove"})
    assert [line.text for line in await scenes.before(case)] == ["two"]
    removed = await scenes.message(case)
    assert removed is not None
    assert (removed.is_removed, removed.pos) == (True, positions[2])


async def test_a_room_has_the_pace_of_its_messages_alone(scenes: Scenes, record: RoomRecord, wren: Seat) -> None:
    """An empty room has none; reactions are no messages."""
    case = case_about(record, None)
    assert await scenes.pace(case) == Pace(0, WINDOW_MS)
    pos = await say(record, wren, "one")
    await say(record, wren, "two")
    await react(record, wren, pos)
    assert await scenes.pace(case) == Pace(2, WINDOW_MS)


async def test_what_is_older_than_the_window_is_not_counted(
    servers: Servers, scenes: Scenes, record: RoomRecord, wren: Seat
) -> None:
    """As time passes, a room grows quiet by itself."""
    tag, case = f"{record.group.id}.{record.number}", case_about(record, None)
    now_ms = int((await servers.call("desk", "TIME"))[0]) * 1000
    for age_ms in (WINDOW_MS + 60_000, WINDOW_MS - 60_000):
        await servers.call(
            tag, "XADD", "{" + tag + "}:stream", f"{now_ms - age_ms}-0", "p", "0-0", "e", b"\x81\xa2ev\xa7message"
        )
    assert await scenes.pace(case) == Pace(1, WINDOW_MS)


async def test_a_very_busy_room_is_counted_over_its_newest_entries(
    servers: Servers, scenes: Scenes, record: RoomRecord
) -> None:
    """However long the record, no more than MAX_LOOKED are read, and the pace is over the time they took."""
    tag, case = f"{record.group.id}.{record.number}", case_about(record, None)
    now_ms = int((await servers.call("desk", "TIME"))[0]) * 1000
    for n in range(MAX_LOOKED + 50):
        entry = f"{now_ms - 60_000 + n * 100}-0"
        await servers.call(tag, "XADD", "{" + tag + "}:stream", entry, "p", "0-0", "e", b"\x81\xa2ev\xa7message")
    pace = await scenes.pace(case)
    assert pace.messages == MAX_LOOKED
    assert 55_000 <= pace.over_ms < WINDOW_MS
