"""Being on duty, over HTTP (docs/desk.md): who is, and saying so of oneself.

Promises: a moderator puts nobody but themself on duty or off; members see no name. Beginning and ending by hand are
entries of the log; that a time ran out is not. Knows no case and no room.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.duty import OnDuty
from chatserver.core.moderators import Account, AccountId
from chatserver.store.audit import Audit
from chatserver.store.duty import Duty
from chatserver.web.desk import Desk
from chatserver.web.requests import read_fields

_DUTY = "/desk/api/duty"


def duty_fields(duty: Iterable[OnDuty], who: AccountId) -> dict[str, object]:
    """Give who is on duty as a moderator sees it."""
    people = [{"name": one.account.name, "is_you": one.account.id == who} for one in duty]
    return {"on": any(person["is_you"] for person in people), "people": people}


class DutyApi:
    """The moderators' requests about duty."""

    def __init__(self, desk: Desk, duty: Duty, audit: Audit) -> None:
        self._desk, self._duty, self._audit = desk, duty, audit

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route(_DUTY, self._desk.only(self._show)),
            Route(_DUTY, self._desk.only(self._switch), methods=["POST"]),
        ]

    async def _show(self, _: Request, account: Account) -> Response:
        return JSONResponse(duty_fields(await self._duty.standing(), account.id))

    async def _switch(self, request: Request, account: Account) -> Response:
        is_on = (await read_fields(request, on=bool))["on"]
        is_new = await (self._duty.begin(account) if is_on else self._duty.end(account.id))
        if is_new:
            await self._audit.append(account.id, "duty.began" if is_on else "duty.ended", account.id)
        return await self._show(request, account)
