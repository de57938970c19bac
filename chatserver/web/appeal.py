"""An appeal over HTTP: for whoever is out of a group and so has no socket (docs/protocol.md).

Promises: the cookie says whose receipt it must be; nobody else learns whether a receipt exists. Words are passed on,
never logged.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.codec import read_text
from chatserver.core.errors import BadFrame
from chatserver.core.groups import Group
from chatserver.core.identity import member_id
from chatserver.core.messages import MAX_ID_CHARS, MAX_TEXT_CHARS
from chatserver.core.seats import Seating
from chatserver.live.appeals import Appeals
from chatserver.web.errors import HttpFault
from chatserver.web.origin import secret_of
from chatserver.web.requests import read_fields, refuse_foreign


class AppealApi:
    """The one request."""

    def __init__(
        self, groups: tuple[Group, ...], seating: Seating, appeals: Appeals, key: bytes, origins: tuple[str, ...]
    ) -> None:
        self._groups = {group.id: group for group in groups}
        self._seating, self._appeals, self._key, self._origins = seating, appeals, key, origins

    def routes(self) -> list[Route]:
        """Give the route."""
        return [Route("/g/{group}/appeal", self._appeal, methods=["POST"])]

    async def _appeal(self, request: Request) -> Response:
        refuse_foreign(request, self._origins)
        group = self._groups.get(request.path_params["group"])
        if group is None:
            raise HttpFault(404, "not_found", "There is no such group.")
        secret = secret_of(request.headers.getlist("cookie"))
        if secret is None:
            raise HttpFault(401, "not_joined", "Join the group first.")
        receipt, words = await _read(request)
        member = member_id(self._key, group.id, secret)
        seat = await self._seating.find(group, member)
        handle = "" if seat is None else seat.handle
        if not await self._appeals.lodge(group, member, handle, receipt, words):
            raise HttpFault(404, "not_found", "There is no such receipt of yours (any more).")
        return JSONResponse({"received": "appeal"})


async def _read(request: Request) -> tuple[str, str]:
    fields = await read_fields(request, receipt=str, words=str)
    try:
        receipt = read_text("receipt", fields["receipt"], MAX_ID_CHARS)
        return receipt, read_text("words", fields["words"], MAX_TEXT_CHARS)
    except BadFrame as fault:
        raise HttpFault(400, "bad_request", f"{fault.message}.") from None
