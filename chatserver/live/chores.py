"""Work that is begun and awaited by nobody.

Promises: it is held until it is done (the loop itself keeps tasks only weakly); what fails in it is logged, with no
words; that Redis is away is known already, and no fault. It ends with the loop. Knows nothing of what is done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from chatserver.core.errors import StoreUnavailable

_log = logging.getLogger(__name__)


class Chores:
    """What one part of a node has under way; `what` names it where something fails."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it in the loop's next turn."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, StoreUnavailable):
            _log.error("%s: a task failed: %s", self._what, type(fault).__name__, exc_info=fault)
