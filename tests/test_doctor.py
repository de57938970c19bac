"""`chatserver doctor` beside a real house, real servers and real faults: it says what is wrong and changes nothing."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House
from tests.store.test_tls import make_certificate, serving
from tests.test_command import NO_REDIS, contents, run


def states(output: str) -> dict[str, list[str]]:
    """Give the lines by what they are about; every line that is not ok says what to do."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        state, about, rest = line[:6].strip(), line[7:].partition(": ")[0], line[7:].partition(": ")[2]
        assert state in ("ok", "look", "wrong"), line
        assert (";" in rest) == (state != "ok"), line
        found.setdefault(about, []).append(state)
    return found


def test_a_running_house_is_found_as_it_is_and_left_so(house: House) -> None:
    """Nothing but what the tests switched off: limits and the proof of work; the files are as they were."""
    deadline = time.monotonic() + 10
    while "operators:" not in house.log.read_text():  # its first link is an entry of the log, beside the record
        assert time.monotonic() < deadline
        time.sleep(0.05)
    before = contents(house.data, without="valkey")
    ended = run("doctor", CHAT_DATA_DIR=str(house.data), CHAT_WORKERS="2", CHAT_ORIGINS=house.url)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    found = states(ended.stdout)
    assert set(found["redis embedded"]) == set(found["clock embedded"]) == set(found["proxy"]) == {"ok"}
    assert found["data"] == found["key"] == found["groups"] == ["ok"]
    assert contents(house.data, without="valkey") == before


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    """Asked before the first start, it says what will be made and makes none of it."""
    ended = run("doctor", CHAT_DATA_DIR=str(tmp_path / "data"), TMPDIR=str(tmp_path))
    assert ended.returncode == 0
    assert states(ended.stdout)["redis"] == ["look"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("break_it", "about"),
    [
        (lambda data: (data / "key").chmod(0o640), "key"),
        (lambda data: (data / "key").write_text("half a key"), "key"),
        (lambda data: data.chmod(0o755), "data"),
    ],
)
def test_a_fault_of_the_files_is_found(tmp_path: Path, break_it: object, about: str) -> None:
    """One thing that is wrong does not keep the rest from being looked at, and makes the exit code 1."""
    assert callable(break_it)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "key").write_text("00" * 32)
    (data / "key").chmod(0o600)
    break_it(data)
    ended = run("doctor", CHAT_DATA_DIR=str(data))
    assert ended.returncode == 1
    assert states(ended.stdout)[about][0] == "wrong"
    assert states(ended.stdout)["groups"] == ["ok"]
    assert "half a key" not in ended.stdout + ended.stderr


@pytest.fixture
async def untrusted() -> AsyncIterator[str]:
    """An https address whose certificate nobody knows."""
    with tempfile.TemporaryDirectory() as folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*make_certificate(Path(folder)))

        async def nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        async with serving(nothing, context) as port:
            yield f"https://127.0.0.1:{port}"


async def test_what_cannot_be_trusted_or_reached_is_said_in_one_line(tmp_path: Path, untrusted: str) -> None:
    """A certificate nobody knows, a server that is not there, a password in a URL that is not repeated."""
    origins = f"{untrusted},http://chat.example"
    given = [
        "--origins",
        origins,
        "--redis",
        NO_REDIS,
        "--data-dir",
        str(tmp_path / "data"),
    ]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chatserver", "doctor", *given,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parent.parent, env=dict(os.environ),
    )  # fmt: skip
    async with asyncio.timeout(30):
        output, errors = await process.communicate()
    found = states(output.decode())
    assert (process.returncode, errors) == (1, b"")
    assert found["tls"] == found["redis"] == ["wrong"]
    assert found["proxy"].count("wrong") == 1
    assert b"secret-word" not in output
