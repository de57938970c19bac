"""The member's socket: uvicorn's handshake, then a slim connection of our own.

`WebSocketProtocol` is what uvicorn is given (`ws="chatserver.live.socket:WebSocketProtocol"`). It leaves the handshake
to uvicorn and `websockets`, and puts itself into the ASGI scope; the Starlette endpoint accepts, calls `hand_over` and
returns. From then on the transport speaks with a `Socket`: no task, no queue, no parser objects for an idle member.

Promises: a handler hears every message in order and `closed` exactly once; what is buffered for a slow reader is
bounded in bytes, over the bound it is closed with 4000; no address is ever logged, whatever the logging configuration.
Knows no room and no protocol of ours.
"""

from __future__ import annotations

import asyncio
import logging
import socket as sockets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from chatserver.core.errors import CloseCode
from chatserver.live.frames import (
    PING,
    PONG,
    Close,
    FrameEvent,
    FrameFault,
    FrameReader,
    Message,
    Ping,
    close_frame,
    frame,
)
from chatserver.live.handler import BOUNDS, Bounds, Handler
from chatserver.live.keeper import CLOSING_TICKS, PING_TICKS, SILENT_TICKS, Keeper
from chatserver.live.outbox import Outbox

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

    from chatserver.live.outbox import Channel

_log = logging.getLogger(__name__)
# uvicorn logs a member's address at INFO on every accept, and `websockets` logs headers at DEBUG and ERROR. This logger
# stands outside the tree that logging configurations reach, so that nothing can switch those lines on.
_mute = logging.Logger("mute", logging.CRITICAL + 1)
_mute.disabled = True

MAX_EARLY_BYTES = 64 * 1024  # what may arrive before the endpoint has answered


