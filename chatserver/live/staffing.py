"""Who is on duty, as this node knows it, and what members are told of it: read when somebody comes or goes, when a time
is over, and every few seconds.

Promises: whoever asked to be told hears of a change within a moment of it, and at the latest with the next look. While
Redis is away the last word stands until its own times are over; before the first reading no room is closed to words.
Knows no request and no member.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from chatserver.core.duty import OnDuty, StaffWord, staff_word, standing
from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.metrics import Tally
from chatserver.core.moderators import AccountId
from chatserver.store.duty import Duty

_log = logging.getLogger(__name__)

LOOK_S = 10.0  # makes up for a lost publication
RETRY_S = 1.0


class Staffing:
    """The watcher of one node. `on_change` may be added to; each is called when somebody came or went, and once when
    it is first known who is there.
    """

    def __init__(self, duty: Duty, groups: Sequence[Group], tally: Tally, now_ms: Callable[[], int]) -> None:
        self._duty, self._groups, self._tally, self._now_ms = duty, groups, tally, now_ms
        self._known: tuple[OnDuty, ...] | None = None
        self._counted_ms = now_ms()
        self._changed = asyncio.Event()
        self.on_change: list[Callable[[], None]] = []
        duty.listen(self._changed.set)

    @property
    def on_duty(self) -> tuple[OnDuty, ...]:
        """Who is on duty now, by name."""
        return standing(self._known or (), self._now_ms())

    def word(self, group: Group) -> StaffWord:
        """Give what this group's members are told now."""
        return StaffWord(False) if self._known is None else staff_word(self._known, group, self._now_ms())

    async def run(self) -> None:
        """Watch until cancelled."""
        shown: frozenset[AccountId] | None = None
        while True:
            self._count()
            wait_s = await self._look()
            if self._known is not None and (now := frozenset(one.account.id for one in self.on_duty)) != shown:
                shown = now
                for tell in self.on_change:
                    tell()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()

    def _count(self) -> None:
        """Counts for how long groups had nobody, as far as known."""
        before_ms, self._counted_ms = self._counted_ms, self._now_ms()
        alone = 0 if self._known is None else sum(not self.word(group).is_here for group in self._groups)
        self._tally.add("unstaffed_seconds", amount=alone * max(0, self._counted_ms - before_ms) / 1000)

    async def _look(self) -> float:
        """Reads the roster; gives for how long it is right if nothing is heard."""
        self._changed.clear()
        try:
            self._known = await self._duty.standing()
        except StoreUnavailable:
            return RETRY_S
        except Exception as fault:  # the named edge: one bad entry must not end the watching
            _log.error("reading who is on duty failed: %s", type(fault).__name__, exc_info=fault)
            return LOOK_S
        now_ms = self._now_ms()
        return min([LOOK_S, *((one.until_ms - now_ms + 1) / 1000 for one in self._known)])
