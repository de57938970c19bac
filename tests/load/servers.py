"""The servers that are measured: ours, a plain Starlette hub, and the `ws` package under node.

Each is started as a person would start it, pinned to the first core, and ended by its own process id. Knows no scene.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.load.procs import family

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 20.0
SERVER_CORE, LOAD_CORE = 0, 1
GROUP = """[group]
title = "Bench"
topic = "A group for the load program"
language = "en"
seats = {seats}
agreement = "Be kind."
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers on `port`; `pid` is the root of its processes."""

    port: int
    pid: int


def pin(core: int) -> None:
    """Keep this process (and what it starts) on one core, where the machine has more than one."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def free_port() -> int:
    """Give a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[Running]:
    with (folder / "output.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=ROOT, preexec_fn=lambda: pin(SERVER_CORE), start_new_session=True
        )
        try:
            _wait_for(port, process, folder)
            yield Running(port, process.pid)
        finally:
            everybody = family(process.pid)
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                for pid in everybody:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, 9)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            line.sendall(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if line.recv(100)[9:12] in (b"200", b"404", b"426"):  # the peers know no such page
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not start: " + (folder / "output.log").read_text()[-2000:])


@contextlib.contextmanager
def ours(folder: Path, seats: int) -> Iterator[Running]:
    """Run the whole of Alongside with its embedded Valkey, one group of rooms with so many seats."""
    groups = folder / "groups"
    groups.mkdir()
    (groups / "bench.toml").write_text(GROUP.format(seats=seats))
    port = free_port()
    command = [
        sys.executable, "-m", "chatserver", "serve", "--port", str(port), "--data-dir", str(folder / "data"),
        "--groups", str(groups), "--join-proof", "off", "--limits", "off", "--drain-s", "0",
    ]  # fmt: skip
    with _running(command, port, folder) as running:
        yield running


@contextlib.contextmanager
def plain_hub(folder: Path, _: int) -> Iterator[Running]:
    """Run the plain Starlette hub on uvicorn."""
    port = free_port()
    with _running([sys.executable, "-m", "tests.load.hub", str(port)], port, folder) as running:
        yield running


@contextlib.contextmanager
def node_ws(folder: Path, _: int) -> Iterator[Running]:
    """Run the `ws` package under node, from a folder that `install_ws` has filled."""
    port = free_port()
    with _running(["node", str(folder.parent / "ws" / "ws_peer.mjs"), str(port)], port, folder) as running:
        yield running


def install_ws(folder: Path) -> str | None:
    """Install `ws` with npm into a folder `ws` of this one; gives why not, or None when it is there."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "there is no node with npm"
    place = folder / "ws"
    place.mkdir()
    shutil.copy(Path(__file__).with_name("ws_peer.mjs"), place)
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(place), "ws@8"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    return None if done.returncode == 0 else "npm could not install ws"
