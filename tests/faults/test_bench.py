"""The bench's other scenarios, with a handful of people: each comes to an end, and finds no message wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.bench import TINY, Bench
from tests.load.suite import SCENARIOS, Scenario

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
OURS = [scenario for scenario in SCENARIOS if scenario.name not in ("peers", "evening")]


@pytest.mark.parametrize("scenario", OURS, ids=lambda scenario: scenario.name)
def test_a_scenario_ends_and_nothing_is_lost_doubled_or_moved(scenario: Scenario, tmp_path: Path) -> None:
    """Whatever was killed, everybody who came is there and has heard everything once."""
    seen = scenario.run(Bench(TINY, tmp_path, lambda _: None))
    wrongs = [seen.get("wrong", {}), *(point.get("wrong", {}) for point in seen.get("points", ()))]
    assert not any(count for wrong in wrongs for count in wrong.values())
    assert seen.get("came") in (None, seen.get("people"))
