"""Care for moderators, over HTTP (docs/desk.md): what one has seen, coarsely.

Promises: nobody but a lead sees anybody else's; no case is named. Looking is no entry of the log: it is about oneself,
and a lead's look must not look like a judgement.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.care import may_see_others
from chatserver.core.moderators import Account, Role
from chatserver.store.care import Care
from chatserver.store.moderators import Moderators
from chatserver.web.desk import Desk


class CareApi:
    """The moderators' requests about how much it was."""

    def __init__(self, desk: Desk, care: Care, moderators: Moderators) -> None:
        self._desk, self._care, self._moderators = desk, care, moderators

    def routes(self) -> list[Route]:
        """Give the route."""
        return [Route("/desk/api/care", self._desk.only(self._show))]

    async def _show(self, _: Request, account: Account) -> Response:
        shown: dict[str, object] = {"you": (await self._care.load(account.id)).fields()}
        if may_see_others(account):
            shown["others"] = await self._others(account)
        return JSONResponse(shown)

    async def _others(self, account: Account) -> list[dict[str, object]]:
        known = await self._moderators.all()
        others = [other for other in known if other.id != account.id and other.role is not Role.OPS]
        loads = await asyncio.gather(*(self._care.load(other.id) for other in others))
        return [{"name": other.name, **load.fields()} for other, load in zip(others, loads, strict=True)]
