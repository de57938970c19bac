"""A server that sends every message back, on the project's own WebSocket protocol: for the Autobahn suite and the tests.

`python -m tests.live.echo 9001` listens on 127.0.0.1 until it is interrupted. Knows nothing of rooms.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatserver.live.frames import BINARY, TEXT, frame
from chatserver.live.socket import Socket

SUITE_MAX_BYTES = 32 * 1024 * 1024  # the suite's largest message has 16 MiB


class Echo:
    """A handler that sends back what it hears. The kind of frame is the path's."""

    def __init__(self, *, is_text: bool) -> None:
        self._opcode = TEXT if is_text else BINARY
        self.socket: Socket | None = None

    def received(self, payload: bytes) -> None:
        """Send it back."""
        assert self.socket is not None
        self.socket.send(frame(self._opcode, payload))

    def drained(self) -> None:
        """Nobody waits here."""

    def closed(self, code: int) -> None:
        """Nothing is kept here."""


async def _echo(websocket: WebSocket, *, is_text: bool) -> None:
    await websocket.accept()
    echo = Echo(is_text=is_text)
    gate = websocket.scope["extensions"]["alongside"]
    echo.socket = gate.hand_over(echo, is_text=is_text, max_message_bytes=SUITE_MAX_BYTES, max_buffered_bytes=SUITE_MAX_BYTES)


