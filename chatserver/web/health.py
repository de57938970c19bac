"""Health, for those who run it: alive, and ready to let members in, or why not. Says nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def health_routes(lacks: Callable[[], Mapping[str, bool]]) -> list[Route]:
    """Give the routes; `lacks` is asked each time what keeps members out, by name: any that is true does."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        because = [name for name, is_so in lacks().items() if is_so]
        if not because:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "because": because}, status_code=503)

    return [Route("/health/live", live), Route("/health/ready", ready)]
