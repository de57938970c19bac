"""A thousand members who only read: nobody is turned away, nobody is dropped, and nothing is left when they go."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatserver.client import Member, Ticket, join
from tests.house import House
from tests.scrape import scrape

pytestmark = pytest.mark.faults

SOCKETS = 1_000
AT_ONCE = 50

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
def many_files() -> Iterator[None]:
    """Lets this process, and the node it starts, open that many sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SOCKETS + 500
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this machine allows {hard} open files a process, {wanted} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_files(pid: int) -> int:
    """Count what a process holds open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


async def sit(house: House, ticket: Ticket) -> Stream:
    """Open one bare socket and enter; a client library a thousand times over would measure itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    lines = (
        f"GET /g/{ticket.group}/live HTTP/1.1", f"Host: 127.0.0.1:{house.port}", f"Origin: {house.url}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: alongside.v1+json",
        f"Cookie: {ticket.cookie}", "", "",
    )  # fmt: skip
    writer.write("\r\n".join(lines).encode())
    assert b" 101 " in await reader.readline()
    await reader.readuntil(b"\r\n\r\n")
    enter = b'{"do":"enter","after":null}'
    writer.write(bytes((0x81, 0x80 | len(enter), 0, 0, 0, 0)) + enter)  # RFC 6455, 5.2: masked, with a mask of zeros
    await reader.readexactly(2)
    return reader, writer


async def test_a_thousand_idle_sockets_hold_and_leave_nothing_behind(tmp_path: Path, many_files: None) -> None:
    """All are let in, stay open while another member talks, and their files are closed when they vanish."""
    house = House(tmp_path, "--join-proof", "off", "--limits", "off").start()
    try:
        group, node = house.group(), house.nodes()[0]
        before = open_files(node)
        places = asyncio.Semaphore(AT_ONCE)

        async def one() -> Stream:
            async with places:
                return await sit(house, await asyncio.to_thread(join, house.url, group))

        streams = await asyncio.gather(*(one() for _ in range(SOCKETS)))
        async with Member(join(house.url, group)) as member:
            await member.enter()
            await member.say("anybody awake?")
            told = await asyncio.to_thread(scrape, house)
        assert told.sum("alongside_sockets") == SOCKETS + 1
        assert not any(reader.at_eof() for reader, _ in streams)
        for _, writer in streams:
            writer.transport.abort()
        async with asyncio.timeout(20):
            while open_files(node) > before + 10:  # noqa: ASYNC110 (another process' files)
                await asyncio.sleep(0.1)
    finally:
        house.stop()
