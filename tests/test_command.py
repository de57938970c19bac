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


def contents(folder: Path, without: str = "") -> dict[str, tuple[int, bytes]]:
    """Give every file and folder with its mode and bytes."""
    return {
        str(path): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
        if not without or without not in path.parts
    }


NO_REDIS = "redis://me:secret-word@127.0.0.1:1"
ACTS = (
    ("serve",),
    ("moderators", "invite", "Bea", "--role", "lead"),
    ("moderators", "link", "Bea"),
    ("moderators", "revoke", "Bea"),
    ("moderators", "list"),
    ("audit", "verify"),
    ("audit", "show"),
)


FAULTS = ("half a key", "a key others read", "a folder for a key", "no redis", "a file for data")


@pytest.mark.parametrize("act", ACTS, ids=" ".join)
@pytest.mark.parametrize(
    "fault", ["half a key", "a key others read", "a folder for a key", "no redis", "a file for data"]
)
def test_bad_input_is_one_sentence_and_changes_nothing(tmp_path: Path, act: tuple[str, ...], fault: str) -> None:
    """Every command an operator has, with every file it reads spoilt in turn, and Redis away."""
    data, key = tmp_path / "data", tmp_path / "key"
    key.write_text("00" * 32)
    key.chmod(0o600)
    data.mkdir(mode=0o700)
    match fault:
        case "half a key":
            key.write_text("00" * 15)
        case "a key others read":
            key.chmod(0o640)
        case "a folder for a key":
            key.unlink()
            key.mkdir(mode=0o700)
        case "a file for data":
            data.rmdir()
            data.write_text("no folder")
    before = contents(tmp_path)
    given = {"CHAT_DATA_DIR": str(data), "CHAT_KEY_FILE": str(key), "TMPDIR": str(tmp_path)}
    if fault == "no redis":
        given["CHAT_REDIS"] = NO_REDIS
    if act == ("serve",):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            given["CHAT_PORT"] = str(probe.getsockname()[1])
    ended = run(*act, **given)
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout == ""
    assert ended.stderr.startswith("chatserver: ")
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "secret-word" not in ended.stderr
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["serve", "--helplines", "{file}"], "cannot be read as TOML"),
        (["serve", "--groups", "{file}"], "not a folder"),
        (["serve", "--groups", "{folder}"], "no .toml file"),
        (["serve", "--metrics-token", "{file}"], "others may read"),
        (["serve", "--metrics-token", "{folder}/none"], "cannot be read"),
        (["moderators", "invite", "Bea", "--role", "lead", "--groups", "nowhere"], "no group has a file named"),
        (["moderators", "invite", "", "--role", "lead"], "characters"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_made(tmp_path: Path, args: list[str], words: str) -> None:
    """The sentence names what to mend; the data folder is not even made."""
    (tmp_path / "file").write_text("[[")
    (tmp_path / "file").chmod(0o644)
    (tmp_path / "folder").mkdir()
    before = contents(tmp_path)
    filled = [arg.format(file=tmp_path / "file", folder=tmp_path / "folder") for arg in args]
    ended = run(*filled, CHAT_DATA_DIR=str(tmp_path / "data"))
    assert ended.returncode == 1
    assert words in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert contents(tmp_path) == before


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
