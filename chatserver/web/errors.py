"""Errors as HTTP says them: one JSON form, a code for programs and a sentence for people; never an exception's own
words.
"""

from __future__ import annotations

import math

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chatserver.core.errors import AlongsideError, StoreUnavailable


class HttpFault(AlongsideError):
    """A request that is refused."""

    def __init__(self, status: int, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(status, code)
        self.status, self.code, self.message, self.retry_after_s = status, code, message, retry_after_s

    def response(self) -> Response:
        """Give the answer."""
        headers = {} if self.retry_after_s is None else {"Retry-After": str(math.ceil(self.retry_after_s))}
        return JSONResponse(
            {"error": {"code": self.code, "message": self.message}}, status_code=self.status, headers=headers
        )


def unavailable(fault: StoreUnavailable) -> HttpFault:
    """Give what is said while Redis is away."""
    return HttpFault(
        503, "unavailable", "This cannot be done just now. Please try again in a moment.", fault.retry_after_s
    )


async def answer_fault(_: Request, fault: Exception) -> Response:
    """Answer an HttpFault."""
    assert isinstance(fault, HttpFault)
    return fault.response()


async def answer_unavailable(_: Request, fault: Exception) -> Response:
    """Answer while Redis is away."""
    assert isinstance(fault, StoreUnavailable)
    return unavailable(fault).response()


async def answer_not_found(_: Request, __: Exception) -> Response:
    """Answer a path that leads nowhere."""
    return HttpFault(404, "not_found", "There is nothing here.").response()


async def answer_wrong_method(_: Request, __: Exception) -> Response:
    """Answer a method that the path does not know."""
    return HttpFault(405, "wrong_method", "This cannot be asked in this way.").response()


async def answer_bug(_: Request, __: Exception) -> Response:
    """Answer when we have a bug."""
    return HttpFault(500, "our_fault", "Something broke on our side.").response()
