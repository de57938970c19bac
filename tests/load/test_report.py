"""Tests of the bench's lines and record: what was not measured is not printed as if it had been, no fault is hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.load import record
from tests.load.report import said, table

COST = {"us_per_deliv": 8.0, "us_per_msg": 160.0}
SEEN = {"deliv_per_s": 1000, "lost": 0, "ooo": 0, "closed": 0, "pid0": COST, "bare_send_us": 4.0}
MACHINE = {"cpu": "Abacus (tm) 9", "cores": 2, "day": "2026-11-26"}


def compared(**one: Any) -> dict[str, Any]:
    """Give what the scenario `peers` saw: one scene of two servers."""
    return {
        "skipped": [],
        "scenes": {"a room": {"Alongside": {**SEEN, **one}, "ws (node)": {**SEEN, **one, "pid0": {**COST, **one}}}},
        "joins": {"per_s": 500, "cpu_ms_each": 1.0},
    }


def recorded(**scenarios: Any) -> dict[str, Any]:
    """Give a record with these scenarios."""
    return {"machine": MACHINE, "scenarios": scenarios}


def test_no_delay_is_printed_when_none_was_timed() -> None:
    """It once said 0.0 ms."""
    assert " ms p99" not in table(compared())
    assert "p50 1.5 ms p99 20.0 ms" in table(compared(lat_us={"p50": 1500, "p99": 20_000}, paced=True))


def test_a_cost_is_given_in_bare_writes_too_and_beside_its_peers() -> None:
    """A ratio within the run says more than a figure of a busy machine."""
    printed = table(compared(us_per_deliv=12.0))
    assert "8.00 us a delivery (2.00 x a bare write)" in printed
    assert "12.00 us a delivery (3.00 x a bare write)" in printed
    assert "1.50 x ours" in printed


def test_a_scenario_that_failed_says_so() -> None:
    """With the reason, in place of figures."""
    assert said("idle", {"error": "TimeoutError: not within 120 s"}) == "failed: TimeoutError: not within 120 s"


def test_a_lost_message_is_named_in_the_line_and_makes_the_run_a_failure() -> None:
    """Nobody must look for it in the record."""
    storm = {"came": 2, "people": 2, "all_in_s": 1.0, "each_ms": {"n": 0}, "wrong": {"lost": 1, "doubled": 0}}
    assert "WRONG {'lost': 1}" in said("storm-reconnect", storm)
    assert record.faults(recorded(storm=storm)) == ["storm"]
    assert record.faults(recorded(nodes={"points": [{"wrong": {"skipped": 2}}]})) == ["nodes"]
    assert record.faults(recorded(idle={"error": "no"}, room={"wrong": {"lost": 0}})) == ["idle"]


def test_a_record_is_kept_under_its_day_and_machine(tmp_path: Path) -> None:
    """The file says where and when."""
    file = record.keep(recorded(room={"rooms": 1}), tmp_path)[0]
    assert file.name == "2026-11-26-abacus-tm-9-2-cores.json"
    assert json.loads(file.read_text())["machine"]["cpu"] == "Abacus (tm) 9"


def test_some_scenarios_run_again_take_their_places_in_the_record(tmp_path: Path) -> None:
    """The others stay."""
    record.keep(recorded(room={"rooms": 1}, idle={"n": 1}), tmp_path)
    file = record.keep(recorded(idle={"n": 2}), tmp_path)[0]
    assert json.loads(file.read_text())["scenarios"] == {"room": {"rooms": 1}, "idle": {"n": 2}}


def test_a_curve_takes_a_line_a_point_and_reads_back_as_it_was() -> None:
    """Thousands of lines of single numbers are nobody's to read."""
    made = recorded(storm={"over_time": [[0.25, 0], [1e-05, 20]], "limits": [1, 2, 3]})
    text = record.as_json(made)
    assert json.loads(text) == made
    assert "[ 0.25, 0 ]" in text
