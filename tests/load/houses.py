"""Our server for the scenarios: the whole of it as a person would start it, on cores apart from the load program's.

A scenario runs in the bench's own process, on the last core; what it starts gets the others. Everything started here is
ended here. Knows no scenario.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house import GROUP, House
from tests.load.crowd import Crowd
from tests.load.member import Member
from tests.load.procs import Costs, costs_of, family

STOP_S = 20.0


@dataclass(frozen=True, slots=True)
class Shape:
    """How a house is started: seats of one room, groups beside each other, node processes, limits, which Redis."""

    seats: int
    groups: int = 1
    workers: int = 1
    limits: bool = False
    redis: str | None = None
    redis_pids: tuple[int, ...] = ()
    cores: int = 1
    """How many cores it may use at most, where the machine has them."""
    drain_s: float = 0.0


class BenchHouse(House):
    """A house of the bench."""

    def __init__(self, folder: Path, shape: Shape) -> None:
        options = ["--join-proof", "off", "--limits", "on" if shape.limits else "off", "--workers", str(shape.workers)]
        options += ["--drain-s", str(shape.drain_s)] + (["--redis", shape.redis] if shape.redis else [])
        super().__init__(folder, *options, seats=shape.seats)
        self.shape = shape
        for file in self.groups.iterdir():
            file.unlink()
        for number in range(shape.groups):
            text = GROUP.format(title=f"Bench {number}", seats=shape.seats)
            (self.groups / f"bench{number:02d}.toml").write_text(text)

    def start(self) -> BenchHouse:
        """Start it on its cores and wait until members can be let in."""
        with server_cores(self.shape.cores):
            super().start()
        return self

    def all_groups(self) -> list[dict[str, Any]]:
        """Give every group of the directory."""
        groups: list[dict[str, Any]] = self.get("/api/groups")
        return groups

    def costs(self) -> Costs:
        """Give what nodes and Redis have used so far."""
        return costs_of([self.pid, *self.shape.redis_pids])

    def kill_all(self) -> None:
        """End everything of it at once, without warning: nodes, supervisor and the embedded server."""
        everybody = family(self.pid)
        for pid in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def end(self) -> None:
        """End it: asked first, then killed. Its figures are taken by then, so how it ends is nobody's concern here."""
        if self._process is None or self._process.poll() is not None:
            return
        everybody = family(self.pid)
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            for pid in everybody:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()

    def seat(self, crowd: Crowd, count: int) -> list[Member]:
        """Add so many members to the crowd, spread evenly over the groups; nobody has joined yet."""
        groups = self.all_groups()
        parts = [count // len(groups) + (n < count % len(groups)) for n in range(len(groups))]
        return [
            member
            for group, part in zip(groups, parts, strict=True)
            for member in crowd.add(group["id"], group["agreement"]["version"], part)
        ]


def cores() -> list[int]:
    """Give the cores this program may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


ALL_CORES = cores()


@contextlib.contextmanager
def server_cores(most: int) -> Iterator[None]:
    """What is started inside runs on the first `most` cores, never on the load program's (the last)."""
    if len(ALL_CORES) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(ALL_CORES[:-1][:most]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def load_core() -> Iterator[None]:
    """Keep this program on the last core meanwhile, where there is more than one."""
    if len(ALL_CORES) < 2:
        yield
        return
    os.sched_setaffinity(0, {ALL_CORES[-1]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(ALL_CORES))


@contextlib.contextmanager
def house_of(folder: Path, shape: Shape) -> Iterator[BenchHouse]:
    """Run a house; it is ended afterwards, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    house = BenchHouse(folder, shape)
    try:
        house.start()
        yield house
    finally:
        house.end()


@contextlib.contextmanager
def crowd_at(house: BenchHouse, **options: Any) -> Iterator[Crowd]:
    """Give a crowd that stands before this house."""
    crowd = Crowd(house.port, **options)
    try:
        yield crowd
    finally:
        crowd.close()
