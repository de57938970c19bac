"""Tests of chatserver.store.link, on a real server and on one that is silent."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import hiredis
import pytest
import uvloop

from chatserver.store.link import LOOK_S, SILENT_S, Address, ConnectionLost, Link, open_link, pack
from tests.store.posts import DEADLINE_S, chattering


async def connect(path: Path) -> tuple[Link, asyncio.Queue[list[Any]], asyncio.Queue[Link]]:
    """Open a link; give its pushes and what was lost too."""
    pushes: asyncio.Queue[list[Any]] = asyncio.Queue()
    lost: asyncio.Queue[Link] = asyncio.Queue()
    return await open_link(Address(path=str(path)), pushes.put_nowait, lost.put_nowait), pushes, lost


def test_a_command_is_packed_with_bytes_counted_when_it_holds_any_text() -> None:
    """RESP counts bytes, not characters."""
    assert pack("SET", "ü", 5) == b"*3\r\n$3\r\nSET\r\n$2\r\n\xc3\xbc\r\n$1\r\n5\r\n"


async def test_answers_come_in_the_order_of_the_commands_and_errors_are_values(valkey: Path) -> None:
    """Commands of one turn; an error reply fails its own command alone."""
    link, _, _ = await connect(valkey)
    answers: list[Any] = []
    link.send(pack("ECHO", "one"), answers.append)
    link.send(pack("NO-SUCH-COMMAND"), answers.append)
    link.send(pack("ECHO", "two"), answers.append)
    assert await link.call("ECHO", "three") == b"three"
    assert (answers[0], answers[2]) == (b"one", b"two")
    assert isinstance(answers[1], hiredis.ReplyError)
    with pytest.raises(hiredis.ReplyError):
        await link.call("NO-SUCH-COMMAND")
    link.close()


async def test_pushes_come_beside_answers_when_a_channel_is_heard(valkey: Path) -> None:
    """The confirmation stands in its turn and takes no other command's answer."""
    link, pushes, _ = await connect(valkey)
    link.subscribe(b"SSUBSCRIBE", b"porch")
    assert await link.call("ECHO", "after") == b"after"
    assert (await pushes.get())[:2] == [b"ssubscribe", b"porch"]
    assert await link.call("SPUBLISH", "porch", "hello") == 1
    async with asyncio.timeout(DEADLINE_S):
        assert await pushes.get() == [b"smessage", b"porch", b"hello"]
    link.close()


async def test_every_waiting_command_fails_once_when_the_line_goes(valkey: Path) -> None:
    """And whoever watches the link is told once; afterwards nothing can be sent."""
    link, _, lost = await connect(valkey)
    answers: list[Any] = []
    link.send(pack("ECHO", "one"), answers.append)
    link.send(pack("ECHO", "two"), answers.append)
    link.close()
    async with asyncio.timeout(DEADLINE_S):
        assert await lost.get() is link
    assert [type(answer) for answer in answers] == [ConnectionLost, ConnectionLost]
    assert lost.empty()
    with pytest.raises(ConnectionLost):
        link.send(pack("PING"), answers.append)


async def test_the_link_ends_when_the_server_is_silent(tmp_path: Path) -> None:
    """A server that takes commands and answers none is a lost one."""
    held: list[asyncio.StreamWriter] = []

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    path = tmp_path / "s"
    server = await asyncio.start_unix_server(silent, path)
    with pytest.raises((TimeoutError, ConnectionLost)):
        await open_link(Address(path=str(path)), lambda _: None, lambda _: None)
    for writer in held:
        writer.close()
    server.close()


async def test_the_link_stays_when_the_server_answers_late_but_is_not_silent(valkey: Path) -> None:
    """Something comes, so the server lives: cutting would only make it do everything again."""
    link, _, lost = await connect(valkey)
    async with chattering(valkey, link):
        assert await link.call("BLPOP", "nothing", str(SILENT_S * 2)) is None
    assert lost.empty()
    link.close()


async def test_the_link_ends_when_a_command_waits_and_nothing_comes(valkey: Path) -> None:
    """Silence is the sign of a lost server, hung or cut off, of which the network says nothing."""
    link, _, lost = await connect(valkey)
    with pytest.raises(ConnectionLost):
        await link.call("BLPOP", "nothing", DEADLINE_S * 2)
    async with asyncio.timeout(DEADLINE_S):
        assert await lost.get() is link


def test_the_link_stays_when_this_process_was_busy_for_long(valkey: Path) -> None:
    """The answer lay there unread: the silence was ours. (uvloop looks at its timers before it reads.)"""

    async def scenario() -> None:
        link, _, lost = await connect(valkey)
        said = asyncio.ensure_future(link.call("ECHO", "hello"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # it has left
        time.sleep(SILENT_S + LOOK_S)  # noqa: ASYNC251 (a turn of the loop that takes long)
        assert await said == b"hello"
        assert lost.empty()
        link.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(scenario())


def test_an_address_shows_no_password_when_it_is_written() -> None:
    """Errors and logs name servers by it."""
    assert "secret" not in repr(Address("redis.example", 6379, username="node", password="secret"))
