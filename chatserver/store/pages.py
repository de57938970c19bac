"""Which danger is to be called out, in Redis: `chatserver.core.paging` for all nodes, and the alarms people must see.

Promises: of all nodes one gets a case to look at; when it dies another gets it LEASE_MS later, with what was done so
far; nothing is due because a node remembers it. Every method waits on the network and raises StoreUnavailable when it
is away. Knows no HTTP and no desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgpack

from chatserver.core.cases import unpack_case
from chatserver.core.paging import Look, Progress
from chatserver.store.servers import Servers

TAG = "desk"
_PREFIX = "{desk}:"
LEASE_MS = 15_000  # longer than one try may last (chatserver.live.oncall), so that two nodes never try at once
MAX_LOOKS = 50  # at once; the rest is there a beat later


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that fails: its name, since when (ms since 1970), how often since then, and how it failed last."""

    name: str
    since_ms: int
    failures: int
    why: str

    def fields(self) -> dict[str, object]:
        """Give it as docs/desk.md says."""
        return {"name": self.name, "since": self.since_ms, "failures": self.failures, "why": self.why}


class Pages:
    """The timers of danger that nobody has. `lease_ms` other than LEASE_MS is for tests."""

    def __init__(self, servers: Servers, lease_ms: int = LEASE_MS) -> None:
        self._servers, self._lease_ms = servers, lease_ms

    async def take(self) -> list[Look]:
        """Take the cases whose time to be looked at has come: ours alone for the lease, or until `keep`."""
        now_ms, *found = await self._call("alongside_pages_take", self._lease_ms, MAX_LOOKS)
        return [
            Look(unpack_case(msgpack.unpackb(packed)), Progress(int(since), int(done), int(tries)), int(now_ms))
            for packed, since, done, tries in found
        ]

    async def keep(self, case: str, progress: Progress, next_look_ms: int) -> None:
        """Keep what was done, and when to look again."""
        done = (progress.since_ms, progress.done, progress.tries)
        await self._call("alongside_pages_keep", case, *done, next_look_ms)

    async def alarm(self, name: str, why: str) -> None:
        """Show every desk that something failed (once more)."""
        await self._call("alongside_alarm", name, why)

    async def calm(self, name: str) -> None:
        """Show it no longer: it works."""
        await self._call("alongside_calm", name)

    async def alarms(self) -> list[Alarm]:
        """Read what fails."""
        flat = await self._call("alongside_alarms")
        return [
            Alarm(name.decode(), int(since), int(failures), why.decode())
            for name, since, failures, why in zip(flat[::4], flat[1::4], flat[2::4], flat[3::4], strict=True)
        ]

    async def _call(self, function: str, *args: str | int) -> Any:
        return await self._servers.fcall(TAG, function, 1, _PREFIX, *args)
