"""The scenes: what every server is put through, with the same load program, one after the other.

Every scene is bounded in members and seconds. Figures are CPU time, not wall time, so that what else runs on the
machine weighs less; compare servers within one run only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load import servers
from tests.load.joining import group_of, join_at_once, seat_in_order, write_each
from tests.load.procs import used_by

RUN_TIMEOUT_S = 150
JOINS = 800
Start = Callable[[Path, int], AbstractContextManager[servers.Running]]


@dataclass(frozen=True, slots=True)
class Scene:
    """So many rooms of so many seats, and how they talk."""

    name: str
    rooms: int
    seats: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """One of those compared."""

    name: str
    start: Start
    is_ours: bool


OURS = Server("Alongside", servers.ours, True)
HUB = Server("plain Starlette hub", servers.plain_hub, False)
NODE_WS = Server("ws (node)", servers.node_ws, False)


def talking(seconds: float) -> list[Scene]:
    """Give the scenes in which somebody talks."""
    secs = ("--secs", str(seconds), "--warm", "1")
    return [
        Scene("one room of 1,000, saturated", 1, 1000, ("--senders", "1000", "--window", "64", *secs)),
        Scene("100 rooms of 20, saturated", 100, 20, ("--senders", "2000", "--window", "400", *secs)),
        Scene("room of 1,000 at 50 messages/s", 1, 1000, ("--senders", "50", "--rate", "50", *secs)),
    ]


def idle(count: int) -> Scene:
    """Give the scene in which nobody says anything, in rooms of 20."""
    return Scene(f"{count:,} idle sockets", max(1, count // 20), 20, ("--secs", "0"))


def play(server: Server, scene: Scene, folder: Path, load: str | None) -> dict[str, Any]:
    """Put one server through one scene; gives what the load program saw. A failure is an `error` in the answer."""
    place = Path(tempfile.mkdtemp(dir=folder))
    try:
        with server.start(place, scene.seats) as running:
            members = scene.rooms * scene.seats
            command = [*_load_program(load), "--port", str(running.port), "--pid", str(running.pid)]
            command += ["--conns", str(members), "--rooms", str(scene.rooms), *scene.options]
            if server.is_ours:
                command += _our_options(running, members, scene.seats, place)
            done = subprocess.run(
                command,
                capture_output=True,
                timeout=RUN_TIMEOUT_S,
                check=False,
                cwd=servers.ROOT,
                preexec_fn=lambda: servers.pin(servers.LOAD_CORE),
            )
            if done.returncode:
                return {"error": done.stderr.decode(errors="replace").strip().rpartition("\n")[2]}
            answer: dict[str, Any] = json.loads(done.stdout)
            return answer
    except (subprocess.TimeoutExpired, RuntimeError) as fault:
        return {"error": str(fault)[-300:]}


def _load_program(load: str | None) -> list[str]:
    return [load] if load else [sys.executable, "-m", "tests.load.client"]


def _our_options(running: servers.Running, members: int, seats: int, place: Path) -> list[str]:
    group = group_of(running.port)
    write_each(place / "each", group, seat_in_order(group, members), seats)
    return [
        "--each", str(place / "each"), "--subproto", "alongside.v1+json", "--text", "--settle", "4",
        "--first", '{"do":"enter","after":null}', "--tmpl", '{"do":"say","id":"%s","text":"%p"}',
    ]  # fmt: skip


def joins(folder: Path) -> dict[str, Any]:
    """Give how many joins a second our server takes over 8 connections (no proof of work), and their CPU time."""
    place = Path(tempfile.mkdtemp(dir=folder))
    with servers.ours(place, 20) as running:
        group = group_of(running.port)
        before, began = used_by(running.pid), time.monotonic()
        join_at_once(group, JOINS)
        seconds, cpu_s = time.monotonic() - began, used_by(running.pid).cpu_s - before.cpu_s
    return {"per_s": round(JOINS / seconds), "cpu_ms_each": round(cpu_s / JOINS * 1000, 2)}
