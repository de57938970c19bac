"""Which nodes there are, and the channels on which they ask each other, in Redis.

Promises: a node that signed is on the roll until it leaves or has not signed for FORGET_MS. What is asked and told is
published and never stored: a dump holds of a node its name, its machine and its number, and nothing of any room.
Methods wait on the network and raise StoreUnavailable when it is away. Knows nothing of what is told.
"""

from __future__ import annotations

from collections.abc import Callable

import msgpack

from chatserver.core.machines import Where
from chatserver.store.servers import Servers

TAG = "ops"
_NODES, _ASK, _TOLD = "{ops}:nodes", b"{ops}:ask", b"{ops}:told:"
FORGET_MS = 10 * 60_000  # a machine that was cut off is said to be silent for that long; by then somebody was paged

Told = Callable[[int, Where, dict[str, object]], None]
"""Takes the number of the question, where the node is, and what it tells."""


class Roll:
    """The roll, for one node."""

    def __init__(self, servers: Servers, name: str, where: Where) -> None:
        self._servers, self._name, self._where = servers, name, where

    async def sign(self, now_ms: int) -> None:
        """Be there from now on."""
        packed = msgpack.packb([self._where.machine, self._where.number, now_ms])
        await self._servers.call(TAG, "HSET", _NODES, self._name, packed)
        await self._servers.call(TAG, "PEXPIRE", _NODES, FORGET_MS)

    async def leave(self) -> None:
        """Be there no longer."""
        await self._servers.call(TAG, "HDEL", _NODES, self._name)

    async def standing(self, now_ms: int) -> list[Where]:
        """Read where there are nodes; a place twice when one died there and another took it. The rest is forgotten."""
        found: dict[bytes, bytes] = await self._servers.call(TAG, "HGETALL", _NODES)
        signed = {name: msgpack.unpackb(packed) for name, packed in found.items()}
        gone = [name for name, (_, _, at_ms) in signed.items() if now_ms - at_ms > FORGET_MS]
        if gone:
            await self._servers.call(TAG, "HDEL", _NODES, *gone)
        return [Where(machine, number) for name, (machine, number, _) in signed.items() if name not in gone]

    async def ask(self, question: int) -> None:
        """Ask every node, this one too."""
        await self._servers.call(TAG, "SPUBLISH", _ASK, msgpack.packb([question, self._name]))

    async def tell(self, asker: str, question: int, telling: dict[str, object]) -> None:
        """Tell whoever asked."""
        packed = msgpack.packb([question, self._where.machine, self._where.number, telling])
        await self._servers.call(TAG, "SPUBLISH", _TOLD + asker.encode(), packed)

    def listen(self, on_ask: Callable[[int, str], None], on_told: Told) -> None:
        """Hear what is asked (its number, and who asks), and what this node is told."""

        def asked(raw: bytes) -> None:
            on_ask(*msgpack.unpackb(raw))

        def told(raw: bytes) -> None:
            question, machine, number, telling = msgpack.unpackb(raw)
            on_told(question, Where(machine, number), telling)

        self._servers.subscriptions.add(TAG, _ASK, asked, _nothing)
        self._servers.subscriptions.add(TAG, _TOLD + self._name.encode(), told, _nothing)


def _nothing() -> None:
    """What was asked while nobody heard is not made up for: it is asked again in seconds."""
