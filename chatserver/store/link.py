"""One ordered connection to one Redis server: commands of one event-loop turn in one write, answers in order, pushes
beside them.

Why not redis-py's own: posts from several pooled connections overtake each other, so one ordered connection is a
matter of correctness; and one write a turn with hiredis' parser costs a tenth of a pipeline object a turn. redis-py
still reads URLs and hashes slots (chatserver.store.place, servers).

Promises: answers arrive in the order of the commands; when the connection goes, every waiting command fails with
`ConnectionLost` exactly once; a server that is silent for `SILENT_S` while a command waits ends the connection. A
server that answers late is none: a link cut under pressure makes everything on it wait for a new one, and what is
asked twice is asked of a busy server. Who must hear something in time minds the time (chatserver.store.posting,
Servers.call). Knows no key, no function.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, cast

import hiredis

from chatserver.core.metrics import Tally

SILENT_S = 1.5  # below the 2 s in which an author must hear something (issue "a room", point 3)
LOOK_S = 0.5
SECOND_LOOK_S = 0.05  # a turn of this loop may itself have taken long: what came meanwhile is read first
CONNECT_TIMEOUT_S = 1.5

Answer = Callable[[Any], None]
"""Takes one reply; an error reply or ConnectionLost arrives as an exception instance, never raised."""


class ConnectionLost(ConnectionError):
    """The link went while a command was waiting: it may or may not have been carried out."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where a server listens and how to be let in; `path` (a unix socket) wins over host and port."""

    host: str = "127.0.0.1"
    port: int = 6379
    path: str | None = None
    username: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Address({self.name})"

    @property
    def name(self) -> str:
        """Name the server for an operator, without credentials."""
        return self.path or f"{self.host}:{self.port}"


def pack(*args: bytes | str | int) -> bytes:
    """Give one command in RESP.

    >>> pack("GET", b"a")
    b'*2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\na\\r\\n'
    """
    raws = [arg.encode() if isinstance(arg, str) else arg if isinstance(arg, bytes) else b"%d" % arg for arg in args]
    return b"".join([b"*%d\r\n" % len(raws), *[b"$%d\r\n%b\r\n" % (len(raw), raw) for raw in raws]])


