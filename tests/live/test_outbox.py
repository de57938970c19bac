"""Tests of chatserver.live.outbox and chatserver.live.socket, with real sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from time import thread_time
from typing import Any

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from chatserver.core.share import LATELY_S
from chatserver.live.handler import BOUNDS, Bounds
from chatserver.live.keeper import Keeper
from chatserver.live.outbox import Channel, Outbox
from chatserver.live.socket import Socket

SMALL = 4096


class Heard:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.codes: list[int] = []

    def received(self, payload: bytes) -> None:
        """Nothing is sent to us here."""

    def drained(self) -> None:
        """Nobody waits here."""

    def closed(self, code: int) -> None:
        """Remember why."""
        self.codes.append(code)


class Pair:
    """A Socket, and the other end of its line."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper, self.handler = keeper, Heard()

    async def open(self, bounds: Bounds = BOUNDS) -> Pair:
        """Make both ends."""
        near, self.far = socket.socketpair()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        self.far.setblocking(False)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=near)
        self.socket = Socket(transport, self.handler, self.keeper, set(), is_text=True, bounds=bounds)
        self.socket.open()
        return self

    async def read(self, size: int) -> bytes:
        """Read exactly so much."""
        got = b""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(10):
            while len(got) < size:
                got += await loop.sock_recv(self.far, size - len(got))
        return got

    def close(self) -> None:
        """End both."""
        self.socket.abort()
        self.far.close()


STEPS = st.lists(
    st.tuples(st.sampled_from(["publish", "send", "join", "leave", "turn"]), st.integers(0, 2), st.integers(1, 3000)),
    max_size=40,
)


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_each_socket_gets_exactly_its_frames_in_order(
    new_loop: Callable[[], asyncio.AbstractEventLoop], steps: list[tuple[str, int, int]]
) -> None:
    """The law of the outbox, with sockets whose buffers are small enough to fall behind and catch up."""
    with asyncio.Runner(loop_factory=new_loop) as loop:
        loop.run(_law(steps))


async def _law(steps: list[tuple[str, int, int]]) -> None:
    outbox = Outbox()
    keeper, channel = Keeper(outbox), Channel(outbox)
    pairs = [await Pair(keeper).open() for _ in range(3)]
    wanted: list[bytes] = [b"", b"", b""]
    inside: set[int] = set()
    for number, (what, who, size) in enumerate(steps):
        data = bytes([33 + number]) * size
        if what == "publish":
            channel.publish(data)
            for member in inside:
                wanted[member] += data
        elif what == "send":
            pairs[who].socket.send(data)
            wanted[who] += data
        elif what == "join":
            channel.add(pairs[who].socket)
            inside.add(who)
        elif what == "leave":
            channel.discard(pairs[who].socket)
            inside.discard(who)
        else:
            await asyncio.sleep(0)
    for pair, data in zip(pairs, wanted, strict=True):
        assert await pair.read(len(data)) == data
    for pair in pairs:
        pair.close()
    await asyncio.sleep(0)


async def test_frames_are_gathered_into_one_write_when_the_last_flush_took_long() -> None:
    """While the outbox rests nothing is written, turn after turn; then everything goes in order, at once."""
    outbox = Outbox()
    pair, channel = await Pair(Keeper(outbox)).open(), Channel(outbox)
    channel.add(pair.socket)
    outbox.rests_until = asyncio.get_running_loop().time() + 60
    for data in (b"one", b"two"):
        channel.publish(data)
        await asyncio.sleep(0)
    pair.socket.send(b"own")
    await asyncio.sleep(0)
    with pytest.raises(BlockingIOError):
        pair.far.recv(1)
    pair.socket.push()
    assert await pair.read(9) == b"onetwoown"
    pair.close()
    await asyncio.sleep(0)


async def test_frames_are_written_at_once_when_the_thread_has_time_and_gathered_when_it_has_none() -> None:
    """Whatever one flush took. A thread without a pause for twice as long as is looked back gathers."""
    outbox = Outbox()
    pair, channel = await Pair(Keeper(outbox)).open(), Channel(outbox)
    channel.add(pair.socket)
    loop = asyncio.get_running_loop()
    for _ in range(3):
        await asyncio.sleep(LATELY_S)
        channel.publish(b"x")
        await asyncio.sleep(0)
        assert outbox.rests_until < loop.time()
    busy_until = thread_time() + 2 * LATELY_S
    while thread_time() < busy_until:
        channel.publish(b"x")
        outbox.flush()
        pair.far.recv(SMALL)
    assert outbox.rests_until > 0
    pair.close()
    await asyncio.sleep(0)


async def test_a_stalled_reader_is_closed_and_delays_nobody_when_its_buffer_is_full() -> None:
    """Over the bound the reader is closed with 4000; the others get everything meanwhile."""
    outbox = Outbox()
    keeper, channel = Keeper(outbox), Channel(outbox)
    stalled, quick = await Pair(keeper).open(Bounds(max_buffered_bytes=100_000)), await Pair(keeper).open()
    channel.add(stalled.socket)
    channel.add(quick.socket)
    total = 0
    while not stalled.handler.codes:
        assert total < 2_000_000
        channel.publish(b"x" * 5000)
        total += 5000
        assert await quick.read(5000) == b"x" * 5000
    assert stalled.handler.codes == [4000]
    assert quick.handler.codes == []
    for pair in (stalled, quick):
        pair.close()
    await asyncio.sleep(0)


async def test_the_handler_hears_closed_once_whatever_the_cause() -> None:
    """Closed by us, then lost: one word."""
    outbox = Outbox()
    pair: Any = await Pair(Keeper(outbox)).open()
    pair.socket.close(4001, "resume")
    assert (await pair.read(10))[:4] == b"\x88\x08\x0f\xa1"
    pair.close()
    await asyncio.sleep(0)
    assert pair.handler.codes == [4001]
