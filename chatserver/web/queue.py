"""The queue as one moderator sees it: the open cases of their groups, in the order of work, as docs/desk.md says them.

Promises: no case of a group that is not the account's, and no member id. Knows no request and no socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatserver.core.cases import Case
from chatserver.core.claims import PAGE_AGAIN_MS, Claim, State, pages, waits_since
from chatserver.core.moderators import Account, AccountId
from chatserver.core.paging import Shown
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.handoff import HandOffs, Talk
from chatserver.store.pages import Alarm, Pages
from chatserver.store.scene import Scenes

Fields = dict[str, object]

MAX_READ = 2_000  # of all groups, before those of other moderators are left out: about a megabyte
MAX_LISTED = 200  # more than anybody can work through in a night; the most urgent ones
RENEW_S = 20.0  # nothing is published when somebody comes or goes


@dataclass(frozen=True, slots=True)
class Listing:
    """What one desk shows: the cases, what fails, the time (ms since 1970), and until when it is right if nothing is
    published: a lease may run out, or somebody may have waited for long enough to be paged about.
    """

    cases: list[Fields]
    alarms: list[Alarm]
    now_ms: int
    until_ms: int

    def fields(self) -> Fields:
        """Give it as docs/desk.md says."""
        return {"cases": self.cases, "alarms": [alarm.fields() for alarm in self.alarms], "now": self.now_ms}

    def shown(self) -> dict[str, Shown]:
        """Give the cases as far as pages follow from them, by id."""
        return {str(case["id"]): _shown(case) for case in self.cases}


def claim_fields(state: State, who: AccountId) -> Fields | None:
    """Give a claim as a moderator sees it; None when nobody holds the case."""
    if not isinstance(state, Claim):
        return None
    return {"name": state.name, "is_mine": state.holder == who, "until": state.until_ms}


def _shown(case: Fields) -> Shown:
    claim, count = case["claim"], case["pages"]
    assert isinstance(count, int)
    return Shown(count, is_free=claim is None, is_mine=isinstance(claim, dict) and claim["is_mine"] is True)


def _handoff(talk: Talk | None) -> Fields | None:
    return None if talk is None else {"id": talk.handoff.id, "state": talk.handoff.state}


class Queue:
    """The reader of the queue."""

    def __init__(
        self,
        cases: Cases,
        claims: Claims,
        scenes: Scenes,
        timers: Pages,
        handoffs: HandOffs,
        now_ms: Callable[[], int],
    ) -> None:
        self._cases, self._claims, self._scenes = cases, claims, scenes
        self._timers, self._handoffs, self._now_ms = timers, handoffs, now_ms

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
        found, alarms = await asyncio.gather(self._cases.waiting(MAX_READ), self._timers.alarms())
        waiting = [case for case in found if self.may_see(account, case)][:MAX_LISTED]
        now_ms = self._now_ms()
        shown, states = await self._shown(account, waiting, now_ms)
        ends = [end for case, state in zip(waiting, states, strict=True) for end in _ends(case, state, now_ms)]
        return Listing(shown, alarms, now_ms, min([now_ms + int(RENEW_S * 1000), *ends]))

    async def shown(self, account: Account, case: Case) -> Fields:
        """Give one case as this account sees it. Raises: StoreUnavailable."""
        shown, _ = await self._shown(account, [case], self._now_ms())
        return shown[0]

    async def _shown(
        self, account: Account, cases: Sequence[Case], now_ms: int
    ) -> tuple[list[Fields], Sequence[State]]:
        """Everything about these cases is asked for at once: on a busy node each further turn costs a desk its time."""
        names = [case.id for case in cases]
        states, here, talks, handles = await asyncio.gather(
            self._claims.standing(names),
            self._scenes.here({(case.group, case.room) for case in cases}, now_ms),
            self._handoffs.of_cases(names),
            asyncio.gather(*(self._scenes.handle(case) for case in cases)),
        )
        shown = [
            self._fields(account, case, handle, claim_fields(state, account.id))
            | {"pages": pages(case, state, now_ms), "is_here": case.member in here[case.group, case.room]}
            | {"handoff": _handoff(talks.get(case.id))}
            for case, state, handle in zip(cases, states, handles, strict=True)
        ]
        return shown, states

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


def _ends(case: Case, state: State, now_ms: int) -> list[int]:
    """Gives when what is said of a case is not right any more, by time alone."""
    if isinstance(state, Claim):
        return [state.until_ms]
    since_ms = waits_since(case, state, now_ms)
    return [] if since_ms is None else [since_ms + wait for wait in PAGE_AGAIN_MS if since_ms + wait > now_ms]
