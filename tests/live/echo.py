"""A server that sends every message back, on the project's own protocol class: for the Autobahn suite and the tests.

`python -m tests.live.echo 9001` listens on 127.0.0.1 until it is interrupted; docs/conformance.md says what for. It
takes frames of both kinds and of any size the suite has. Knows nothing of rooms.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatserver.live.frames import BINARY, TEXT, Message, frame
from chatserver.live.handler import Bounds
from chatserver.live.handshake import WebSocketProtocol
from chatserver.live.socket import Socket

# The suite's largest message has 16 MiB, its smallest fragments of 4 MiB have 64 bytes.
SUITE_BOUNDS = Bounds(max_message_bytes=32 * 2**20, max_fragments=100_000, max_buffered_bytes=64 * 2**20)


class _Nobody:
    def received(self, payload: bytes) -> None:
        """Nothing comes here: EchoSocket answers by itself."""

    def drained(self) -> None:
        """Nobody waits here."""

    def closed(self, code: int) -> None:
        """Nothing is kept here."""


class EchoSocket(Socket):
    """A socket that sends every message back as it came, text or binary."""

    __slots__ = ()

    def _message(self, message: Message) -> None:
        self.send(frame(TEXT if message.is_text else BINARY, message.payload))


class EchoProtocol(WebSocketProtocol):
    """The project's protocol class, handing over to an EchoSocket."""

    socket_type = EchoSocket


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    gate = websocket.scope["extensions"]["alongside"]
    gate.hand_over(_Nobody(), is_text=True, bounds=SUITE_BOUNDS)


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[WebSocketRoute("/", _echo)]),
        port=int(sys.argv[1]),
        ws=EchoProtocol,
        loop=sys.argv[2] if len(sys.argv) > 2 else "uvloop",
        log_config=None,
        ws_per_message_deflate=False,
    )
