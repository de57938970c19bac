"""How much each moderator has seen, in Redis: which cases, for three days, and nothing else.

Promises: everything is gone KEPT_MS after it was seen. Every method waits on the network and raises StoreUnavailable
when it is away. Knows no words, no member and no HTTP.
"""

from __future__ import annotations

from typing import Any

from chatserver.core.care import DAY_MS, KEPT_MS, Load, Seen, is_heavy
from chatserver.core.cases import Case
from chatserver.core.moderators import AccountId
from chatserver.store.servers import Servers

TAG = "desk"
_PREFIX = "{desk}:"


class Care:
    """The keeper. `kept_ms` other than KEPT_MS is for tests."""

    def __init__(self, servers: Servers, kept_ms: int = KEPT_MS) -> None:
        self._servers, self._kept_ms = servers, kept_ms

    async def saw(self, account: AccountId, case: Case) -> None:
        """Remember that somebody opened or took a case; twice counts once."""
        await self._call("alongside_saw", account, case.id, int(is_heavy(case)), self._kept_ms)

    async def load(self, account: AccountId) -> Load:
        """Read what somebody has seen."""
        today, heavy, all_days, all_heavy = await self._call("alongside_care", account, DAY_MS, self._kept_ms)
        return Load(Seen(today, heavy), Seen(all_days, all_heavy))

    async def _call(self, function: str, *args: str | int) -> Any:
        return await self._servers.fcall(TAG, function, 1, _PREFIX, *args)