class Link(asyncio.Protocol):
    """One open connection. `on_push` gets the parts of each RESP3 push; `on_lost` is called once, when it has gone."""

    def __init__(self, address: Address, on_push: Callable[[list[Any]], None], on_lost: Callable[[Link], None]) -> None:
        self.address = address
        self._reader = hiredis.Reader(notEnoughData=_NOTHING)
        self._waiting: deque[tuple[Answer, float, tuple[bytes, bytes] | None]] = deque()
        self._out: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._on_push = on_push
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._heard = 0.0
        self._is_suspect = False
        self.before_flush: Callable[[], None] | None = None
        self._tally: Tally | None = None
        # The last command of one write, and when it left: one round trip at a time is measured.
        self._timed: Answer | None = None
        self._timed_at = 0.0
        self.replicas = 0
        """How many replicas follow this server, as last seen."""
        self.aside: Link | None = None
        """Another link to the same server, for commands that hold up what comes behind them; it ends with this one."""
        self.hello: dict[str, Any] = {}

    @property
    def is_open(self) -> bool:
        """Whether commands may be sent."""
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # noqa: D102 (asyncio's)
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._watch = self._loop.call_later(LOOK_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: D102 (asyncio's)
        self._transport = None
        if self._watch is not None:
            self._watch.cancel()
        self._out.clear()
        if self.aside is not None:
            self.aside.close()
        waiting, self._waiting = self._waiting, deque()
        for answer, _, _ in waiting:
            answer(ConnectionLost())
        self._on_lost(self)

    def send(self, command: bytes, answer: Answer) -> None:
        """Queue one packed command; it leaves with all others of this turn. Raises ConnectionLost when there is no
        link.
        """
        if self._transport is None:
            raise ConnectionLost
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(command)
        self._waiting.append((answer, self._loop.time(), None))

    def subscribe(self, verb: bytes, channel: bytes) -> None:
        """Queue SSUBSCRIBE or SUNSUBSCRIBE: a push confirms it in its turn, or `on_push` gets [b"refused", channel,
        error].
        """

        def refused(reply: Any) -> None:
            if isinstance(reply, hiredis.ReplyError):
                self._on_push([b"refused", channel, reply])

        self.send(pack(verb, channel), refused)
        self._waiting[-1] = (refused, self._waiting[-1][1], (verb.lower(), channel))

    async def call(self, *args: bytes | str | int) -> Any:
        """Send one command and wait for its reply. Raises ConnectionLost, or the server's error reply. Safe to
        cancel.
        """
        future: asyncio.Future[Any] = self._loop.create_future()

        def answer(reply: Any) -> None:
            if future.done():
                return
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                future.set_result(reply)

        self.send(pack(*args), answer)
        return await future

    def close(self) -> None:
        """End the connection now; what waits fails."""
        if self._transport is not None:
            self._transport.abort()

    def _flush(self) -> None:
        if self.before_flush is not None:
            self.before_flush()
        out, self._out = self._out, []
        if self._transport is not None and out:
            self._transport.write(b"".join(out))
            if self._tally is not None:
                self._tally.pipeline_commands.observe(len(out))
                if self._timed is None:
                    self._timed, self._timed_at = self._waiting[-1][0], perf_counter()

    def count_in(self, tally: Tally) -> None:
        """Count from now on how many commands leave at once, and how long their answers take."""
        self._tally = tally

    def _look(self) -> None:
        """Ends a connection on which nothing at all has come for SILENT_S while a command waited, seen twice."""
        if self._transport is None:
            return
        is_silent = bool(self._waiting) and self._loop.time() - max(self._waiting[0][1], self._heard) > SILENT_S
        if is_silent and self._is_suspect:
            self._transport.abort()
            return
        self._is_suspect = is_silent
        self._watch = self._loop.call_later(SECOND_LOOK_S if is_silent else LOOK_S, self._look)

    def data_received(self, data: bytes) -> None:  # noqa: D102 (asyncio's)
        self._heard, self._is_suspect = self._loop.time(), False
        reader = self._reader
        reader.feed(data)
        while True:
            try:
                reply = reader.gets()
            except hiredis.ProtocolError:
                self.close()
                return
            if reply is _NOTHING:
                return
            if isinstance(reply, hiredis.PushNotification):
                # The push that confirms a subscription stands where a reply would; others come at any time.
                if self._waiting and self._waiting[0][2] == (reply[0], reply[1]):
                    self._next()
                self._on_push(reply)
            elif self._waiting:
                self._next()(reply)

    def _next(self) -> Answer:
        """Gives whose turn it is to be answered."""
        answer = self._waiting.popleft()[0]
        if answer is self._timed and self._tally is not None:
            self._timed = None
            self._tally.pipeline_seconds.observe(perf_counter() - self._timed_at)
        return answer


_NOTHING = object()


async def open_link(address: Address, on_push: Callable[[list[Any]], None], on_lost: Callable[[Link], None]) -> Link:
    """Connect, sign in and switch to RESP3.

    Raises: OSError, TimeoutError or ConnectionLost when the server cannot be reached; hiredis.ReplyError when it
    refuses.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        if address.path is not None:
            _, link = await loop.create_unix_connection(lambda: Link(address, on_push, on_lost), address.path)
        else:
            _, link = await loop.create_connection(
                lambda: Link(address, on_push, on_lost), address.host, address.port, ssl=address.tls
            )
        try:
            link.hello = await _hello(link, address)
        except BaseException:
            link.close()
            raise
    return link


async def _hello(link: Link, address: Address) -> dict[str, Any]:
    auth = ("AUTH", address.username or "default", address.password) if address.password is not None else ()
    said = await link.call("HELLO", "3", *auth)
    pairs = said.items() if isinstance(said, dict) else zip(said[::2], said[1::2], strict=True)
    return {_name(key): _name(value) for key, value in pairs}


def _name(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value
