"""Claims in Redis: `chatserver.core.claims`, atomic for all nodes, and the channel that says when the queue changed.

Promises: of all who claim a case at once one wins; a lease whose holder is gone ends by Redis' own clock. Every method
waits on the network and raises StoreUnavailable when it is away; those that change something raise Refused and change
nothing when the step is not the asker's. Knows no HTTP and no room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgpack

from chatserver.core.cases import Case, unpack_case
from chatserver.core.claims import LEASE_MS, Claim, Free, Outcome, Refused, Why
from chatserver.core.metrics import Tally
from chatserver.core.moderators import Account, AccountId
from chatserver.store.servers import Servers

TAG = "desk"
_PREFIX = "{desk}:"
_CHANNEL = b"{desk}:live"


class Claims:
    """Who works on which open case. `lease_ms` other than LEASE_MS is for tests."""

    def __init__(self, servers: Servers, lease_ms: int = LEASE_MS, tally: Tally | None = None) -> None:
        self._servers, self._lease_ms = servers, lease_ms
        self.tally = tally or Tally()
        """What this node counts."""

    async def claim(self, case: str, account: Account) -> Claim:
        """Take a case, or begin one's own lease anew. Raises: Refused, `claimed`, `closed` or `gone`."""
        reply = await self._step("alongside_claim", case, account.id, account.name, self._lease_ms)
        if waited := reply[4:]:
            self.tally.claimed(waited[0].decode(), int(waited[1]) / 1000)
        return _claim(reply)

    async def renew(self, case: str, account: AccountId) -> Claim:
        """Begin one's lease anew. Raises: Refused, `lost`."""
        return _claim(await self._step("alongside_renew", case, account, self._lease_ms))

    async def release(self, case: str, account: AccountId) -> None:
        """Give a case back to the queue. Raises: Refused, `lost`."""
        await self._step("alongside_release", case, account)

    async def close(self, case: str, account: AccountId, outcome: Outcome) -> None:
        """End a case: it leaves the queue for good. Raises: Refused, `lost`."""
        await self._step("alongside_close", case, account, outcome)

    async def standing(self, cases: Sequence[str]) -> list[Claim | Free]:
        """Read who holds each of these cases."""
        if not cases:
            return []
        flat = await self._call("alongside_claims", *cases)
        return [
            Claim(AccountId(holder.decode()), name.decode(), int(until)) if holder else Free(int(until))
            for holder, name, until in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        ]

    async def is_in_hand_off(self, case: str) -> bool:
        """Tell whether the case's member is being talked to, or has an offer."""
        return bool(await self._servers.call(TAG, "EXISTS", f"{_PREFIX}talk:case:{case}"))

    async def find(self, case: str) -> Case | None:
        """Read one open case; None when there is none of that id, or it is closed."""
        packed = await self._call("alongside_case", case)
        return unpack_case(msgpack.unpackb(packed)) if packed else None

    def listen(self, on_change: Callable[[], None]) -> None:
        """Call `on_change` whenever the queue or a claim has changed, and each time hearing (re)starts."""
        self._servers.subscriptions.add(TAG, _CHANNEL, lambda _: on_change(), on_change)

    def forget(self) -> None:
        """Hear no longer."""
        self._servers.subscriptions.drop(_CHANNEL)

    async def _step(self, function: str, case: str, *args: str | int) -> list[bytes]:
        reply: list[bytes] = await self._call(function, case, *args)
        if reply[0] == b"refused":
            raise Refused(cast(Why, reply[1].decode()))
        return reply

    async def _call(self, function: str, *args: str | int) -> Any:
        return await self._servers.fcall(TAG, function, 1, _PREFIX, *args)


def _claim(reply: list[bytes]) -> Claim:
    _, holder, name, until = reply[:4]
    return Claim(AccountId(holder.decode()), name.decode(), int(until))
