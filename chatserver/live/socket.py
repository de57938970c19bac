"""A member's open socket: a slim connection of our own, on the transport that live.handshake hands over.

No task, no queue, no parser objects for an idle member. Promises: a handler hears every message in order and `closed`
exactly once; what is buffered for a slow reader is bounded in bytes, over the bound it is closed with 4000. Knows no
room and no protocol of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from chatserver.live.outbox import Channel


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
