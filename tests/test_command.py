"""The command line, as an operator types it: faults are one sentence, a code, and nothing started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run chatserver until it ends."""
    return subprocess.run(
        [sys.executable, "-m", "chatserver", *args],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
    )


@pytest.mark.parametrize(
    ("args", "variables", "code", "words"),
    [
        (["serve", "--port", "none"], {}, 2, "--port (CHAT_PORT)"),
        (["serve", "--colour", "red"], {}, 2, "unrecognized"),
        (["serve"], {"CHAT_COLOUR": "red"}, 2, "CHAT_COLOUR is not a setting"),
        (["serve"], {"CHAT_WORKERS": "0"}, 2, "--workers"),
        (["serve", "--groups", "/nowhere"], {}, 1, "not a folder"),
        (["serve", "--redis", "redis://127.0.0.1:1/0"], {}, 1, "cannot be reached"),
        (["serve", "--redis", "carrier-pigeon://x"], {}, 1, "--redis"),
    ],
)
def test_a_fault_is_one_sentence_when_a_setting_is_wrong(
    tmp_path: Path, args: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    """No traceback, an exit code, what to look at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"CHAT_DATA_DIR": str(tmp_path / "data"), "CHAT_PORT": str(port), **variables}
    ended = run(*args, **given)
    assert ended.returncode == code
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    """Another program listens already."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("serve", "--port", str(taken.getsockname()[1]), "--data-dir", str(tmp_path))
    assert ended.returncode == 1
    assert "cannot listen" in ended.stderr


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """The key is made 0600, and stays so."""
    (tmp_path / "key").write_text("00" * 32)
    (tmp_path / "key").chmod(0o644)
    ended = run("serve", "--data-dir", str(tmp_path))
    assert ended.returncode == 1
    assert "chmod 600" in ended.stderr
