"""Starts the server as a person would, and ends only what it started."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 40
RELOAD_TIMEOUT_S = 90
ROOT = Path(__file__).parent.parent

GROUP = """[group]
title = "{title}"
topic = "A group for tests"
language = "en"
seats = {seats}
agreement = "Be kind."
"""


def free_port() -> int:
    """Give a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def child_pids(pid: int) -> list[int]:
    """Give the processes this one started (Linux); none when it has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def install(folder: Path) -> Path:
    """Copy this checkout's program into a folder, where a test may change it under a running house; give its root."""
    for part in ("chatserver", "moderation", "static"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def change(root: Path, file: str, old: str, new: str) -> None:
    """Install another version of one file."""
    text = (root / file).read_text()
    assert old in text, f"{old} is not in {file}"
    (root / file).write_text(text.replace(old, new))


class House:
    """A running `chatserver serve`, of this checkout or of the copy at `root`."""

    def __init__(self, folder: Path, *options: str, seats: int = 50, root: Path = ROOT) -> None:
        self.root = root
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.desk_url = f"http://localhost:{self.port}/desk"  # a passkey belongs to a name, not to a number
        self.data = folder / "data"
        groups = self.groups = folder / "groups"
        groups.mkdir(exist_ok=True, parents=True)
        (groups / "porch.toml").write_text(GROUP.format(title="Porch", seats=seats))
        (groups / "garden.toml").write_text(GROUP.format(title="Garden", seats=seats))
        self.command = [
            sys.executable, "-m", "chatserver", "serve", "--port", str(self.port), "--data-dir", str(self.data),
            "--groups", str(groups), "--drain-s", "1", *options,
        ]  # fmt: skip
        self.log = folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> House:
        """Start it and wait until members can be let in."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=self.root)
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log.read_text()}")
            if self.is_ready():
                return self
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.log.read_text()}")

    def is_ready(self) -> bool:
        """Tell whether members can be let in just now."""
        try:
            with urllib.request.urlopen(self.url + "/health/ready", timeout=1):
                return True
        except OSError:
            return False

    @property
    def pid(self) -> int:
        """Give the supervisor's process id."""
        assert self._process is not None
        return self._process.pid

    def nodes(self) -> list[int]:
        """Give the process ids of the nodes, one at least."""
        return _found(lambda: [node for nursery in self._nurseries() for node in child_pids(nursery)])

    def nursery(self) -> int:
        """Give the process id of the warm process that forks the nodes."""
        return _found(self._nurseries)[-1]

    def _nurseries(self) -> list[int]:
        return [pid for pid in child_pids(self.pid) if b"chatserver" in _command(pid)]

    def valkey(self) -> int:
        """Give the process id of the embedded server."""
        return _found(lambda: [pid for pid in child_pids(self.pid) if b"valkey" in _command(pid).split(b"\0")[0]])[0]

    def stop(self) -> int:
        """Ask it to end; give its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def reload(self) -> str:
        """Ask for new nodes, as `systemctl reload` does, and wait until it is over; give what the log says of it."""
        before = self._reloads()
        os.kill(self.pid, signal.SIGHUP)
        deadline = time.monotonic() + RELOAD_TIMEOUT_S
        while len(ended := self._reloads()) == len(before):
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return ended[-1]

    def _reloads(self) -> list[str]:
        return re.findall(r"replacing the nodes: (\w+)", self.log.read_text())

    def run(self, *args: str) -> str:
        """Run another command beside it; give what it says."""
        command, root = [sys.executable, "-m", "chatserver", *args], self.root
        settings = {"CHAT_DATA_DIR": str(self.data), "CHAT_PORT": str(self.port), "CHAT_GROUPS": str(self.groups)}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=30, cwd=root, env={**os.environ, **settings}, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def get(self, path: str) -> Any:
        """Fetch JSON."""
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return json.load(answer)

    def group(self, title: str = "Porch") -> dict[str, Any]:
        """Give one group of the directory."""
        return next(group for group in self.get("/api/groups") if group["title"] == title)


def _found(look: Callable[[], list[int]]) -> list[int]:
    """Linux may leave a child out of its list while another one ends (proc(5), `children`), and what was killed is
    there again a moment later: they are looked for until one is found.
    """
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("there is no such process")


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(pid: int) -> None:
    """End a process without warning."""
    os.kill(pid, signal.SIGKILL)
