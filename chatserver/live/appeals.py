"""Appeals: a member's word against a sanction, brought to the moderators as a case that another one decides.

Promises: one case for one receipt, however often it is asked for; only the member whom the sanction is about can
appeal it, and somebody else's receipt is answered as one that does not exist; what it came of can be read
until it is decided. Logged first. Words are passed on, never logged.
"""

from __future__ import annotations

from chatserver.core.cases import Case, higher
from chatserver.core.groups import Group
from chatserver.core.rulings import Flag
from chatserver.core.sanctions import read_receipt
from chatserver.live.caller import Caller
from chatserver.live.guard import Guard
from chatserver.store.acts import Acts, Scope
from chatserver.store.audit import Audit

BY_MEMBER = "member"
"""Who, in the log, where nobody is named."""


class Appeals:
    """The bringer of one node."""

    def __init__(self, acts: Acts, guard: Guard, caller: Caller, audit: Audit) -> None:
        self._acts, self._guard, self._caller, self._audit = acts, guard, caller, audit

    async def lodge(self, group: Group, member: str, handle: str, receipt: str, words: str) -> bool:
        """Bring an appeal to the moderators; False when this member has no such receipt. Waits; raises
        StoreUnavailable, after which it may be repeated.
        """
        found = read_receipt(receipt)
        if found is None:
            return False
        scope, code = Scope(group, found[0]), found[1]
        sanction = await self._acts.sanction(scope, code)
        if sanction is None or sanction.member != member:
            return False
        if sanction.appeal is None:
            level = higher("amber", self._guard.look(group.id, words))
            case = Case(
                f"appeal-{code}", "appeal", group.id, scope.room, member, handle, Flag(level),
                by=member, words=words, pos=sanction.target or sanction.about, receipt=code, not_by=sanction.by,
            )  # fmt: skip
            await self._audit.append(BY_MEMBER, "appeal.lodged", case.id, case=case.id, after={"receipt": code})
            if not await self._acts.appeal(scope, case):
                return False
            self._caller.soon(group, scope.room)
        return True
