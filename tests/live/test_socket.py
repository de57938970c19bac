"""Tests of chatserver.live.handshake and live.socket: a real uvicorn server and raw lines, on asyncio and uvloop."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket as sockets
import ssl
import struct
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatserver.live.frames import BINARY, CLOSE, PING, PONG, TEXT, frame
from chatserver.live.handler import Bounds
from chatserver.live.handshake import WebSocketProtocol
from chatserver.live.keeper import CLOSING_TICKS, PING_TICKS, SILENT_TICKS
from chatserver.live.socket import Socket
from tests.live.test_frames import masked

DEADLINE_S = 10
REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
BIG = Bounds(max_buffered_bytes=64 * 2**20)


class Owner:
    """A handler that remembers, and can be waited for."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.codes: list[int] = []
        self.over, self.dry = asyncio.Event(), asyncio.Event()
        self.socket: Socket | None = None

    def received(self, payload: bytes) -> None:
        """Remember and say it again."""
        self.heard.append(payload)
        assert self.socket is not None
        self.socket.send(frame(TEXT, payload))

    def drained(self) -> None:
        """Remember."""
        self.dry.set()

    def closed(self, code: int) -> None:
        """Remember why."""
        self.codes.append(code)
        self.over.set()


class Line:
    """A client that knows nothing but bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        """Write now."""
        self.writer.write(data)

    async def head(self) -> bytes:
        """Read an HTTP answer's head."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def frame(self) -> tuple[int, bytes]:
        """Read one frame of the server: opcode and payload."""
        first, size = await self.reader.readexactly(2)
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 15, await self.reader.readexactly(size)

    async def close_code(self) -> int:
        """Read a close frame."""
        opcode, payload = await self.frame()
        assert opcode == CLOSE
        return int.from_bytes(payload[:2], "big")


class Served:
    """A running server with one endpoint for each way a connection may go."""

    def __init__(self) -> None:
        self.owners: list[Owner] = []
        self.gates: list[weakref.ref[Any]] = []
        self.knocked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.is_nodelay = False
        self.bounds = Bounds()
        self.state: Any = None
        self.port = 0
        routes = [
            WebSocketRoute("/live", self._live),
            WebSocketRoute("/late", self._late),
            WebSocketRoute("/slow", self._slow),
            WebSocketRoute("/refused", self._refused),
            WebSocketRoute("/closed", self._closed),
        ]
        self.app = Starlette(routes=routes)

    def _hand_over(self, websocket: WebSocket) -> None:
        gate = websocket.scope["extensions"]["alongside"]
        raw = gate.transport.get_extra_info("socket")
        if not gate.transport.is_closing():
            self.is_nodelay = bool(raw.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY))
        self.gates += [weakref.ref(gate), weakref.ref(gate._before)]
        owner = Owner()
        owner.socket = gate.hand_over(owner, is_text=True, bounds=self.bounds)
        self.owners.append(owner)

    async def _live(self, websocket: WebSocket) -> None:
        await websocket.accept(subprotocol="a" if "a" in websocket.scope["subprotocols"] else None)
        self._hand_over(websocket)

    async def _slow(self, websocket: WebSocket) -> None:
        self.knocked.set()
        await self.may_answer.wait()
        await self._live(websocket)

    async def _late(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.knocked.set()
        await self.may_answer.wait()
        self._hand_over(websocket)

    async def _refused(self, websocket: WebSocket) -> None:
        await websocket.send_denial_response(PlainTextResponse("join first", 401, {"X-Why": "seat"}))

    async def _closed(self, websocket: WebSocket) -> None:
        await websocket.close()

    @asynccontextmanager
    async def line(self, path: str = "/live", tls: ssl.SSLContext | None = None) -> AsyncIterator[Line]:
        """Connect and ask for an upgrade; the answer is the caller's to read."""
        host = "test" if tls else None
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=tls, server_hostname=host)
        writer.write(REQUEST.format(path=path).encode())
        try:
            yield Line(reader, writer)
        finally:
            writer.transport.abort()

    @asynccontextmanager
    async def member(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Line, Owner, Socket]]:
        """Connect and be let in."""
        async with self.line(tls=tls) as line:
            assert b" 101 " in await line.head()
            owner = self.owners[-1]
            assert owner.socket is not None
            yield line, owner, owner.socket

    async def look(self, ticks: int) -> None:
        """Let the keeper's clock go on, and what it wrote go out."""
        for _ in range(ticks):
            WebSocketProtocol.keeper().look()
            await asyncio.sleep(0)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what nothing announces, turn by turn of the loop; the scenario's deadline ends it."""
    while not is_so():  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0)


Scenario = Callable[[Served], Awaitable[None]]
Run = Callable[..., None]


