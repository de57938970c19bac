"""What a moderator does about a case itself: its level, and who has it next (docs/desk.md).

Promises: only whoever has the case changes it; the log first, then the act, once for one name. Knows no Redis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chatserver.core.acts import DeskAct, HandOver, Order, SetLevel
from chatserver.core.cases import Case
from chatserver.core.moderators import Account
from chatserver.store.audit import Audit
from chatserver.store.caseacts import CaseActs
from chatserver.store.moderators import Moderators
from chatserver.web.errors import HttpFault


class CaseDesk:
    """The carrier out of orders about a case itself."""

    def __init__(self, acts: CaseActs, moderators: Moderators, audit: Audit) -> None:
        self._acts, self._moderators, self._audit = acts, moderators, audit

    async def carry_out(self, account: Account, order: Order, act: DeskAct, name: str, case: Case, slug: str) -> int:
        """Do it, unless it was done under this name; gives when (ms since 1970). Raises: Refused, HttpFault."""
        at_ms = await self._acts.find(name)
        if at_ms is not None:
            return at_ms
        match act:
            case SetLevel(level):
                changed = replace(case, flag=replace(case.flag, level=level))
                await self._log(account, order, case, before={"level": case.flag.level}, after={"level": level})
                return await self._acts.change(name, account.id, changed)
            case HandOver(to):
                receiver = None if to is None else await self._receiver(to, account, case, slug)
                given = None if receiver is None else receiver.id
                await self._log(account, order, case, after={"to": given})
                return await self._acts.hand_over(name, account.id, replace(case, note=order.reason), receiver)

    async def undo(self, account: Account, name: str) -> None:
        """Take it back. Raises: NotDone."""
        case = await self._acts.undo(name, account.id)
        await self._audit.append(account.id, "act.undone", f"desk.{name}", case=case)

    async def drop(self, case: str) -> None:
        """End a case that nobody need decide any more."""
        await self._acts.drop(case)

    async def _receiver(self, name: str, account: Account, case: Case, slug: str) -> Account:
        found = await self._moderators.named(name)
        if found is None or not found.may_moderate(slug) or found.id in (account.id, case.not_by):
            raise HttpFault(400, "no_such_moderator", "Nobody of that name can take this case.")
        return found

    async def _log(self, account: Account, order: Order, case: Case, **more: Any) -> None:
        await self._audit.append(account.id, f"act.{order.name}", case.id, order.reason, case=case.id, **more)
