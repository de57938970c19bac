"""This process's pulse: how late the event loop wakes, how long a publication takes to come back, what memory it has.

Promises: measuring costs some two hundred microseconds a second and never waits for Redis; whatever Redis does, the
loop's lag goes on being measured. Publishes nothing but the time at which it did. Knows no room and no member.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections import deque

from chatserver.core.errors import StoreUnavailable
from chatserver.core.metrics import Tally
from chatserver.core.stress import Stress, judge
from chatserver.store.posting import Posting
from chatserver.store.servers import Servers

BEAT_S = 0.1
WORST_BEATS = 100  # "now" is the last 10 s: longer than one slow turn, shorter than a scrape's interval
PROBE_BEATS = 50  # 5 s, as often as the hub compares positions
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Pulse:
    """The pulse of one node; `node` is its random name."""

    def __init__(self, servers: Servers, posting: Posting, node: str, tally: Tally) -> None:
        self._servers, self._posting = servers, posting
        self._due_s = self._lag_s = self._oldest_post_s = 0.0
        self._tag = f"pulse-{node}"
        self._channel = "{" + self._tag + "}:pulse"
        self._lag, self._publication = tally.spread("loop_lag_seconds"), tally.spread("publication_lag_seconds")
        self._worst: deque[float] = deque(maxlen=WORST_BEATS)
        self._probing: asyncio.Task[None] | None = None
        self.round_trip_s = 0.0
        """What the last probe's own command took, answer included; 0 before the first."""
        self.started_s = time.time()

    @property
    def loop_lag_s(self) -> float:
        """The worst of the last 10 s."""
        return max(self._worst, default=0.0)

    def stress(self) -> Stress:
        """Give how much this node has to do, this turn of the loop included."""
        late_s = time.perf_counter() - self._due_s if self._due_s else 0.0
        return judge(max(self._lag_s, late_s), self._oldest_post_s)

    async def run(self) -> None:
        """Measure until cancelled."""
        self._servers.subscriptions.add(self._tag, self._channel.encode(), self._heard, lambda: None)
        for beat in itertools.count(1):
            self._due_s = time.perf_counter() + BEAT_S
            await asyncio.sleep(BEAT_S)
            lag = self._lag_s = max(0.0, time.perf_counter() - self._due_s)
            self._oldest_post_s = self._posting.oldest_s()
            self._lag.observe(lag)
            self._worst.append(lag)
            if beat % PROBE_BEATS == 0 and self._probing is None:
                self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        began = time.perf_counter()
        try:
            await self._servers.call(self._tag, "SPUBLISH", self._channel, repr(began))
            self.round_trip_s = time.perf_counter() - began
        except StoreUnavailable:
            pass  # the link's own readings say so
        finally:
            self._probing = None

    def _heard(self, raw: bytes) -> None:
        self._publication.observe(time.perf_counter() - float(raw))


def memory_bytes() -> int:
    """Give this process's resident memory; 0 where the system has no /proc."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except OSError:
        return 0