async def _serve(scenario: Scenario, tls: ssl.SSLContext | None) -> None:
    served = Served()
    config = uvicorn.Config(served.app, ws=WebSocketProtocol, http="httptools", lifespan="off", log_config=None)
    config.load()
    config.ssl = tls
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    served.state = server.server_state
    with sockets.create_server(("127.0.0.1", 0)) as listener:
        served.port = listener.getsockname()[1]
        async with asyncio.timeout(DEADLINE_S):
            await server.startup(sockets=[listener])
            try:
                await scenario(served)
            finally:
                for left in list(WebSocketProtocol.keeper().sockets):
                    left.abort()
                await server.shutdown(sockets=[listener])


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run a scenario against a running server, once on each loop."""

    def runner(scenario: Scenario, tls: ssl.SSLContext | None = None) -> None:
        with asyncio.Runner(loop_factory=request.param) as loop:
            loop.run(_serve(scenario, tls))

    return runner


def test_messages_go_both_ways_and_the_peer_may_close_when_it_likes(run: Run) -> None:
    """A message is heard, an answer comes, a close is answered with its code, and then the line ends."""

    async def scenario(served: Served) -> None:
        async with served.member() as (line, owner, _):
            line.send(masked(TEXT, b"hello") + masked(PING, b"p") + masked(CLOSE, b"\x03\xe8"))
            assert await line.frame() == (TEXT, b"hello")
            assert await line.frame() == (PONG, b"p")
            assert await line.close_code() == 1000
            assert await line.reader.read() == b""
            assert (owner.heard, owner.codes, served.is_nodelay) == ([b"hello"], [1000], True)

    run(scenario)


def test_the_line_ends_with_1003_when_the_other_kind_of_frame_comes(run: Run) -> None:
    """One kind of frame was agreed on."""

    async def scenario(served: Served) -> None:
        async with served.member() as (line, owner, _):
            line.send(masked(BINARY, b"?"))
            assert await line.close_code() == 1003
            assert (owner.heard, owner.codes) == ([], [1003])

    run(scenario)


def test_what_came_whole_is_heard_when_a_broken_frame_follows_in_the_same_bytes(run: Run) -> None:
    """The fault ends the line at once, but loses nothing before it."""

    async def scenario(served: Served) -> None:
        async with served.member() as (line, owner, _):
            line.send(masked(TEXT, b"whole") + frame(TEXT, b"not masked") + b"rubbish" * 1000)
            assert await line.frame() == (TEXT, b"whole")
            assert await line.close_code() == 1002
            assert await line.reader.read() == b""
            assert (owner.heard, owner.codes) == ([b"whole"], [1002])

    run(scenario)


def test_bytes_that_come_before_the_answer_are_heard_first_and_in_order(run: Run) -> None:
    """A hasty client loses nothing: what it sent while the endpoint thought is kept."""

    async def scenario(served: Served) -> None:
        async with served.line("/slow") as line:
            await served.knocked.wait()
            line.send(masked(TEXT, b"1") + masked(TEXT, b"2")[:3])
            await asyncio.sleep(0)
            served.may_answer.set()
            line.send(masked(TEXT, b"2")[3:] + masked(TEXT, b"3"))
            assert b" 101 " in await line.head()
            assert [(await line.frame())[1] for _ in range(3)] == [b"1", b"2", b"3"]

    run(scenario)


def test_a_refusal_arrives_whole_when_the_endpoint_does_not_accept(run: Run) -> None:
    """Status, headers and body; and 403 when it just closes."""

    async def scenario(served: Served) -> None:
        async with served.line("/refused") as line:
            answer = await line.reader.read()
            assert answer.startswith(b"HTTP/1.1 401 ")
            assert b"x-why: seat" in answer.lower()
            assert answer.endswith(b"\r\n\r\njoin first")
        async with served.line("/closed") as line:
            assert (await line.reader.read()).startswith(b"HTTP/1.1 403 ")
        assert served.owners == []

    run(scenario)


def test_the_handler_hears_closed_when_the_client_has_gone_before_the_hand_over(run: Run) -> None:
    """A connection that is gone is still handed over, and then over."""

    async def scenario(served: Served) -> None:
        async with served.line("/late") as line:
            await served.knocked.wait()
            assert b" 101 " in await line.head()
        await until(lambda: not served.state.connections)
        served.may_answer.set()
        await until(lambda: bool(served.owners))
        await served.owners[0].over.wait()
        assert served.owners[0].codes == [1006]

    run(scenario)


def test_nothing_is_logged_when_a_client_goes_before_the_answer(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """Leaving early is no fault of the server's."""

    async def scenario(served: Served) -> None:
        async with served.line("/slow"):
            await served.knocked.wait()
        await until(lambda: not served.state.connections)
        served.may_answer.set()
        await until(lambda: not served.state.tasks)
        assert served.owners == []

    run(scenario)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_no_address_is_logged_whatever_the_configuration(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """Every logger at DEBUG: accepted, refused and broken connections leave no address behind."""
    for name in ["", *logging.root.manager.loggerDict]:
        caplog.set_level(logging.DEBUG, logger=name)

    async def scenario(served: Served) -> None:
        for path in ("/refused", "/closed", "/nowhere"):
            async with served.line(path) as line:
                await line.reader.read()
        async with served.member() as (line, owner, _):
            line.send(b"\xff\xff")
            await owner.over.wait()

    run(scenario)
    assert "127.0.0.1" not in caplog.text


def test_a_silent_peer_is_pinged_and_then_given_up(run: Run) -> None:
    """A ping after 25 s, close 4003 after 60 s, the end 10 s later; any byte starts the count again."""

    async def scenario(served: Served) -> None:
        async with served.member() as (line, owner, _):
            await served.look(PING_TICKS)
            assert await line.frame() == (PING, b"")
            line.send(masked(PONG, b"") + masked(TEXT, b"awake"))
            assert await line.frame() == (TEXT, b"awake")
            await served.look(SILENT_TICKS - 1)
            assert owner.codes == []
            await served.look(1)
            assert owner.codes == [4003]
            assert [(await line.frame())[0] for _ in range(3)] == [PING, PING, CLOSE]
            await served.look(CLOSING_TICKS)
            assert await line.reader.read() == b""

    run(scenario)


def test_the_line_ends_when_the_peer_never_answers_our_close(run: Run) -> None:
    """The closing handshake is bounded, and what was pending goes out before it."""

    async def scenario(served: Served) -> None:
        async with served.member() as (line, owner, socket):
            socket.send(frame(TEXT, b"last"))
            socket.close(4001, "resume")
            socket.send(frame(TEXT, b"too late"))
            assert await line.frame() == (TEXT, b"last")
            assert await line.close_code() == 4001
            await served.look(CLOSING_TICKS)
            assert await line.reader.read() == b""
            assert (owner.codes, socket.is_open) == ([4001], False)

    run(scenario)


def test_members_are_told_when_uvicorn_stops(run: Run) -> None:
    """uvicorn's list of connections holds the Socket, and its shutdown says 1012."""

    async def scenario(served: Served) -> None:
        async with served.member() as (line, owner, socket):
            assert served.state.connections == {socket}
            socket.shutdown()
            assert await line.close_code() == 1012
            line.send(masked(CLOSE, b"\x03\xf4"))
            assert await line.reader.read() == b""
            assert owner.codes == [1012]

    run(scenario)


def test_a_reader_that_was_behind_is_written_to_straight_again(run: Run) -> None:
    """What the kernel does not take waits in the transport; `drained` is heard, and the descriptor is in use again."""

    async def scenario(served: Served) -> None:
        served.bounds = BIG
        async with served.member() as (line, owner, socket):
            for _ in range(2):
                owner.dry.clear()
                socket.send(frame(BINARY, b"x" * 20_000_000))
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                assert (socket.buffered_bytes > 0, socket.fd) == (True, -1)
                assert await line.frame() == (BINARY, b"x" * 20_000_000)
                await owner.dry.wait()
                assert socket.buffered_bytes == 0
                assert socket.fd >= 0

    run(scenario)


def test_the_handshake_leaves_nothing_behind_when_the_connection_is_handed_over(run: Run) -> None:
    """uvicorn's objects, with the cookies they hold, are gone without a collection."""

    async def scenario(served: Served) -> None:
        gc.collect()
        gc.disable()
        try:
            async with served.member():
                await until(lambda: not served.state.tasks)
                await asyncio.sleep(0)
                assert [gate() for gate in served.gates] == [None, None]
        finally:
            gc.enable()

    run(scenario)


def _nameless(purpose: int) -> ssl.SSLContext:
    """Give TLS without certificates (anonymous key exchange), so that no key lies in the repository."""
    context = ssl.SSLContext(purpose)
    if purpose == ssl.PROTOCOL_TLS_CLIENT:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    return context


def test_nothing_is_written_past_the_encryption_under_tls(run: Run) -> None:
    """Under TLS only the transport writes; messages, a lot of bytes and a close pass through it."""

    async def scenario(served: Served) -> None:
        served.bounds = BIG
        async with served.member(tls=_nameless(ssl.PROTOCOL_TLS_CLIENT)) as (line, owner, socket):
            assert socket.fd == -1
            line.send(masked(TEXT, b"hello"))
            assert await line.frame() == (TEXT, b"hello")
            socket.send(frame(BINARY, b"x" * 5_000_000))
            assert await line.frame() == (BINARY, b"x" * 5_000_000)
            assert socket.fd == -1
            line.send(masked(CLOSE, b"\x03\xe8"))
            assert await line.close_code() == 1000
            assert owner.codes == [1000]

    run(scenario, tls=_nameless(ssl.PROTOCOL_TLS_SERVER))
