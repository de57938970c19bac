"""The record of one private room: an ordinary room's, under a tag of its own, kept for hours only.

Promises: what chatserver.store.rooms promises; its words are gone PRIVATE_S after they were written. No case is ever
opened in it, so nothing sweeps it. Knows no hand-off.
"""

from __future__ import annotations

from dataclasses import replace

import msgpack

from chatserver.core.groups import Group
from chatserver.core.identity import MemberId
from chatserver.core.seats import Seat
from chatserver.store.posting import Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers

PRIVATE_S = 4 * 3600  # a moderator who takes over can read what was said; nobody needs it the next day


_HOUSE = Seat(MemberId("house"), "", 0)  # who speaks in a remark: no member's id is so short


class PrivateRecord(RoomRecord):
    """The record of one talk; `number` is the hand-off's."""

    __slots__ = ()

    def __init__(self, servers: Servers, posting: Posting, group: Group, number: int) -> None:
        group = replace(group, retention_s=min(group.retention_s, PRIVATE_S))
        super().__init__(servers, posting, group, number, tag=f"{group.id}.talk{number}")

    async def remark(self, name: str, text: str) -> None:
        """Tell both, in the record, once for each `name`. Raises: StoreUnavailable, when it may or may not be there."""
        body = msgpack.packb({"ev": "notice", "text": text})
        house = self._ids[1] + _HOUSE.member
        keys = (*self._keys, f"{self._ids[0]}{_HOUSE.member}:{name}", house, self._channel, *self._calm(_HOUSE))
        await self._servers.fcall(self.tag, "alongside_post", len(keys), *keys, body, self._keep_ms)
