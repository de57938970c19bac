"""The outbox: what is written in one turn of the event loop, gathered and sent in one write a socket.

Law: every socket gets exactly its channel's frames (while it is a member) and its own, in the order in which they were
handed over, in one write a gathering. (A socket in several channels gets each channel's frames in order, but not one
order among the channels.) A gathering is one turn of the loop; on a thread that has been busy for more than BUSY of the
time, it goes on after a flush for REST times as long as that took, GATHER_S at most, because nearly all of the cost is
the number of writes. Fan-out never waits and costs no
Python per member: sockets whose transport has nothing buffered are written straight to by the kernel call, mapped over
their descriptors; whoever takes less than all is left to the transport until it has drained. Knows nothing of frames'
contents, rooms or members.
"""

from __future__ import annotations

import asyncio
import os
from itertools import repeat
from time import perf_counter, thread_time
from typing import Protocol

from chatserver.core.metrics import Tally
from chatserver.core.share import Share

_write = os.write

GATHER_S = 0.02  # nobody sees 20 ms; a busy node writes up to a third fewer times
REST = 2.0
BUSY = 0.6  # below it, there is time to write at once, and whoever waits for a word gets it sooner


class Writable(Protocol):
    """What the outbox needs of a socket. `fd` is -1 when only the transport may write: TLS, or a reader behind."""

    fd: int
    own: list[bytes] | None
    channels: list[Channel]

    def write_through(self, data: bytes) -> None:
        """Hand bytes to the transport, minding the bound."""
        ...

    def fell_behind(self, rest: bytes) -> None:
        """Take the rest of a short write and leave the fast list until drained."""
        ...

    def abort(self) -> None:
        """The descriptor is broken: end the connection."""
        ...


class Outbox:
    """One event loop's gatherer."""

    __slots__ = ("_busy", "_channels", "_loop", "_singles", "_used_s", "_written", "accepted", "rests_until", "tally")

    def __init__(self) -> None:
        self.tally = Tally()
        """What this event loop's node counts."""
        self.accepted: list[float] = []
        """When (perf_counter) the messages were accepted whose events leave with this gathering."""
        self._written = self.tally.spread("accept_to_write_seconds")
        self._channels: list[Channel] = []
        self._singles: list[Writable] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy, self._used_s = Share(), thread_time()
        self.rests_until = 0.0
        """Until when (the loop's time) frames are gathered, because the thread is busy."""

    def mark_channel(self, channel: Channel) -> None:
        """A channel has something to send this turn."""
        self._wake()
        self._channels.append(channel)

    def mark_single(self, socket: Writable) -> None:
        """A socket has something of its own to send this turn."""
        self._wake()
        self._singles.append(socket)

    def _wake(self) -> None:
        if self._channels or self._singles:
            return
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        if self.rests_until > self._loop.time():
            self._loop.call_at(self.rests_until, self.flush)
        else:
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write everything gathered, now."""
        if self._loop is None or not (self._channels or self._singles):
            return
        began = self._loop.time()
        self._write_all()
        if self.accepted:
            self._count_written()
        ended = self._loop.time()
        if self._busy.look(ended, self._used_since(ended - began)) > BUSY:
            self.rests_until = ended + min(GATHER_S, (ended - began) * REST)

    def _used_since(self, flush_s: float) -> float:
        """Give the processor's seconds since the last flush; on a core that others use too, those spent on this one."""
        used_s = thread_time()
        since_s, self._used_s = used_s - self._used_s, used_s
        return max(since_s, flush_s)

    def _count_written(self) -> None:
        accepted, self.accepted = self.accepted, []
        now = perf_counter()
        for began in accepted:
            self._written.observe(now - began)

    def _write_all(self) -> None:
        """Channels first: sockets with frames of their own this turn are not on their fast lists."""
        channels, self._channels = self._channels, []
        singles, self._singles = self._singles, []
        for channel in channels:
            channel.flush()
        for socket in singles:
            own, socket.own = socket.own, None
            for channel in socket.channels:
                channel.settle(socket)
            if own:
                send(socket, own[0] if len(own) == 1 else b"".join(own))


