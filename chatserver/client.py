"""A small asyncio client of the members' protocol, on `websockets`: for tests, load and bots.

Promises: `say` ends with a position or NotSent; after `resume` every unanswered `say` goes out again under its old id,
and events go on after the last position. `State` is the pure part. Knows nothing of the server's inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import altcha
import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from chatserver.core.codec import CODECS

ANSWER_TIMEOUT_S = 10.0
MAX_FRAME_BYTES = 4 * 1024 * 1024

Fields = dict[str, Any]


class NotSent(Exception):
    """The server says that an attempt is not in the record; `code` is `held` while a moderator is to look at it."""

    def __init__(self, code: str, retry_after_s: float | None) -> None:
        super().__init__(code)
        self.code, self.retry_after_s = code, retry_after_s


@dataclass(slots=True, repr=False)
class State:
    """What a client must remember over a lost link: its position, and what nobody has answered."""

    pos: str | None = None
    events: list[Fields] = field(default_factory=list)
    unanswered: dict[str, Fields] = field(default_factory=dict)
    holes: int = 0
    away_ms: int = 0
    """For how long a node that is leaving has asked it to stay away."""

    def take(self, event: Fields) -> None:
        """Take one server event."""
        kind = event["ev"]
        if kind == "entered":
            if not event["complete"]:
                self.events.clear()
            self.events.extend(event["events"])
            self.pos = event["pos"]
        elif "pos" in event and "prev" in event:
            self.holes += event["prev"] != self.pos
            self.events.append(event)
            self.pos = event["pos"]
        elif kind in ("sent", "not_sent", "held"):
            self.unanswered.pop(event["id"], None)
        elif kind == "goaway":
            self.away_ms = event["reconnect_in"]


@dataclass(frozen=True, slots=True, repr=False)
class Ticket:
    """What joining gave: whose cookie, for which group."""

    base_url: str
    group: str
    cookie: str
    you: Fields


def join(base_url: str, group: Fields, *, with_proof: bool = False, remember: bool = False) -> Ticket:
    """Join a group of the directory; waits for the network. Raises: urllib.error.HTTPError with the server's answer."""
    proof = None
    if with_proof:
        with urllib.request.urlopen(f"{base_url}/g/{group['id']}/challenge") as answer:
            challenge = altcha.Challenge.from_dict(json.load(answer))
        solution = altcha.solve_challenge(challenge)
        assert solution is not None
        proof = altcha.Payload(challenge, solution).to_dict()
    body = {"agreed": group["agreement"]["version"], "remember": remember, "proof": proof}
    request = urllib.request.Request(f"{base_url}/g/{group['id']}/join", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        cookie = answer.headers["set-cookie"].partition(";")[0]
        return Ticket(base_url, group["id"], cookie, json.load(answer)["you"])


class Member:
    """One member in one room. Use `async with Member(ticket) as member`, then `enter`.

    `path` leads to another socket that speaks the same: a private room's.
    """

    def __init__(self, ticket: Ticket, codec: str = "json", *, path: str | None = None) -> None:
        self.ticket = ticket
        self._path = path or f"/g/{ticket.group}/live"
        self.state = State()
        self.close_code: int | None = None
        self._codec = CODECS[f"alongside.v1+{codec}"]
        self._names = (f"{ticket.you['member'][:8]}-{n}" for n in itertools.count())
        self._answers: dict[str, asyncio.Future[str]] = {}
        self._heard: asyncio.Queue[Fields | None] = asyncio.Queue()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Member:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the socket. Raises: OSError or InvalidHandshake."""
        base = urlsplit(self.ticket.base_url)
        self._socket = await connect(
            f"ws://{base.netloc}{self._path}",
            origin=Origin(self.ticket.base_url),
            additional_headers={"Cookie": self.ticket.cookie},
            subprotocols=[Subprotocol(self._codec.subprotocol)],
            compression=None,
            max_size=MAX_FRAME_BYTES,
            proxy=None,
        )
        self.close_code, self._heard = None, asyncio.Queue()
        self._reader = asyncio.create_task(self._read(self._socket))

    async def close(self) -> None:
        """Close the socket; the session stays."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    async def send(self, frame: Fields) -> None:
        """Send one frame as it is."""
        assert self._socket is not None
        raw = self._codec.encode(frame)
        with contextlib.suppress(ConnectionClosed):  # an answer that never comes is the caller's to wait for
            await self._socket.send(raw.decode() if self._codec.is_text else raw)

    async def enter(self) -> Fields:
        """Come into the room after the last known position; gives the `entered` event."""
        await self.send({"do": "enter", "after": self.state.pos})
        return await self.wait_for("entered")

    async def say(self, text: str, attempt: str | None = None) -> str:
        """Post words; gives the position. Raises: NotSent, ConnectionError when the link goes first, TimeoutError."""
        name = attempt or next(self._names)
        frame = {"do": "say", "id": name, "text": text}
        self.state.unanswered[name] = frame
        future = self._answers[name] = asyncio.get_running_loop().create_future()
        await self.send(frame)
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            position: str = await future
            return position

    async def resume(self, tries: int = 150) -> Fields:
        """Come back after a lost link, when asked to: connect, enter, repeat what nobody answered."""
        away_ms, self.state.away_ms = self.state.away_ms, 0
        await asyncio.sleep(away_ms / 1000)
        for _ in range(tries):
            try:
                await self.close()
                await self.connect()
                entered = await self.enter()
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError, EOFError):
                await asyncio.sleep(0.2)
                continue
            for frame in list(self.state.unanswered.values()):
                await self.send(frame)
            return entered
        raise ConnectionError("the server did not come back")

    async def events(self) -> AsyncIterator[Fields]:
        """Give every server event as it comes, until the link goes."""
        while (event := await self._heard.get()) is not None:
            yield event

    async def wait_for(self, kind: str) -> Fields:
        """Give the next event of a kind, dropping what comes before it. Raises: EOFError, TimeoutError."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            async for event in self.events():
                if event["ev"] == kind:
                    return event
        raise EOFError(kind)

    async def _read(self, socket: ClientConnection) -> None:
        heard = self._heard
        try:
            async for raw in socket:
                event = (
                    self._codec.decode(raw.encode() if isinstance(raw, str) else raw)
                    if self._codec.is_text
                    else _unpack(raw)
                )
                assert isinstance(event, dict)
                self.state.take(event)
                self._answer(event)
                heard.put_nowait(event)
        except ConnectionClosed:
            pass
        self.close_code = socket.close_code
        heard.put_nowait(None)
        for future in self._answers.values():
            if not future.done():
                future.set_exception(ConnectionError("the link went"))
        self._answers.clear()

    def _answer(self, event: Fields) -> None:
        future = self._answers.pop(event.get("id", ""), None) if event["ev"] in ("sent", "not_sent", "held") else None
        if future is None or future.done():
            return
        if event["ev"] == "sent":
            future.set_result(event["pos"])
        else:
            future.set_exception(NotSent(event.get("code", "held"), event.get("retry_after")))


def _unpack(raw: str | bytes) -> object:

    return msgpack.unpackb(raw)
