"""Caddy as deploy/ configures it: for tests of that file, and of what members meet behind it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.house import START_TIMEOUT_S, free_port

CADDYFILE = Path(__file__).parent.parent / "deploy" / "caddy" / "Caddyfile"
CADDY = shutil.which("caddy")


def missing() -> bool:
    """Tell whether there is no Caddy here; where there must be one, that is a failure."""
    assert CADDY is not None or not os.environ.get("REQUIRE_CADDY"), "there is no caddy, but REQUIRE_CADDY is set"
    return CADDY is None


def adapted() -> str:
    """Give deploy's file, without the line that this Caddy is too old for."""
    said = subprocess.run([str(CADDY), "version"], capture_output=True, text=True, timeout=20, check=True).stdout
    version = re.match(r"v?(\d+)\.(\d+)", said)
    assert version is not None, said
    text = CADDYFILE.read_text()
    if (int(version[1]), int(version[2])) < (2, 7):
        text, left_out = re.subn(r"\n\t+stream_close_delay .*", "", text)
        assert left_out == 1
    return text


@contextlib.contextmanager
def serving(folder: Path, nodes: dict[str, int]) -> Iterator[tuple[str, Path]]:
    """Run Caddy with deploy's file, without TLS and before these ports here; gives its address and its log."""
    url, text = f"http://127.0.0.1:{free_port()}", adapted()
    for name, port in nodes.items():
        assert f"{name}:8000" in text
        text = text.replace(f"{name}:8000", f"127.0.0.1:{port}")
    folder.mkdir()
    config, log = folder / "Caddyfile", folder / "caddy.log"
    config.write_text(text.replace("{\n", "{\n\tadmin off\n", 1))  # of several on this machine
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = [str(CADDY), "run", "--config", str(config), "--adapter", "caddyfile"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env={**os.environ, **home, "DOMAIN": url})
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while status(url + "/") != 200:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield url, log
    finally:
        process.terminate()
        process.wait(20)


def status(url: str) -> int:
    """Give what a request is answered with; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as fault:
        return fault.code
    except OSError:
        return 0
