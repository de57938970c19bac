"""Brings what the rooms call for to the moderators' queue: at once after a call of this node, and by a sweep over all
rooms for what a node that died left behind.

Promises: while Redis answers and one node lives, a call is in the queue within 5 s. Knows no member and no words.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.store.cases import Cases

_log = logging.getLogger(__name__)

BEAT_S = 1.0  # with the 2 s of a dead sweeper's claim, well within the 5 s of the promise


class Caller:
    """The caller of one node. `on_beat` is called once a beat, for whoever has something to forget."""

    def __init__(self, cases: Cases, node: str, on_beat: Callable[[], None]) -> None:
        self._cases, self._node, self._on_beat = cases, node, on_beat
        self._moving: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def soon(self, group: Group, room: int) -> None:
        """Move this room's calls now; one move a room at a time, and one more for what came meanwhile."""
        key = f"{group.id}.{room}"
        if key in self._moving:
            self._again.add(key)
            return
        task = self._moving[key] = asyncio.get_running_loop().create_task(self._move(key, group, room))
        task.add_done_callback(lambda done: self._moved(key, done))

    async def _move(self, key: str, group: Group, room: int) -> None:
        while True:
            self._again.discard(key)
            with contextlib.suppress(StoreUnavailable):  # the sweep finds it
                await self._cases.move(group, room)
            if key not in self._again:
                return

    def _moved(self, key: str, task: asyncio.Task[None]) -> None:
        del self._moving[key]
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("moving calls failed: %s", type(fault).__name__, exc_info=fault)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self._cases.sweep(self._node)
            except StoreUnavailable:
                pass
            except Exception as fault:  # the named edge: one bad call must not end the sweeping of all rooms
                _log.error("sweeping calls failed: %s", type(fault).__name__, exc_info=fault)
            self._on_beat()
            await asyncio.sleep(BEAT_S)
