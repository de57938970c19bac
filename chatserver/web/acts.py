"""The desk's acts over HTTP: what a moderator does about a case, and taking it back (docs/desk.md).

Promises: an act about a case needs its claim; it is written into the log first and done then, in one step, once for one
`attempt`; what is refused changes nothing. The log gets reasons and no member's words. Knows no Redis.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.acts import UNDO_MS, BadOrder, Order, act_name, read_order
from chatserver.core.cases import Case
from chatserver.core.groups import Group
from chatserver.core.moderators import Account
from chatserver.core.plans import may_undo, plan
from chatserver.store.acts import Acts, Done, NotDone, Scope
from chatserver.store.audit import Audit
from chatserver.store.claims import Claims
from chatserver.web.desk import CASES, Desk
from chatserver.web.errors import HttpFault
from chatserver.web.requests import read_fields, read_json

_ACT = re.compile(r"([A-Za-z0-9_-]{16})\.([1-9][0-9]{0,8})\.([0-9a-f]{24})\Z")
_HELD_ACTS = ("let_through", "give_back")

_REFUSALS = {
    "gone": (409, "gone", "What this is about is not there any more."),
    "foreign": (403, "not_yours", "Only whoever did it can take it back."),
    "final": (409, "final", "This cannot be taken back."),
    "too_late": (409, "too_late", f"It can be taken back for {UNDO_MS // 1000} seconds only."),
}


def not_done(fault: NotDone) -> HttpFault:
    """Give what is said when the record does not allow an act."""
    return HttpFault(*_REFUSALS[fault.why])


class ActsApi:
    """The requests that change a room or somebody's standing in it."""

    def __init__(self, desk: Desk, acts: Acts, claims: Claims, audit: Audit, groups: Iterable[Group]) -> None:
        self._desk, self._acts, self._claims, self._audit = desk, acts, claims, audit
        self._groups = {str(group.id): group for group in groups}

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route(CASES + "/{case}/acts", self._desk.about(self._about_case), methods=["POST"]),
            Route("/desk/api/acts/{act}/undo", self._desk.only(self._undo), methods=["POST"]),
        ]

    async def _about_case(self, request: Request, account: Account, case: Case) -> Response:
        try:
            order = read_order(await read_json(request))
        except BadOrder as fault:
            raise HttpFault(400, fault.code, fault.message) from None
        await self._claims.renew(case.id, account.id)
        if order.name in _HELD_ACTS and case.kind != "held":
            raise HttpFault(400, "not_held", "This case is about no held message.")
        scope = Scope(self._groups[case.group], case.room)
        return await self._carry_out(account, order, scope, case)

    async def _carry_out(self, account: Account, order: Order, scope: Scope, case: Case) -> Response:
        name = secrets.token_hex(12) if order.attempt is None else act_name(account.id, order.attempt)
        steps = plan(order, case)
        done = await self._acts.find(scope, name)
        if done is None:
            await self._audit.append(account.id, f"act.{order.name}", case.id, order.reason, case=case.id)
            try:
                done = await self._acts.carry_out(scope, name, account.id, steps)
            except NotDone as fault:
                await self._audit.append(account.id, "act.refused", case.id, fault.why, case=case.id)
                raise not_done(fault) from None
        return _answer(scope, name, done, may_be_undone=may_undo(steps))

    async def _undo(self, request: Request, account: Account) -> Response:
        await read_fields(request)
        scope, name = self._act(request.path_params["act"], account)
        await self._audit.append(account.id, "act.undone", f"{scope.tag}.{name}")
        try:
            await self._acts.undo(scope, name, account.id)
        except NotDone as fault:
            await self._audit.append(account.id, "act.refused", f"{scope.tag}.{name}", fault.why)
            raise not_done(fault) from None
        return JSONResponse({"undone": True})

    def _act(self, named: str, account: Account) -> tuple[Scope, str]:
        """Read an act's name; one of a group that is not the account's is answered as one that does not exist."""
        parts = _ACT.match(named)
        group = self._groups.get(parts[1]) if parts else None
        if parts is None or group is None or not account.may_moderate(group.slug):
            raise HttpFault(404, "not_found", "There is no such act.")
        return Scope(group, int(parts[2])), parts[3]


def _answer(scope: Scope, name: str, done: Done, *, may_be_undone: bool) -> Response:
    until = done.at_ms + UNDO_MS if may_be_undone else None
    return JSONResponse({"act": f"{scope.tag}.{name}", "undo_until": until})