def send(socket: Writable, data: bytes) -> None:
    """Write to one socket now: straight while nothing is buffered, else through its transport."""
    if socket.fd < 0:
        socket.write_through(data)
        return
    try:
        taken = _write(socket.fd, data)
    except BlockingIOError:
        taken = 0
    except OSError:
        socket.abort()
        return
    if taken != len(data):
        socket.fell_behind(data[taken:])


class Channel:
    """All sockets of one room that speak one encoding."""

    __slots__ = ("_apart", "_fast", "_fds", "_outbox", "_pending", "_places")

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._pending: list[bytes] = []
        self._fast: list[Writable] = []
        self._fds: list[int] = []
        self._places: dict[Writable, int] = {}
        # Sockets that get their frames one by one: they are behind, or have frames of their own this turn.
        self._apart: dict[Writable, None] = {}

    def __len__(self) -> int:
        return len(self._fast) + len(self._apart)

    def add(self, socket: Writable) -> None:
        """From now on the socket gets what is published; nothing of what this turn has published already."""
        if socket in self._places or socket in self._apart:
            return
        socket.channels.append(self)
        if self._pending:
            self._join_own(socket, [])
        if socket.fd < 0 or socket.own is not None:
            self._apart[socket] = None
        else:
            self._append(socket)

    def discard(self, socket: Writable) -> None:
        """The socket gets nothing published from now on; what was published this turn still goes out, if it is open."""
        if self in socket.channels:
            socket.channels.remove(self)
        if socket in self._apart:
            del self._apart[socket]
        elif socket in self._places:
            self._remove(socket)
            if self._pending:
                self._join_own(socket, self._pending)

    def publish(self, frame: bytes) -> None:
        """Send one ready frame to everybody at the end of this turn."""
        if not self._pending:
            self._outbox.mark_channel(self)
        self._pending.append(frame)
        for socket in self._apart:
            self._join_own(socket, (frame,))

    def part(self, socket: Writable) -> None:
        """The socket has frames of its own, or fell behind: what is pending becomes its own, and it leaves the fast
        list.
        """
        if socket in self._places:
            self._remove(socket)
            self._apart[socket] = None
            if self._pending:
                self._join_own(socket, self._pending)

    def settle(self, socket: Writable) -> None:
        """The socket has nothing of its own any more: back on the fast list when it can be written to straight."""
        if socket in self._apart and socket.fd >= 0 and socket.own is None and not self._pending:
            del self._apart[socket]
            self._append(socket)

    def flush(self) -> None:
        """Write this turn's frames to the fast list."""
        pending, self._pending = self._pending, []
        data = pending[0] if len(pending) == 1 else b"".join(pending)
        size = len(data)
        taken: list[int] = []
        broken: list[Writable] = []
        fds = iter(self._fds)
        while True:
            try:
                taken.extend(map(_write, fds, repeat(data)))
                break
            except BlockingIOError:
                taken.append(0)
            except OSError:
                broken.append(self._fast[len(taken)])
                taken.append(size)
        if taken.count(size) != len(taken):
            short = [(self._fast[i], n) for i, n in enumerate(taken) if n != size]
            for socket, n in short:
                socket.fell_behind(data[n:])
        for socket in broken:
            socket.abort()

    def _join_own(self, socket: Writable, frames: list[bytes] | tuple[bytes, ...]) -> None:
        if socket.own is None:
            socket.own = []
            self._outbox.mark_single(socket)
        socket.own.extend(frames)

    def _append(self, socket: Writable) -> None:
        self._places[socket] = len(self._fast)
        self._fast.append(socket)
        self._fds.append(socket.fd)

    def _remove(self, socket: Writable) -> None:
        place = self._places.pop(socket)
        last, fd = self._fast.pop(), self._fds.pop()
        if last is not socket:
            self._fast[place], self._fds[place] = last, fd
            self._places[last] = place
