"""A network that breaks: a TCP proxy between members and the server, which cuts lines after any byte.

What it has taken before the cut it passes on, so that mostly half a frame arrives; then the line ends with a reset or,
as after a proxy's timeout, with an orderly end. Both sides of it see the same. Knows no WebSocket.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["to the server", "to the member"]
# Far enough that most lines get through the handshake (some 500 bytes up, 200 down) and near enough for many cuts.
FARTHEST: dict[Way, int] = {"to the server": 3_000, "to the member": 15_000}


class Cut(Exception):
    """This line has come to its last byte."""


@dataclass(slots=True)
class Network:
    """Lines to one port. `is_bad`: every line has a last byte; set to False, lines that still hold are left alone."""

    to_port: int
    chance: random.Random
    is_bad: bool = True
    port: int = 0
    cuts: Counter[Way] = field(default_factory=Counter)
    _lines: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Give the address that members use."""
        return f"http://127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Network]:
        """Carry lines while this is open; `port` is known then."""
        async with await asyncio.start_server(self._accept, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self
            server.close()
            lines = list(self._lines)
            for line in lines:
                line.cancel()
            await asyncio.gather(*lines, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        inside: asyncio.StreamWriter | None = None
        is_reset = self.chance.random() < 0.5
        try:
            back, inside = await asyncio.open_connection("127.0.0.1", self.to_port)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._carry("to the server", reader, inside))
                ways.create_task(self._carry("to the member", back, writer))
        except* (Cut, OSError):
            pass
        finally:
            self._lines.discard(task)
            for side in (writer, inside):
                if side is not None:
                    end(side, is_reset=is_reset)

    async def _carry(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self.chance.randrange(FARTHEST[way])
        while chunk := await reader.read(65536):
            is_cut = self.is_bad and len(chunk) > left
            writer.write(chunk[:left] if is_cut else chunk)
            await writer.drain()
            left -= len(chunk)
            if is_cut:
                self.cuts[way] += 1
                raise Cut
        raise Cut


def end(writer: asyncio.StreamWriter, *, is_reset: bool) -> None:
    """End a line, with a reset or in order."""
    raw = writer.get_extra_info("socket")
    if is_reset and raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
