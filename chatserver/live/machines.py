"""What the nodes of all machines tell each other for the operators' page.

Promises: whoever is asked gives what it knows at that moment, to the asker alone; nothing of it is written down, in
Redis neither. Exact numbers must travel, because only all rooms of a group together say which of its numbers single
nobody out (chatserver.core.roomhealth); but an hour of small rooms' comings and goings in a dump would tell who left
one group as somebody came into another. So they are published, where only nodes may listen, as the rooms' own events
are, which say more. A node that does not answer within ASK_S is missing from the answer, and said to be.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable

from chatserver.core.errors import StoreUnavailable
from chatserver.core.machines import Telling, Where, named
from chatserver.store.roll import Roll

ASK_S = 1.0
AGAIN_S = 2.0  # nodes are asked at most this often, however many look
SIGN_S = 10.0


class Machines:
    """The nodes of all machines, as one of them sees them. `nodes`: how many its own machine has."""

    def __init__(
        self, roll: Roll, where: Where, nodes: int, give: Callable[[], dict[str, object]], now_ms: Callable[[], int]
    ) -> None:
        self._roll, self._give, self._now_ms = roll, give, now_ms
        self._own = [Where(where.machine, number) for number in range(nodes)]
        self._questions = itertools.count(1)
        self._question = 0
        self._told: list[tuple[Where, Telling]] = []
        self._wanted: set[Where] = set()
        self._all_told = asyncio.Event()
        self._asking: asyncio.Task[dict[str, Telling | None]] | None = None
        self._asked_at = 0.0
        self._telling: set[asyncio.Task[None]] = set()
        self._has_left = False

    async def run(self) -> None:
        """Be on the roll, and answer, until cancelled."""
        self._roll.listen(self._asked, self._heard)
        while not self._has_left:
            with contextlib.suppress(StoreUnavailable):  # whoever would ask cannot either
                await self._roll.sign(self._now_ms())
            await asyncio.sleep(SIGN_S)

    async def leave(self) -> None:
        """Say that this node is no more; when Redis is away it is missed, and forgotten."""
        self._has_left = True
        with contextlib.suppress(StoreUnavailable):
            await self._roll.leave()

    async def hours(self) -> dict[str, Telling | None]:
        """Ask every node for its last hour; by its name, None for a silent one. Raises: StoreUnavailable."""
        now_s = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and now_s - self._asked_at >= AGAIN_S):
            self._asked_at = now_s
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> dict[str, Telling | None]:
        expected = [*await self._roll.standing(self._now_ms()), *self._own]
        self._question, self._wanted = next(self._questions), set(expected)
        self._told, self._all_told = [], asyncio.Event()
        await self._roll.ask(self._question)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ASK_S):
                await self._all_told.wait()
        return named(expected, self._told)

    def _heard(self, question: int, where: Where, telling: dict[str, object]) -> None:
        if question != self._question:
            return  # too late
        self._told.append((where, telling))
        if self._wanted <= {who for who, _ in self._told}:
            self._all_told.set()

    def _asked(self, question: int, asker: str) -> None:
        task = asyncio.create_task(self._tell(asker, question))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, asker: str, question: int) -> None:
        with contextlib.suppress(StoreUnavailable):
            await self._roll.tell(asker, question, self._give())
