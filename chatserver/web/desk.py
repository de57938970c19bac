"""The desk's HTTP: the queue, one case, and the claim by which one moderator works on it (docs/desk.md).

Promises: nobody but a moderator or lead with a full session gets past the first line; a case of another's group is
answered as one that does not exist; what is refused changes nothing. Every look, claim, release and close is an entry
of the log, which holds no words. Closing is logged first and done then, so that nothing is done without an entry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.audit import MAX_REASON_CHARS
from chatserver.core.care import offers_pause
from chatserver.core.cases import Case
from chatserver.core.claims import OUTCOMES, Outcome, Refused
from chatserver.core.moderators import Account, Role, Visit
from chatserver.store.audit import Audit
from chatserver.store.care import Care
from chatserver.store.claims import Claims
from chatserver.store.scene import Line, Scenes
from chatserver.web.errors import HttpFault
from chatserver.web.queue import Queue, claim_fields
from chatserver.web.requests import read_fields
from chatserver.web.signin import SignIn

CASES = "/desk/api/cases"

_REFUSALS = {
    "claimed": (409, "Somebody else has this case."),
    "lost": (409, "You do not have this case (any more). Please claim it again."),
    "closed": (409, "This case is closed."),
    "gone": (404, "There is no such case."),
    "in_hand_off": (409, "You are talking with this member. Please end the talk first."),
}

Handler = Callable[[Request, Account], Awaitable[Response]]
CaseHandler = Callable[[Request, Account, Case], Awaitable[Response]]


def only_moderators(visit: Visit) -> Account:
    """Give the account of a session that may work on cases. Raises: HttpFault 403."""
    if not visit.is_full:
        raise HttpFault(403, "passkey_needed", "Please register a passkey first.")
    if visit.account.role is Role.OPS:
        raise HttpFault(403, "not_yours", "Cases are for moderators.")
    return visit.account


def refused(fault: Refused) -> HttpFault:
    """Give what is said when a claim does not allow a step."""
    status, message = _REFUSALS[fault.why]
    return HttpFault(status, "not_found" if fault.why == "gone" else fault.why, message)


class Desk:
    """The moderators' requests about cases."""

    def __init__(self, signin: SignIn, queue: Queue, claims: Claims, scenes: Scenes, audit: Audit, care: Care) -> None:
        self._signin, self._queue, self._claims = signin, queue, claims
        self._scenes, self._audit, self._care = scenes, audit, care

    def routes(self) -> list[Route]:
        """Give the routes."""
        one = CASES + "/{case}"
        posts: dict[str, CaseHandler] = {
            "claim": self._claim,
            "renew": self._renew,
            "release": self._release,
            "close": self._close,
        }
        return [
            Route(CASES, self._list),
            Route(one, self.about(self._look)),
            *(Route(f"{one}/{step}", self.about(handler), methods=["POST"]) for step, handler in posts.items()),
        ]

    def about(self, handler: CaseHandler) -> Callable[[Request], Awaitable[Response]]:
        """Give an endpoint that asks who comes, and finds the case, before `handler` sees either."""

        async def endpoint(request: Request) -> Response:
            account = only_moderators(await self._signin.visit(request))
            name = request.path_params["case"]
            try:
                case = await self._queue.find(account, name)
                if case is None:
                    raise refused(Refused("gone"))
                return await handler(request, account, case)
            except Refused as fault:
                raise refused(fault) from None

        return endpoint

    def only(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Give an endpoint that asks who comes before `handler` sees anything."""

        async def endpoint(request: Request) -> Response:
            return await handler(request, only_moderators(await self._signin.visit(request)))

        return endpoint

    async def _list(self, request: Request) -> Response:
        account = only_moderators(await self._signin.visit(request))
        return JSONResponse((await self._queue.listed(account)).fields())

    async def _look(self, _: Request, account: Account, case: Case) -> Response:
        await self._audit.append(account.id, "case.looked", case.id, case=case.id)
        await self._care.saw(account.id, case)
        shown, message, before, sanction, pace = await asyncio.gather(
            self._queue.shown(account, case),
            self._scenes.message(case),
            self._scenes.before(case),
            self._scenes.sanction(case),
            self._scenes.pace(case),
        )
        said = None
        if message is not None:
            said = {"text": message.text, "at": message.at_ms, "removed": message.is_removed, "pos": message.pos}
        limited = None if sanction is None else {**sanction.fields(), "at": sanction.at_ms}
        looked = {"case": shown, "message": said, "before": [_line(line) for line in before], "words": case.words}
        written = {"per_minute": pace.per_minute, "over_ms": pace.over_ms}
        return JSONResponse({**looked, "sanction": limited, "pace": written})

    async def _claim(self, request: Request, account: Account, case: Case) -> Response:
        await read_fields(request)
        refuse_own(account, case)
        claim = await self._claims.claim(case.id, account)
        await self._audit.append(account.id, "case.claimed", case.id, case=case.id)
        await self._care.saw(account.id, case)
        return JSONResponse({"claim": claim_fields(claim, account.id)})

    async def _renew(self, request: Request, account: Account, case: Case) -> Response:
        """Not logged: an open desk does it every half minute, and the claim it goes on with is in the log."""
        await read_fields(request)
        claim = await self._claims.renew(case.id, account.id)
        return JSONResponse({"claim": claim_fields(claim, account.id)})

    async def _release(self, request: Request, account: Account, case: Case) -> Response:
        await read_fields(request)
        await self._claims.release(case.id, account.id)
        await self._audit.append(account.id, "case.released", case.id, case=case.id)
        return JSONResponse({"claim": None})

    async def _close(self, request: Request, account: Account, case: Case) -> Response:
        fields = await read_fields(request, outcome=str, reason=str)
        if fields["outcome"] not in OUTCOMES:
            raise HttpFault(400, "bad_request", "The outcome is one of " + ", ".join(OUTCOMES) + ".")
        reason = reason_of(fields["reason"])
        outcome = cast(Outcome, fields["outcome"])
        await self._claims.renew(case.id, account.id)
        if await self._claims.is_in_hand_off(case.id):
            raise Refused("in_hand_off")
        await self._audit.append(account.id, "case.closed", case.id, reason, case=case.id, after={"outcome": outcome})
        await self._claims.close(case.id, account.id, outcome)
        return JSONResponse({"closed": outcome, "offer_pause": offers_pause(case)})


def refuse_own(account: Account, case: Case) -> None:
    """Keep whoever did what a case is about from deciding it. Raises: HttpFault 403."""
    if case.not_by == account.id:
        raise HttpFault(403, "own_act", "Somebody else must decide this, for it is about what you did.")


def reason_of(words: str) -> str:
    """Give a reason as it is kept. Raises: HttpFault 400 when it is empty or too long."""
    reason = words.strip()
    if not reason or len(reason) > MAX_REASON_CHARS:
        raise HttpFault(400, "reason_needed", f"A reason of 1 to {MAX_REASON_CHARS} characters is needed.")
    return reason


def _line(line: Line) -> dict[str, object]:
    return {"handle": line.handle, "text": line.text, "at": line.at_ms, "pos": line.pos}
