"""The scenarios in their order, each under a clock of its own: what fails or hangs says so and the next one runs."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load import scenes
from tests.load.bench import Bench, Size
from tests.load.machine import describe, raise_file_limit
from tests.load.report import said
from tests.load.scenarios import changes, growth, overload, steady, storms

Run = Callable[[Bench], dict[str, Any]]


class TooLongError(Exception):
    """A scenario took more than its clock allows."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: its name, what it does, about how long it takes, and after how long it is given up (s)."""

    name: str
    run: Run
    about: str
    takes_s: int
    limit_s: int


SCENARIOS = (
    Scenario("room", steady.room, "one big room", 20, 150),
    Scenario("evening", steady.evening, "many small rooms, every message reviewed, stored, acknowledged", 25, 150),
    Scenario("idle", steady.idle, "sockets on which nobody says anything", 60, 240),
    Scenario("storm-join", storms.storm_join, "everybody joins at once", 15, 180),
    Scenario("storm-reconnect", storms.storm_reconnect, "everybody comes back after an outage", 110, 420),
    Scenario("failover", changes.failover, "the primary dies while people talk", 40, 150),
    Scenario("rolling", changes.rolling, "nodes are replaced while people talk", 50, 240),
    Scenario("overload", overload.overload, "up to three times of what it can", 55, 240),
    Scenario("growth-rooms", growth.growth_rooms, "more and more rooms", 55, 300),
    Scenario("growth-members", growth.growth_members, "more and more members of one room", 50, 300),
    Scenario("growth-nodes", growth.growth_nodes, "one, two and four nodes; a cluster of three", 70, 300),
    Scenario("peers", scenes.compare, "beside a plain Starlette hub and the ws package", 170, 480),
)


def chosen(only: Sequence[str]) -> list[Scenario]:
    """Give the scenarios whose names begin with one of these words; all of them for none.

    Raises: ValueError for a word with which no name begins.
    """
    for word in only:
        if not any(scenario.name.startswith(word) for scenario in SCENARIOS):
            names = ", ".join(scenario.name for scenario in SCENARIOS)
            raise ValueError(f"there is no scenario {word}: {names}")
    return [scenario for scenario in SCENARIOS if not only or scenario.name.startswith(tuple(only))]


def play(scenarios: Sequence[Scenario], size: Size, load: str | None) -> dict[str, Any]:
    """Run these one after the other, with progress on standard error; gives the record."""
    raise_file_limit()
    record: dict[str, Any] = {"machine": describe(), "scenarios": {}}
    left_s = sum(scenario.takes_s for scenario in scenarios)
    for number, scenario in enumerate(scenarios, 1):
        _tell(f"[{number}/{len(scenarios)}, about {_minutes(left_s)} left] {scenario.name}: {scenario.about} ...")
        began, ran = time.monotonic(), {"at": time.strftime("%H:%M"), "load_average": describe()["load_average"]}
        result = _play_one(scenario, size, load) | ran
        result["took_s"] = round(time.monotonic() - began, 1)
        record["scenarios"][scenario.name] = result
        _tell(f"    {result['took_s']:.0f} s: {said(scenario.name, result)}")
        left_s -= scenario.takes_s
    return record


def _play_one(scenario: Scenario, size: Size, load: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="alongside-bench-", ignore_cleanup_errors=True) as name:
        bench = Bench(size, Path(name), lambda line: _tell(f"    {line} ..."), load)
        try:
            with _clock(scenario.limit_s):
                return scenario.run(bench)
        except Exception as fault:  # the edge of a scenario: the record says what went wrong, the others still run
            return {"error": f"{type(fault).__name__}: {str(fault)[-300:]}"}


@contextmanager
def _clock(limit_s: int) -> Iterator[None]:
    """Raises TooLongError in the main thread after so long."""

    def ring(*_: object) -> None:
        raise TooLongError(f"given up after {limit_s} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(limit_s)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _minutes(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
