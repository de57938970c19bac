"""Tests of the bench's table and record: what was not measured is not printed as if it had been."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.load import __main__ as bench
from tests.load.report import table

COST = {"us_per_deliv": 8.0, "us_per_msg": 160.0}
SEEN = {"deliv_per_s": 1000, "lost": 0, "ooo": 0, "closed": 0, "pid0": COST, "bare_send_us": 4.0}


def result(**one: Any) -> dict[str, Any]:
    """Give a result with one scene of two servers."""
    return {
        "machine": {
            "cpu": "Abacus (tm) 9",
            "cores": 2,
            "kernel": "Linux 6",
            "python": "3.11",
            "day": "2026-11-26",
            "load_average": 0.5,
        },
        "load": "tests/load/client.py",
        "skipped": [],
        "scenes": {"a room": {"Alongside": {**SEEN, **one}, "ws (node)": {**SEEN, **one, "pid0": {**COST, **one}}}},
        "joins": {"per_s": 500, "cpu_ms_each": 1.0},
    }


def test_no_delay_is_printed_when_none_was_timed() -> None:
    """It once said 0.0 ms."""
    assert " ms p99" not in table(result())
    assert "p50 1.5 ms p99 20.0 ms" in table(result(lat_us={"p50": 1500, "p99": 20_000}, paced=True))


def test_a_cost_is_given_in_bare_writes_too_and_beside_its_peers() -> None:
    """A ratio within the run says more than a figure of a busy machine."""
    printed = table(result(us_per_deliv=12.0))
    assert "8.00 us a delivery (2.00 x a bare write)" in printed
    assert "12.00 us a delivery (3.00 x a bare write)" in printed
    assert "1.50 x ours" in printed


def test_a_result_is_kept_under_its_day_and_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file says where and when."""
    monkeypatch.setattr(bench, "RECORDS", tmp_path / "benchmarks")
    file = bench.record(result())
    assert file.name == "2026-11-26-abacus-tm-9-2-cores.json"
    assert json.loads(file.read_text())["machine"]["cpu"] == "Abacus (tm) 9"
