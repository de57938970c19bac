"""The queue as one moderator sees it: the open cases of their groups, in the order of work, as docs/desk.md says them.

Promises: no case of a group that is not the account's, and no member id. Knows no request and no socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatserver.core.cases import Case
from chatserver.core.claims import Claim, State, pages
from chatserver.core.moderators import Account, AccountId
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.scene import Scenes

Fields = dict[str, object]

MAX_READ = 2_000  # of all groups, before those of other moderators are left out: about a megabyte
MAX_LISTED = 200  # more than anybody can work through in a night; the most urgent ones
RENEW_S = 20.0  # nothing is published when somebody comes or goes, or when a case has waited long enough to page


@dataclass(frozen=True, slots=True)
class Listing:
    """What one desk shows: the cases, the time (ms since 1970), and until when it is right if nothing is published."""

    cases: list[Fields]
    now_ms: int
    until_ms: int

    def fields(self) -> Fields:
        """Give it as docs/desk.md says."""
        return {"cases": self.cases, "now": self.now_ms}


def claim_fields(state: State, who: AccountId) -> Fields | None:
    """Give a claim as a moderator sees it; None when nobody holds the case."""
    if not isinstance(state, Claim):
        return None
    return {"name": state.name, "is_mine": state.holder == who, "until": state.until_ms}


class Queue:
    """The reader of the queue."""

    def __init__(self, cases: Cases, claims: Claims, scenes: Scenes, now_ms: Callable[[], int]) -> None:
        self._cases, self._claims, self._scenes, self._now_ms = cases, claims, scenes, now_ms

    def may_see(self, account: Account, case: Case) -> bool:
        """Tell whether a case is this account's to see."""
        group = self._scenes.group(case)
        return group is not None and account.may_moderate(group.slug)

    async def find(self, account: Account, case: str) -> Case | None:
        """Find an open case; None also when it is not this account's: nobody learns that it is there."""
        found = await self._claims.find(case)
        return found if found is not None and self.may_see(account, found) else None

    async def listed(self, account: Account) -> Listing:
        """Read what this account's desk shows. Raises: StoreUnavailable."""
        waiting = [case for case in await self._cases.waiting(MAX_READ) if self.may_see(account, case)][:MAX_LISTED]
        states = await self._claims.standing([case.id for case in waiting])
        now_ms = self._now_ms()
        shown = await self._shown(account, waiting, states, now_ms)
        ends = [state.until_ms for state in states if isinstance(state, Claim)]
        return Listing(shown, now_ms, min([now_ms + int(RENEW_S * 1000), *ends]))

    async def shown(self, account: Account, case: Case) -> Fields:
        """Give one case as this account sees it. Raises: StoreUnavailable."""
        states = await self._claims.standing([case.id])
        return (await self._shown(account, [case], states, self._now_ms()))[0]

    async def _shown(
        self, account: Account, cases: Sequence[Case], states: Sequence[State], now_ms: int
    ) -> list[Fields]:
        here = await self._scenes.here({(case.group, case.room) for case in cases}, now_ms)
        handles = await asyncio.gather(*(self._scenes.handle(case) for case in cases))
        return [
            self._fields(account, case, handle, claim_fields(state, account.id))
            | {"pages": pages(case, state, now_ms), "is_here": case.member in here[case.group, case.room]}
            for case, state, handle in zip(cases, states, handles, strict=True)
        ]

    def _fields(self, account: Account, case: Case, handle: str, claim: Fields | None) -> Fields:
        group = self._scenes.group(case)
        assert group is not None  # `may_see` was asked
        return {
            "id": case.id,
            "kind": case.kind,
            "level": case.flag.level,
            "labels": list(case.flag.labels),
            "group": {"slug": group.slug, "title": group.title},
            "room": case.room,
            "handle": handle,
            "opened_at": case.opened_at_ms,
            "reasons": [
                {"rule": g.rule, "label": g.label, "intent": g.intent, "start": g.start, "end": g.end}
                for g in case.flag.grounds
            ],
            "claim": claim,
            "note": case.note,
            "is_own": case.not_by == account.id,
        }