class Socket(asyncio.Protocol):
    """One open WebSocket connection."""

    __slots__ = (
        "_closing_since",
        "_connections",
        "_handler",
        "_heard",
        "_is_text",
        "_keeper",
        "_max_buffered",
        "_raw_fd",
        "_reader",
        "_transport",
        "channels",
        "fd",
        "own",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        handler: Handler,
        keeper: Keeper,
        connections: set[Any],
        *,
        is_text: bool,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._transport: asyncio.Transport | None = transport
        self._handler: Handler | None = handler
        self._keeper = keeper
        self._connections = connections
        self._is_text = is_text
        self._max_buffered = bounds.max_buffered_bytes
        # None once the peer has closed or broken the protocol: what still comes means nothing.
        self._reader: FrameReader | None = FrameReader(bounds.max_message_bytes, bounds.max_fragments)
        self._raw_fd = -1 if transport.get_extra_info("sslcontext") else transport.get_extra_info("socket").fileno()
        self._heard = keeper.tick
        self._closing_since = -1
        self.fd = self._raw_fd
        self.own: list[bytes] | None = None
        self.channels: list[Channel] = []

    def open(self, early: bytes = b"") -> None:
        """Take the transport over: from now on it tells us. `early` has come already and is read next turn."""
        assert self._transport is not None
        if self._transport.is_closing():  # uvloop's transports may not be touched any more
            self.fd = -1
            asyncio.get_running_loop().call_soon(self.connection_lost, None)
            return
        self._connections.add(self)
        self._keeper.watch(self)
        self._transport.set_protocol(self)
        # 0: we are told as soon as anything is left in the buffer, and again when it is empty.
        self._transport.set_write_buffer_limits(high=0, low=0)
        if self._transport.get_write_buffer_size():
            self.fd = -1
        if early and self._reader is not None:
            # Kept in the reader, not only in the call: under uvloop the network may be read before the call is made.
            self._reader.keep(early)
            asyncio.get_running_loop().call_soon(self.data_received, b"")

    @property
    def is_open(self) -> bool:
        """Whether anything may still be sent."""
        return self._handler is not None

    @property
    def buffered_bytes(self) -> int:
        """How much of what was written the reader has not taken; what is still gathered is not counted (see push)."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    # -- writing -----------------------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Send one ready frame with the next gathering; nothing happens on a closed socket."""
        if self._handler is not None:
            self._send(data)

    def _send(self, data: bytes) -> None:
        if self.own is None:
            for channel in self.channels:
                channel.part(self)
        if self.own is None:
            self.own = []
            self._keeper.outbox.mark_single(self)
        self.own.append(data)

    def push(self) -> None:
        """Write what is gathered now, so that `buffered_bytes` says what the reader has not taken."""
        self._keeper.outbox.flush()

    def write_through(self, data: bytes) -> None:
        """Hand bytes to the transport (the outbox's)."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(data)
        size = transport.get_write_buffer_size()
        if size > self._max_buffered and self._handler is not None:
            self._too_slow(transport)
        elif size == 0:
            self._caught_up()

    def fell_behind(self, rest: bytes) -> None:
        """The kernel took less than all: the transport goes on (the outbox's)."""
        self.fd = -1
        for channel in self.channels:
            channel.part(self)
        self.write_through(rest)

    def _too_slow(self, transport: asyncio.Transport) -> None:
        self._leave(CloseCode.SLOW)
        self.own = None
        transport.write(close_frame(CloseCode.SLOW, "slow"))
        transport.close()

    def pause_writing(self) -> None:
        """The transport has something buffered (asyncio's)."""
        self.fd = -1
        for channel in self.channels:
            channel.part(self)

    def resume_writing(self) -> None:
        """The transport's buffer is empty (asyncio's)."""
        self._caught_up()
        if self._handler is not None:
            self._handler.drained()

    def _caught_up(self) -> None:
        if self._transport is None:
            return
        self.fd = self._raw_fd
        for channel in self.channels:
            channel.settle(self)

    # -- reading -----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bytes have come (asyncio's)."""
        self._heard = self._keeper.tick
        if self._reader is None:
            return
        try:
            events = self._reader.receive(data)
        except FrameFault as fault:
            self._reader = None
            self._take(fault.before)
            self._fail(fault)
        else:
            self._take(events)

    def _take(self, events: Sequence[FrameEvent]) -> None:
        for event in events:
            if isinstance(event, Message):
                self._message(event)
            elif isinstance(event, Ping):
                self.send(frame(PONG, event.payload))
            elif isinstance(event, Close):
                self._closed_by_peer(event.code)

    def _message(self, message: Message) -> None:
        if self._handler is None:
            return
        if message.is_text != self._is_text:
            self.close(1003, "wrong kind of frame")
            return
        self._handler.received(message.payload)

    def eof_received(self) -> None:
        """The peer will send no more (asyncio's): the transport closes itself."""

    # -- closing -----------------------------------------------------------------------------------------------------
    def close(self, code: int, reason: str = "") -> None:
        """Send what is pending, then a close frame; the peer has CLOSING_TICKS to answer it."""
        if self._handler is None:
            return
        self._leave(code)
        self._send(close_frame(code, reason))
        self._closing_since = self._keeper.tick

    def _fail(self, fault: FrameFault) -> None:
        """Nothing sensible can come any more, not even a close frame: our side ends the line after its own."""
        self.close(fault.code, fault.reason)
        self.push()
        transport = self._transport
        if transport is not None and not transport.is_closing() and transport.can_write_eof():
            transport.write_eof()  # and not close: that would throw our close frame away with what is still unread

    def _closed_by_peer(self, code: int) -> None:
        self._reader = None
        if self._handler is not None:
            self._leave(code)
            self._send(close_frame(1000 if code == 1005 else code))
        self.push()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the connection at once."""
        self._leave(1006)
        if self._transport is not None:
            self._transport.abort()

    def shutdown(self) -> None:
        """The server stops (uvicorn's)."""
        self.close(CloseCode.RESTART, "restart")

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio's)."""
        self.fd = self._raw_fd = -1  # the number may belong to another connection from now on
        self._leave(1006)
        self._transport = None
        self.own = None
        self._keeper.forget(self)
        self._connections.discard(self)

    def _leave(self, code: int) -> None:
        handler, self._handler = self._handler, None
        if handler is None:
            return
        for channel in list(self.channels):
            channel.discard(self)
        handler.closed(code)

    def look(self, tick: int) -> None:
        """Once every TICK_S: ping a silent peer, give up on a dead one (the keeper's)."""
        if self._transport is None:
            return
        if self._closing_since >= 0 or self._handler is None:
            if self._closing_since < 0:
                self._closing_since = tick
            elif tick - self._closing_since >= CLOSING_TICKS:
                self._transport.abort()
            return
        silent = tick - self._heard
        if silent >= SILENT_TICKS:
            self.close(CloseCode.SILENT, "silent")
        elif silent and silent % PING_TICKS == 0:
            self.send(frame(PING, b""))


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's side: the handshake, and handing over."""

    socket_type: type[Socket] = Socket
    _keepers: dict[asyncio.AbstractEventLoop, Keeper] = {}  # noqa: RUF012 (one a loop, and a process has one)

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = self.conn.logger = _mute
        self.conn.debug = False
        self._head = b""
        self._early = b""
        self._is_handed_over = False
        self._before: Any = None

    @classmethod
    def keeper(cls) -> Keeper:
        """Give the keeper of the running loop's sockets; its outbox is the one that rooms must use."""
        loop = asyncio.get_running_loop()
        if loop not in cls._keepers:
            cls._keepers[loop] = Keeper(Outbox())
        return cls._keepers[loop]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection asks for an upgrade (uvicorn's)."""
        super().connection_made(transport)
        self._before = cast(asyncio.Transport, transport).get_protocol()
        raw = transport.get_extra_info("socket")
        if raw is not None and raw.family in (sockets.AF_INET, sockets.AF_INET6):
            # asyncio's own setting is lost when uvicorn passes the connection on between its protocols.
            raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """The request's head goes to the handshake; what follows it waits for the hand-over (uvicorn's)."""
        if self.handshake_initiated:
            self._keep_early(data)
            return
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end and len(head) < MAX_EARLY_BYTES:
            return
        self._head = b""
        if rest:
            self._keep_early(rest)
        super().data_received(head + end)

    def _keep_early(self, data: bytes) -> None:
        self._early += data
        if len(self._early) > MAX_EARLY_BYTES:
            self.transport.abort()

    def handle_connect(self, event: Any) -> None:
        """The request is read (uvicorn's): begin the endpoint with ourselves in its scope."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            cast(dict[str, Any], self.scope)["extensions"]["alongside"] = self

    def hand_over(self, handler: Handler, *, is_text: bool, bounds: Bounds = BOUNDS) -> Socket:
        """Give the accepted connection to a handler; the endpoint must not await between accepting and this.

        Where the client has gone already the handler hears `closed` soon.
        """
        self._is_handed_over = True
        self.stop_keepalive()
        self.connections.discard(self)
        keeper, connections = self.keeper(), self.connections
        socket = self.socket_type(self.transport, handler, keeper, connections, is_text=is_text, bounds=bounds)
        socket.open(self._early)
        self._let_go()
        return socket

    def _let_go(self) -> None:
        """Break the circles, so that the handshake's objects, cookies among them, go now and not at a collection."""
        del cast(dict[str, Any], self.scope)["extensions"]["alongside"]
        self.conn.parser.close()
        if hasattr(self._before, "parser"):  # uvicorn's HTTP protocol on httptools, which read the request's head
            self._before.parser = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went during the handshake (uvicorn's)."""
        if not self._is_handed_over:
            super().connection_lost(exc)

    async def run_asgi(self) -> None:
        """Run the endpoint (uvicorn's): as there, but a connection handed over stays open."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception as fault:  # the named edge of the endpoint: a bug ends one handshake, never the node
            _log.error("a socket's endpoint failed: %s", type(fault).__name__, exc_info=fault)
            self.send_500_response()
        else:
            if not self.handshake_complete:
                self.send_500_response()
        if not self._is_handed_over and self.close_timer is None:
            self.transport.close()
