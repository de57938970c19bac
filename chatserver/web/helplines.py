"""Crisis lines for the card and the pages: one list, the same for everybody, so that asking tells nothing of anybody.

A page asks for all countries at once and chooses by itself: no country is ever sent to the server.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.helplines import Line, by_country


def helpline_routes(lines: tuple[Line, ...]) -> list[Route]:
    """Give the route; the answer is made once."""
    body = JSONResponse(by_country(lines)).body

    async def helplines(_: Request) -> Response:
        return Response(bytes(body), media_type="application/json")

    return [Route("/api/helplines", helplines)]
