"""Who is on duty, in Redis: one key, by Redis' own clock.

Promises: somebody is on duty from the moment they said so until they say otherwise, sign out, are revoked, or DUTY_MS
after their last desk renewed it. Every method waits on the network and raises StoreUnavailable when it is away. Knows
no socket and no room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatserver.core.duty import DUTY_MS, OnDuty
from chatserver.core.moderators import Account, AccountId
from chatserver.store.moderators import TAG, pack_account, unpack_account
from chatserver.store.servers import Servers

_PREFIX = "{desk}:"
_CHANNEL = b"{desk}:staff"


class Duty:
    """The roster. `ttl_ms` other than DUTY_MS is for tests."""

    def __init__(self, servers: Servers, now_ms: Callable[[], int], ttl_ms: int = DUTY_MS) -> None:
        self._servers, self._now_ms, self._ttl_ms = servers, now_ms, ttl_ms

    async def begin(self, account: Account) -> bool:
        """Be on duty from now on; tells whether that is new."""
        return await self._done("alongside_on_duty", account.id, pack_account(account), self._ttl_ms)

    async def stay(self, account: AccountId) -> bool:
        """Stay on duty, because a desk is open; False when this account is not on duty (any more)."""
        return await self._done("alongside_stay_on_duty", account, self._ttl_ms)

    async def end(self, account: AccountId) -> bool:
        """Be on duty no longer; tells whether that is new."""
        return await self._done("alongside_off_duty", account)

    async def standing(self) -> tuple[OnDuty, ...]:
        """Read who is on duty, by name; until when is said by this machine's clock."""
        flat, now_ms = await self._call("alongside_duty"), self._now_ms()
        found = [
            OnDuty(unpack_account(known.decode(), packed), now_ms + int(rest_ms))
            for known, packed, rest_ms in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        ]
        return tuple(sorted(found, key=lambda one: one.account.name))

    def listen(self, on_change: Callable[[], None]) -> None:
        """Call `on_change` whenever somebody comes or goes, and each time hearing (re)starts; not when time is over."""
        self._servers.subscriptions.add(TAG, _CHANNEL, lambda _: on_change(), on_change)

    async def _done(self, function: str, *args: bytes | str | int) -> bool:
        return int(await self._call(function, *args)) == 1

    async def _call(self, function: str, *args: bytes | str | int) -> Any:
        return await self._servers.fcall(TAG, function, 1, _PREFIX, *args)
