"""What is wrong, in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chatserver.core.duty import StaffWord
from chatserver.core.roomhealth import Place
from chatserver.core.troubles import troubles
from tests.core.test_roomhealth import GROUP, NOW, place, seen, since

WELL: dict[str, Any] = {
    "redis_ready": True,
    "loop_lag_s": 0.01,
    "round_trip_s": 0.001,
    "draining": False,
    "version": "1",
}


def names(nodes: dict[str, Any], *places: Place, failing_since_ms: int | None = None) -> list[str]:
    """What is wrong, by name."""
    return [one.name for one in troubles(nodes, places, failing_since_ms, NOW)]


def test_nothing_is_wrong_when_all_is_well() -> None:
    """Danger that came just now, four slow readers and a node that is not idle are no trouble."""
    fine = place(seen(1, 9, slow=4), waiting=(since(59),))
    assert names({"0": WELL, "1": WELL | {"loop_lag_s": 0.4}}, fine) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (None, "silent"),
        ({"redis_ready": False}, "redis"),
        ({"loop_lag_s": 0.6}, "lag"),
        ({"round_trip_s": 0.3}, "round_trip"),
        ({"draining": True}, "draining"),
        ({"version": "2"}, "versions"),
    ],
)
def test_a_node_is_named_when_something_is_wrong_with_it(change: dict[str, Any] | None, name: str) -> None:
    """Each trouble of a node, and no other."""
    found = troubles({"0": WELL, "1": None if change is None else WELL | change}, [place()], None, NOW)
    assert [one.name for one in found] == [name]
    assert name == "versions" or "node 1" in found[0].words.lower()


def test_danger_is_said_first_when_it_has_waited_for_a_minute() -> None:
    """With its group and for how long; what can wait comes last."""
    found = troubles({"0": WELL | {"draining": True}}, [place(waiting=(since(185),))], None, NOW)
    assert [one.name for one in found] == ["danger", "draining"]
    assert found[0].words == "Danger has waited for 3 minutes and nobody has claimed it, in Porch."


def test_nobody_on_duty_is_said_when_somebody_should_be() -> None:
    """Of a group that is closed by its timetable it is not."""
    alone, later = place(staff=StaffWord(False)), place(staff=StaffWord(False, NOW + 1))
    other = replace(place(), group=replace(GROUP, title="Garden"))
    assert names({}, later) == []
    assert troubles({}, [alone, other], None, NOW)[0].words == "Nobody is on duty for Porch."
    assert troubles({}, [alone], None, NOW)[0].words == "Nobody is on duty for any group."


def test_slow_readers_and_failing_calls_are_said() -> None:
    """From five readers on; and since when calls fail."""
    assert names({}, place(seen(1, 9, slow=3), seen(2, 9, slow=2))) == ["slow"]
    found = troubles({}, [], NOW - 7_300_000, NOW)
    assert [one.words for one in found] == ["Calls to whoever is on call have failed for 2 hours."]
