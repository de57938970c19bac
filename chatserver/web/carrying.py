"""What carrying out a moderator's act needs, and what goes with it whoever orders it: the group's slot, and the log of
what was refused.

Promises: an act that the record does not allow is in the log and answered with what may be done. Decides nothing of
who may do what. Knows no Redis.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from chatserver.core.acts import UNDO_MS
from chatserver.core.cases import Case
from chatserver.core.groups import Group
from chatserver.core.moderators import Account
from chatserver.core.sanctions import Sanction
from chatserver.store.acts import Acts, Memo, NotDone, Scope
from chatserver.store.audit import Audit
from chatserver.store.claims import Claims
from chatserver.store.members import Members
from chatserver.web.caseacts import CaseDesk
from chatserver.web.errors import HttpFault

_REFUSALS = {
    "gone": (409, "gone", "What this is about is not there any more."),
    "foreign": (403, "not_yours", "Only whoever did it can take it back."),
    "changed": (409, "changed", "Somebody changed this just now. Please look again."),
    "final": (409, "final", "This cannot be taken back."),
    "too_late": (409, "too_late", f"It can be taken back for {UNDO_MS // 1000} seconds only."),
}


def not_done(fault: NotDone) -> HttpFault:
    """Give what is said when the record does not allow an act."""
    return HttpFault(*_REFUSALS[fault.why])


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where acts, claims, members, cases and the log are kept, this house's groups by their id, and the clock (ms since
    1970).
    """

    acts: Acts
    claims: Claims
    members: Members
    audit: Audit
    cases: CaseDesk
    groups: Mapping[str, Group]
    now_ms: Callable[[], int]

    def scope(self, case: Case) -> Scope:
        """Give where an act about a case happens."""
        return Scope(self.groups[case.group], case.room)

    async def exclude(self, group: Group, sanction: Sanction) -> None:
        """Let a member in no more until a sanction is over. Raises: StoreUnavailable."""
        await self.members.exclude(group, sanction, self.now_ms())

    @contextlib.asynccontextmanager
    async def refusing(self, account: Account, about: str, *, case: str = "") -> AsyncIterator[None]:
        """Write into the log what is refused in here, and answer it. Raises: HttpFault for NotDone."""
        try:
            yield
        except NotDone as fault:
            await self.audit.append(account.id, "act.refused", about, fault.why, case=case)
            raise not_done(fault) from None

    async def carry_on(self, scope: Scope, memo: Memo, *, undone: bool = False) -> None:
        """Change in the group's slot what an act changes there; done again by every repeat, for the first may have been
        cut. Raises: StoreUnavailable.
        """
        if "lock" in memo:
            await self.members.lock(scope.group, scope.room, on=bool(memo["lock"][0 if undone else 1]))
        if undone and "second" in memo:
            await self.cases.drop(memo["second"])
        if "out" not in memo:
            return
        sanction = await self.acts.sanction(scope, memo["receipt"])
        if undone or sanction is None:
            await self.members.readmit(scope.group, memo["out"])
        else:
            await self.exclude(scope.group, sanction)
