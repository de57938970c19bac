"""What a second moderator decides over HTTP about the act of a first one (docs/desk.md).

Promises: never by the account whose act it is; with the case's claim; logged first, then done in one step, once for one
case; then the case is closed. Knows no Redis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.acts import act_name
from chatserver.core.cases import Case
from chatserver.core.moderators import Account
from chatserver.core.plans import Plan, lengthened, lifted, upheld
from chatserver.core.sanctions import Receipt, Sanction
from chatserver.store.acts import NotDone, Scope
from chatserver.web.carrying import Carrier, not_done
from chatserver.web.desk import CASES, Desk, reason_of, refuse_own
from chatserver.web.errors import HttpFault
from chatserver.web.requests import read_fields


class Decisions:
    """The requests by which a second moderator decides."""

    def __init__(self, desk: Desk, carrier: Carrier) -> None:
        self._desk, self._carrier = desk, carrier

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route(CASES + "/{case}/confirm", self._desk.about(self._confirm), methods=["POST"]),
            Route(CASES + "/{case}/decide", self._desk.about(self._decide), methods=["POST"]),
        ]

    async def _confirm(self, request: Request, account: Account, case: Case) -> Response:
        """A sanction lasts as long as the first moderator wanted it to."""
        fields = await read_fields(request, reason=str)
        scope = self._scope(case, "second", "not_second", "This case waits for no second moderator.")
        refuse_own(account, case)
        reason = reason_of(fields["reason"])
        await self._carrier.claims.renew(case.id, account.id)
        sanction = await self._sanction(scope, case)
        if sanction.wanted_ms is None:
            raise not_done(NotDone("gone"))
        longer = replace(sanction, until_ms=sanction.wanted_ms, wanted_ms=None)
        after = {"receipt": longer.receipt, "until": longer.until_ms}
        await self._carrier.audit.append(account.id, "act.confirmed", case.id, reason, case=case.id, after=after)
        if longer.kind == "exclude":
            await self._carrier.exclude(scope.group, longer)
        await self._carry_out(scope, account, case, lengthened(longer))
        return JSONResponse({"until": longer.until_ms})

    async def _decide(self, request: Request, account: Account, case: Case) -> Response:
        """An appeal: the sanction stands, or it is over."""
        fields = await read_fields(request, uphold=bool, reason=str)
        scope = self._scope(case, "appeal", "not_appeal", "This case is no appeal.")
        refuse_own(account, case)
        reason, uphold = reason_of(fields["reason"]), bool(fields["uphold"])
        await self._carrier.claims.renew(case.id, account.id)
        sanction = await self._sanction(scope, case)
        steps = upheld(sanction, reason) if uphold else lifted(sanction, reason, self._carrier.now_ms())
        after = {"receipt": sanction.receipt, "upheld": uphold}
        await self._carrier.audit.append(account.id, "appeal.decided", case.id, reason, case=case.id, after=after)
        if sanction.kind == "exclude" and not uphold:
            await self._carrier.members.readmit(scope.group, sanction.member)
        if sanction.wanted_ms is not None and not uphold:
            await self._carrier.cases.drop(sanction.act)
        await self._carry_out(scope, account, case, steps)
        return JSONResponse({"upheld": uphold})

    def _scope(self, case: Case, kind: str, code: str, sentence: str) -> Scope:
        if case.kind != kind:
            raise HttpFault(400, code, sentence)
        return self._carrier.scope(case)

    async def _sanction(self, scope: Scope, case: Case) -> Sanction:
        found = await self._carrier.acts.sanction(scope, Receipt(case.receipt or ""))
        if found is None:
            raise not_done(NotDone("gone"))
        return found

    async def _carry_out(self, scope: Scope, account: Account, case: Case, plan: Plan) -> None:
        """Once for this case, whoever repeats it; then it is closed."""
        memo: dict[str, Any] = {"act": case.kind, "is_final": True}
        async with self._carrier.refusing(account, case.id, case=case.id):
            await self._carrier.acts.carry_out(scope, act_name("case", case.id), account.id, plan, memo)
        await self._carrier.claims.close(case.id, account.id, "acted")
