"""What every request that changes something is asked first: does it come from our own page, and is its body JSON.

Promises: only HttpFault is raised, before anything has happened. Knows no route.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from chatserver.web.errors import HttpFault
from chatserver.web.origin import is_allowed_origin

MAX_BODY_BYTES = 16 * 1024


def refuse_foreign(request: Request, further: tuple[str, ...]) -> None:
    """Let pass what our own pages, those of the `further` origins, or programs ask. Raises: HttpFault 403.

    Programs send no Origin; browsers always do on a POST, and say when a request comes from elsewhere.
    """
    origin = request.headers.get("origin")
    foreign = HttpFault(403, "foreign_origin", "Another site's page may not do this.")
    if origin is None:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise foreign
    elif not is_allowed_origin(origin, request.headers.get("host"), further):
        raise foreign


async def read_json(request: Request) -> Any:
    """Give the body. Raises: HttpFault 413 when it is over MAX_BODY_BYTES, 400 when it is no JSON."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > MAX_BODY_BYTES:
            raise HttpFault(413, "too_large", "That is more than this takes.")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise HttpFault(400, "bad_request", "JSON is needed.") from None


async def read_fields(request: Request, **kinds: type) -> dict[str, Any]:
    """Give a body that has exactly these fields, of these kinds. Raises: HttpFault, as `read_json`, and 400."""
    fields = await read_json(request)
    wrong = HttpFault(400, "bad_request", "Needed, and nothing else: " + (", ".join(kinds) or "an empty object"))
    if not isinstance(fields, dict) or fields.keys() != kinds.keys():
        raise wrong
    if not all(isinstance(fields[name], kind) for name, kind in kinds.items()):
        raise wrong
    return fields
