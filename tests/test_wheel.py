"""The wheel carries everything: built, installed elsewhere, run from an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.house import free_port

ROOT = Path(__file__).parent.parent


def test_the_installed_wheel_serves_its_pages_and_groups(tmp_path: Path) -> None:
    """Not only the checkout works."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    wheel = next(tmp_path.glob("*.whl"))
    target, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", str(target),
        str(wheel)],
        check=True, timeout=60,
    )  # fmt: skip
    port = free_port()
    command = [str(target / "bin" / "chatserver"), "serve", "--port", str(port), "--data-dir", str(tmp_path / "data")]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=empty, env={**os.environ, "PYTHONPATH": str(target)}, stdout=subprocess.DEVNULL
    )
    try:
        assert len(json.loads(fetch(f"http://127.0.0.1:{port}/api/groups"))) == 6
        assert b"Alongside" in fetch(f"http://127.0.0.1:{port}/")
        assert b"class Room" in fetch(f"http://127.0.0.1:{port}/static/js/room.js")
    finally:
        server.terminate()
        server.wait(30)


def fetch(url: str) -> bytes:
    """Fetch, giving the server time to start."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
