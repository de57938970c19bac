"""Keeps the nodes of this machine alive, and replaces them one by one when that is wished.

Promises: a node that dies is replaced, from the warm process it came from; when that has died, from another that lives,
or from one started anew. A wish replaces all nodes with what is installed now, forked from a fresh warm process: the
new one is ready before the old one is told to drain, and the next waits until the old one has ended; a new one that
does not become ready leaves everything as it was. A warm process whose nodes are all replaced ends. Knows nothing of
signals, of the embedded server, nor of rooms.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from chatserver.core.errors import OperatorFault
from chatserver.core.metrics import Tally
from chatserver.nursery import EXIT_STORE, READY, READY_TIMEOUT_S, NodeProcess, Nursery
from chatserver.settings import Settings

_log = logging.getLogger(__name__)

STOP_EXTRA_S = 15.0  # beyond the drain: answers under way, farewells to Redis
AGAIN_FIRST_S, AGAIN_LONGEST_S = 0.1, 5.0
QUICK_DEATH_S = 5.0


class _Slot:
    """One of the machine's nodes, whichever process that is just now. `deaths` gets each that ended while it held the
    slot; `turn` is held by whoever starts another.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.node: NodeProcess | None = None
        self.nursery: Nursery | None = None
        self.deaths: asyncio.Queue[NodeProcess] = asyncio.Queue()
        self.turn = asyncio.Lock()


class Nodes:
    """The nodes of this machine. `start` gives a nursery that was started; `on_ready` is awaited at the first node."""

    def __init__(
        self,
        settings: Settings,
        tally: Tally,
        start: Callable[[], Awaitable[Nursery]],
        on_ready: Callable[[], Awaitable[None]],
    ) -> None:
        self._start, self._on_ready, self._tally = start, on_ready, tally
        self._deadline_s = settings.drain_s + STOP_EXTRA_S
        self._slots = [_Slot(number) for number in range(settings.workers)]
        self._nurseries: list[Nursery] = []
        self._warming = asyncio.Lock()
        self._stop = asyncio.Event()
        self._wish = asyncio.Event()  # to replace the nodes; set at the end too, so that nobody waits for it
        self._watching: set[asyncio.Task[None]] = set()
        self._is_first = True

    async def run(self) -> None:
        """Keep them alive until they shall stop. Raises: OperatorFault when the first one cannot serve."""
        try:
            async with asyncio.TaskGroup() as group:
                for slot in self._slots:
                    group.create_task(self._keep(slot))
                group.create_task(self._reload())
        except* OperatorFault as faults:
            raise faults.exceptions[0] from None

    def replace(self) -> None:
        """Wish for new nodes."""
        self._wish.set()

    def stop(self) -> None:
        """Let all drain and end; one that hangs, and answers no SIGTERM, does not keep the house from ending."""
        self._stop.set()
        self._wish.set()
        asyncio.get_running_loop().call_later(self._deadline_s, self.kill)
        for nursery in self._nurseries:
            nursery.retire()

    def kill(self) -> None:
        """End all at once."""
        for nursery in self._nurseries:
            nursery.kill()

    async def gone(self) -> None:
        """Wait until all that ever was started has ended, for as long as a drain may take."""
        for nursery in self._nurseries:
            nursery.retire()
        gone = asyncio.gather(*(nursery.gone() for nursery in self._nurseries))
        try:
            async with asyncio.timeout(self._deadline_s):
                await asyncio.shield(gone)
        except TimeoutError:
            self.kill()
            await gone

    async def _keep(self, slot: _Slot) -> None:
        pause, loop = AGAIN_FIRST_S, asyncio.get_running_loop()
        dead: NodeProcess | None = None
        while not self._stop.is_set():
            began, word = loop.time(), ""
            async with slot.turn:
                if slot.node is dead:  # else a reload has put another there meanwhile
                    nursery = await self._nursery_of(slot)
                    node, word = await self._bear(slot, nursery)
                    self._hold(slot, node, nursery)
            dead = await slot.deaths.get()
            code = await dead.end()
            if self._stop.is_set():
                return
            if code == EXIT_STORE and self._is_first:
                raise OperatorFault(word or "the node cannot use this Redis")
            if loop.time() - began < QUICK_DEATH_S:
                if self._is_first:
                    raise OperatorFault(f"the node ended at once (exit code {code})")
                await asyncio.sleep(pause)
                pause = min(pause * 2, AGAIN_LONGEST_S)
            else:
                pause = AGAIN_FIRST_S
            self._tally.add("node_deaths")
            _log.warning("a node died (exit code %s); starting another", code)

    async def _reload(self) -> None:
        """At each wish, replaces all nodes, one after another."""
        while True:
            await self._wish.wait()
            if self._stop.is_set():
                return
            self._wish.clear()
            _log.info("replacing %d nodes, one by one", len(self._slots))
            fresh, outcome = await self._warm(), "done"
            for slot in self._slots:
                if self._stop.is_set():
                    return
                if fault := await self._replace(slot, fresh):
                    _log.error("the new node %d %s: it and those after it stay as they are", slot.number, fault)
                    outcome = "given_up"
                    break
            self._retire_unused()
            _log.info("replacing the nodes: %s", outcome)
            self._tally.add("reloads", outcome)

    async def _replace(self, slot: _Slot, fresh: Nursery) -> str | None:
        """Puts a new node in the place of one, which drains. Gives why it could not; the old one goes on then."""
        async with slot.turn:
            old = slot.node
            new, word = await self._bear(slot, fresh)
            if word != READY:
                await new.end()
                return f"says: {word}" if word else "does not become ready"
            self._hold(slot, new, fresh)
        if old is not None:
            await self._see_off(old)
        return None

    async def _see_off(self, node: NodeProcess) -> None:
        """Lets a node drain; one that hangs is killed."""
        node.drain()
        try:
            async with asyncio.timeout(self._deadline_s):
                await node.end()
        except TimeoutError:
            node.kill()
            await node.end()

    async def _nursery_of(self, slot: _Slot) -> Nursery:
        async with self._warming:
            if slot.nursery is None or slot.nursery.is_lost:
                able = [nursery for nursery in self._nurseries if not nursery.is_lost]
                slot.nursery = able[-1] if able else await self._warm()
            return slot.nursery

    async def _warm(self) -> Nursery:
        nursery = await self._start()
        self._nurseries = [*(old for old in self._nurseries if not old.is_gone), nursery]
        if self._stop.is_set():
            nursery.retire()
        return nursery

    def _retire_unused(self) -> None:
        used = {slot.nursery for slot in self._slots}
        for nursery in self._nurseries:
            if nursery not in used:
                nursery.retire()

    async def _bear(self, slot: _Slot, nursery: Nursery) -> tuple[NodeProcess, str]:
        """Gives the process, and its word: READY, or why it cannot serve (empty when it did not say)."""
        node, word = await nursery.fork(slot.number), ""
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                word = await node.word()
        except TimeoutError:
            node.kill()  # a node that hangs before it became ready is replaced, not waited for
        if word == READY:
            _log.info("node %d is ready: process %d", slot.number, node.pid)
            if self._is_first:
                self._is_first = False
                await self._on_ready()
        return node, word

    def _hold(self, slot: _Slot, node: NodeProcess, nursery: Nursery) -> None:
        """The slot is this node's from now on."""
        slot.node, slot.nursery = node, nursery
        watching = asyncio.create_task(self._watch(node, slot))
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)

    async def _watch(self, node: NodeProcess, slot: _Slot) -> None:
        await node.end()
        if node is slot.node:
            slot.deaths.put_nowait(node)
