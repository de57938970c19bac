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
from tests.load.bench import Bench, Size
from tests.load.joining import group_of, join_at_once, seat_in_order, write_each
from tests.load.machine import bare_send_us
from tests.load.procs import used_by

RUN_TIMEOUT_S = 120
SMALL = 20  # members of a small room
WARM_S, SETTLE_S = 1.0, "3"
JOIN_LINES = 8
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


def talking(size: Size) -> list[Scene]:
    """Give the scenes in which somebody talks."""
    secs = ("--secs", str(size.peer_s), "--warm", str(min(WARM_S, size.peer_s)))
    room, rooms, rate = size.room, max(1, size.people // SMALL), str(size.room_rate)
    whole, small = ("--senders", str(room)), ("--senders", str(rooms * SMALL))
    return [
        Scene(f"one room of {room:,}, saturated", 1, room, (*whole, "--window", "64", *secs)),
        Scene(f"{rooms} rooms of {SMALL}, saturated", rooms, SMALL, (*small, "--window", "400", *secs)),
        Scene(f"room of {room:,} at {size.room_rate:.0f} messages/s", 1, room, (*whole, "--rate", rate, *secs)),
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
        "--each", str(place / "each"), "--subproto", "alongside.v1+json", "--text", "--settle", SETTLE_S,
        "--first", '{"do":"enter","after":null}', "--tmpl", '{"do":"say","id":"%s","text":"%p"}',
    ]  # fmt: skip


def compare(bench: Bench) -> dict[str, Any]:
    """Put every server through every scene, one after the other, and count how many joins a second ours takes."""
    compared, skipped = [OURS, HUB], []
    why_not = servers.install_ws(bench.folder)
    if why_not is None:
        compared.append(NODE_WS)
    else:
        skipped.append(f"skipped: the ws package under node ({why_not})")
    seen: dict[str, Any] = {}
    for scene in _all(bench.size):
        by_server = seen[scene.name] = {}
        for server in compared:
            bench.tell(f"{scene.name}: {server.name}")
            bare_us = bare_send_us(servers.SERVER_CORE, servers.LOAD_CORE)
            one = by_server[server.name] = play(server, scene, bench.folder, bench.load)
            one |= {"paced": "--rate" in scene.options, "bare_send_us": round(bare_us, 2)}
    bench.tell("joins")
    load = "a C++ program given with LOAD" if bench.load else "tests/load/client.py"
    return {"load": load, "skipped": skipped, "scenes": seen, "joins": joins(bench.folder, bench.size)}


def _all(size: Size) -> list[Scene]:
    return [*talking(size), idle(size.peer_idle)]


def joins(folder: Path, size: Size) -> dict[str, Any]:
    """Give how many joins a second our server takes over JOIN_LINES connections (no proof of work), and their CPU."""
    count = max(JOIN_LINES, size.people // 2 // JOIN_LINES * JOIN_LINES)
    place = Path(tempfile.mkdtemp(dir=folder))
    with servers.ours(place, 20) as running:
        group = group_of(running.port)
        before, began = used_by(running.pid), time.monotonic()
        join_at_once(group, count, JOIN_LINES)
        seconds, cpu_s = time.monotonic() - began, used_by(running.pid).cpu_s - before.cpu_s
    return {"per_s": round(count / seconds), "cpu_ms_each": round(cpu_s / count * 1000, 2)}
