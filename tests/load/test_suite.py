"""Tests of the suite: what runs, at which size, under which clock; and one scenario against a real server."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.load.__main__ import main
from tests.load.bench import TINY
from tests.load.suite import SCENARIOS, Scenario, chosen, play


def test_a_word_chooses_every_scenario_whose_name_begins_so() -> None:
    """None chooses all."""
    assert [one.name for one in chosen(["storm", "idle"])] == ["idle", "storm-join", "storm-reconnect"]
    assert chosen([]) == list(SCENARIOS)
    with pytest.raises(ValueError, match="there is no scenario tea: room, "):
        chosen(["tea"])


def test_the_whole_suite_promises_twelve_minutes() -> None:
    """By what each scenario says it takes."""
    assert sum(one.takes_s for one in SCENARIOS) <= 12 * 60


def test_a_scenario_that_fails_or_hangs_leaves_the_others_their_turn(capsys: pytest.CaptureFixture[str]) -> None:
    """The record says what happened to each."""

    def fails(_: object) -> dict[str, object]:
        raise OSError("no such luck")

    def hangs(_: object) -> dict[str, object]:
        time.sleep(60)
        return {}

    made = [Scenario(name, run, "a try", 1, 1) for name, run in (("fails", fails), ("hangs", hangs))]
    record = play(made, TINY, None)["scenarios"]
    assert record["fails"]["error"] == "OSError: no such luck"
    assert record["hangs"]["error"] == "TooLongError: given up after 1 s"
    assert "[2/2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--only", "tea"], "there is no scenario tea"),
        (["--record", "--tiny"], "not of a tiny run"),
        (["--outage", "9000"], "--outage: 1 to 300"),
        (["--idle", "many"], "--idle"),
    ],
)
def test_bad_options_are_one_sentence(arguments: list[str], fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing runs."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert fault in capsys.readouterr().err


def test_an_evening_is_measured_against_a_real_server(tmp_path: Path) -> None:
    """Every message arrives once and in order, is timed from sending to receipt, and costs something."""
    out = tmp_path / "bench.json"
    assert main(["--only", "evening", "--tiny", "--out", str(out)]) == 0
    seen = json.loads(out.read_text())["scenarios"]["evening"]
    assert (seen["people"], seen["rooms"]) == (TINY.people, TINY.people // TINY.seats)
    assert seen["said"] == seen["sent"] > 0
    assert seen["deliveries"] == seen["sent"] * TINY.seats == seen["send_to_receipt_ms"]["n"]
    assert seen["cpu"]["node_us_per_message"] > 0 < seen["cpu"]["redis_us_per_message"]
    assert not any(seen["wrong"].values())
