"""The watch over hand-offs: looks at the clock for all of them, brings what happened by itself into the log, and says
for every moderator in a private room of this node that they are there.

Promises: while Redis answers and one node lives, a timer that ran out, or a moderator who was lost, is acted on within
5 s, and its entry stands in the log (twice, when a node dies in between; never not at all). A moderator whose session
is over is out of the private room within BEAT_HERE_S. Knows no room and no words.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from chatserver.core import claims, handoff
from chatserver.core.errors import CloseCode, StoreUnavailable
from chatserver.live.talks import Party, Talks
from chatserver.store.audit import Audit
from chatserver.store.claims import Claims
from chatserver.store.handoff import HandOffs

_log = logging.getLogger(__name__)

BEAT_S = 1.0
BEAT_HERE_S = 20.0  # four times in the 90 s of a lease

MayStay = Callable[[str], Awaitable[bool]]
"""Tells whether a session may still work on cases. Raises StoreUnavailable."""


class Watch:
    """The watch of one node. `may_stay` is asked with a session's token."""

    def __init__(
        self, handoffs: HandOffs, claims_kept: Claims, audit: Audit, talks: Talks, node: str, may_stay: MayStay
    ) -> None:
        self._handoffs, self._claims, self._audit = handoffs, claims_kept, audit
        self._talks, self._node, self._may_stay = talks, node, may_stay

    async def run(self) -> None:
        """Watch until cancelled."""
        since_s = 0.0
        while True:
            since_s += BEAT_S
            await self._try(self._sweep)
            if since_s >= BEAT_HERE_S:
                since_s = 0.0
                for party in self._talks.moderators:
                    await self._try(lambda party=party: self.renew(party))  # type: ignore[misc] # bound on purpose
            await asyncio.sleep(BEAT_S)

    async def renew(self, party: Party) -> None:
        """Say that a moderator is in the room, or send them out. Raises: StoreUnavailable."""
        if not await self._may_stay(party.token):
            party.wire.end(CloseCode.ENDED, "signed out")
            return
        if party.account is None or party.is_looking:
            return
        try:
            talk = await self._handoffs.come(party.talk, party.account)
            await self._claims.renew(talk.handoff.case, party.account)
        except (handoff.Refused, claims.Refused):
            self._talks.soon(party.talk)  # whose place it is not any more is told so, and goes

    async def _sweep(self) -> None:
        if not await self._handoffs.sweep(self._node):
            return
        notes = await self._handoffs.notes()
        for note in notes:
            await self._audit.append(note.who, note.act, note.handoff, case=note.case, after={"state": note.state})
        if notes:
            await self._handoffs.noted(len(notes))

    @staticmethod
    async def _try(work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except StoreUnavailable:
            pass  # known already; the next beat
        except Exception as fault:  # the named edge: one bad hand-off must not end the watch over all
            _log.error("watching hand-offs failed: %s", type(fault).__name__, exc_info=fault)
