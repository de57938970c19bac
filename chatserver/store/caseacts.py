"""Acts about a case itself in Redis, in the desk's slot (functions/deskacts.lua): its level, and who has it.

Promises: as `chatserver.store.acts`: done once under its name, undone once within UNDO_MS. Every method waits on the
network and raises StoreUnavailable when it is away. Knows no HTTP and no log.
"""

from __future__ import annotations

from typing import Any, cast

import msgpack

from chatserver.core.acts import UNDO_MS
from chatserver.core.cases import Case, pack_case
from chatserver.core.claims import LEASE_MS, Refused
from chatserver.core.claims import Why as ClaimWhy
from chatserver.core.letters import LETTER_MS
from chatserver.core.moderators import Account, AccountId
from chatserver.store.acts import NotDone, Why
from chatserver.store.servers import Servers

TAG = "desk"
_PREFIX = "{desk}:"
_KEPT = "="  # the claim stays whose it is


class CaseActs:
    """The carrier out."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def find(self, name: str) -> int | None:
        """Read when an act of this name was done (ms since 1970); None when there is none."""
        at_ms = await self._servers.call(TAG, "HGET", f"{_PREFIX}act:{name}", "t")
        return None if at_ms is None else int(at_ms)

    async def change(self, name: str, account: AccountId, case: Case) -> int:
        """Keep a claimed case as it is given here; gives when. Raises: Refused, `lost`."""
        return await self._act(name, account, case, _KEPT, "")

    async def hand_over(self, name: str, account: AccountId, case: Case, to: Account | None) -> int:
        """Give a claimed case, as it is given here, to another account, or to nobody. Raises: Refused, also
        `in_hand_off`.
        """
        return await self._act(name, account, case, "" if to is None else to.id, "" if to is None else to.name)

    async def undo(self, name: str, account: AccountId) -> str:
        """Take an act back within UNDO_MS; gives its case. What somebody else took meanwhile stays theirs. Raises:
        NotDone.
        """
        reply = await self._call("alongside_desk_undo", name, account, UNDO_MS, LEASE_MS)
        if reply[0] == b"refused":
            raise NotDone(cast(Why, reply[1].decode()))
        return str(reply[1].decode())

    async def drop(self, case: str) -> None:
        """End a case that nobody need decide any more, whoever has it, also before it has come. Twice is as once."""
        await self._call("alongside_drop", case, LETTER_MS)

    async def _act(self, name: str, account: AccountId, case: Case, to: str, to_name: str) -> int:
        packed = msgpack.packb(pack_case(case))
        reply = await self._call("alongside_desk_act", name, case.id, account, packed, case.rank, LEASE_MS, to, to_name)
        if reply[0] == b"refused":
            raise Refused(cast(ClaimWhy, reply[1].decode()))
        return int(reply[1])

    async def _call(self, function: str, *args: str | bytes | int) -> Any:
        return await self._servers.fcall(TAG, function, 1, _PREFIX, *args)
