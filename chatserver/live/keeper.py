"""The keeper: one timer that looks after all sockets of an event loop.

Pings a silent peer, gives up on a dead one and on a closing handshake that hangs. One timer for all, because a timer a
socket costs memory and wakes the loop for every one of ten thousand. Knows nothing of frames.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatserver.live.outbox import Outbox
    from chatserver.live.socket import Socket

TICK_S = 5.0
PING_TICKS = 5  # 25 s of silence: below the 30 s after which mobile networks forget a connection
SILENT_TICKS = 12  # 60 s without a byte, two pings unanswered
CLOSING_TICKS = 2  # 5 to 10 s for the closing handshake


class Keeper:
    """The sockets of one event loop, and the outbox they write through."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.sockets: set[Socket] = set()
        self.tick = 0
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, socket: Socket) -> None:
        """Look after this socket until it is forgotten."""
        self.sockets.add(socket)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK_S, self._wake)

    def forget(self, socket: Socket) -> None:
        """The socket is gone."""
        self.sockets.discard(socket)

    def _wake(self) -> None:
        # Asked for first: a handler that fails must not end the looking after for everybody.
        self._timer = asyncio.get_running_loop().call_later(TICK_S, self._wake) if self.sockets else None
        self.look()

    def look(self) -> None:
        """One tick has passed: look at every socket."""
        self.tick += 1
        for socket in list(self.sockets):
            socket.look(self.tick)
