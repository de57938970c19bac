"""The member's socket until it is open: uvicorn's handshake, then handing the transport over to a `Socket`.

`WebSocketProtocol` is what uvicorn is given (`ws="chatserver.live.handshake:WebSocketProtocol"`). It leaves the
handshake to uvicorn and `websockets`, and puts itself into the ASGI scope; the Starlette endpoint accepts, calls
`hand_over` and returns. From then on the transport speaks with a `Socket` (live.socket).

Promises: what came before the hand-over is heard after it; nothing of the handshake is kept; no address is ever logged,
whatever the logging configuration. Knows no room and no protocol of ours.
"""

from __future__ import annotations

import asyncio
import logging
import socket as sockets
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from chatserver.live.handler import BOUNDS, Bounds, Handler
from chatserver.live.keeper import Keeper
from chatserver.live.outbox import Outbox
from chatserver.live.socket import Socket

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

_log = logging.getLogger(__name__)
# uvicorn logs a member's address at INFO on every accept, and `websockets` logs headers at DEBUG and ERROR. This logger
# stands outside the tree that logging configurations reach, so that nothing can switch those lines on.
_mute = logging.Logger("mute", logging.CRITICAL + 1)
_mute.disabled = True

MAX_EARLY_BYTES = 64 * 1024  # what may arrive before the endpoint has answered


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
