"""Joining and leaving a group, and the directory's list.

Promises: the secret is made here, goes into the cookie and nowhere else; the agreement's version is checked; a member
who joins again keeps the seat. Every refusal is one of docs/protocol.md's codes.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.handles import handle_candidates
from chatserver.core.identity import MemberId, member_id
from chatserver.core.metrics import Tally
from chatserver.core.sanctions import HOW_TO_APPEAL, Sanction
from chatserver.core.seats import Seat, Seating
from chatserver.settings import Settings
from chatserver.web.arrivals import Arrivals
from chatserver.web.challenge import Challenges
from chatserver.web.errors import HttpFault
from chatserver.web.origin import COOKIE, needs_tls, secret_of
from chatserver.web.requests import read_json, refuse_foreign

REMEMBER_S = 30 * 86_400
RUSH_JOINS = 500  # in about 60 s: more than any group grows by itself; then only newcomers wait until that is over
RUSH_RETRY_S = 30.0
_RUSH = "Very many people are joining this group just now. Please try again in a minute."
_JOIN_FIELDS = {"agreed", "remember", "proof"}


class JoinApi:
    """The members' HTTP. `leave_talks` ends what a member who exits has going on with a moderator."""

    def __init__(
        self,
        groups: tuple[Group, ...],
        seating: Seating,
        key: bytes,
        settings: Settings,
        tally: Tally,
        leave_talks: Callable[[str, str], Awaitable[None]],
        arrivals: Arrivals,
    ) -> None:
        self._arrivals = arrivals
        self._tally = tally
        self._groups = {group.id: group for group in groups}
        self._leave_talks = leave_talks
        self._seating, self._key, self._settings = seating, key, settings
        self._challenges = Challenges(key)

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route("/api/groups", self._directory),
            Route("/g/{group}/challenge", self._challenge),
            Route("/g/{group}/join", self._join, methods=["POST"]),
            Route("/g/{group}/me", self._me),
            Route("/g/{group}/exit", self._exit, methods=["POST"]),
        ]

    async def _directory(self, _: Request) -> Response:
        groups = list(self._groups.values())
        here = await self._seating.here(groups)
        return JSONResponse(
            [
                {
                    "id": group.id,
                    "title": group.title,
                    "topic": group.topic,
                    "language": group.language,
                    "seats": group.seats,
                    "here": here[group.id],
                    "agreement": {"version": group.agreement.version, "text": group.agreement.text},
                }
                for group in groups
            ]
        )

    async def _challenge(self, request: Request) -> Response:
        group = self._group(request)
        return JSONResponse(self._challenges.make(group, await self._seating.recent_joins(group)))

    async def _join(self, request: Request) -> Response:
        try:
            return await self._let_in(request)
        except HttpFault as fault:
            self._tally.add("joins", "busy" if fault.code == "busy" else "refused")
            raise

    async def _let_in(self, request: Request) -> Response:
        refuse_foreign(request, self._settings.origins)
        group = self._group(request)
        remember, proof = _read_join(await read_json(request), group)
        secret = secret_of(request.headers.getlist("cookie"))
        refuse_excluded(await self._excluded(group, secret))
        seat = await self._known(group, secret)
        is_new = seat is None
        if seat is None or secret is None:
            await self._refuse_rush(request, group)
            if self._settings.join_proof:
                await self._challenges.check(proof, group, self._seating)
            secret = secrets.token_urlsafe(32)
        member = member_id(self._key, group.id, secret)
        seat = await self._seating.seat(group, member, handle_candidates(self._key, member), remember=remember)
        self._tally.add("joins", "seated" if is_new else "returned")
        response = _you(seat)
        self._set_cookie(request, response, group, secret, REMEMBER_S if remember else None)
        return response

    async def _refuse_rush(self, request: Request, group: Group) -> None:
        """Newcomers alone are refused: whoever has a seat comes back to it."""
        self._arrivals.admit("join", request)
        if self._settings.limits and await self._seating.recent_joins(group) >= RUSH_JOINS:
            self._tally.add("shed", "join")
            raise HttpFault(503, "busy", _RUSH, RUSH_RETRY_S)

    async def _me(self, request: Request) -> Response:
        group = self._group(request)
        secret = secret_of(request.headers.getlist("cookie"))
        seat = await self._known(group, secret)
        if (sanction := await self._excluded(group, secret)) is not None:
            return JSONResponse({"you": None, "excluded": {**sanction.fields(), "appeal": HOW_TO_APPEAL}})
        return JSONResponse({"you": None}) if seat is None else _you(seat)

    async def _exit(self, request: Request) -> Response:
        refuse_foreign(request, self._settings.origins)
        group = self._group(request)
        secret = secret_of(request.headers.getlist("cookie"))
        # Not "cookies": that would end the sessions in every other group on this device; ours is deleted by its path.
        response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
        self._set_cookie(request, response, group, "", 0)
        if secret is not None:
            member = member_id(self._key, group.id, secret)
            await self._seating.leave(group, member)
            with contextlib.suppress(StoreUnavailable):  # then its timers end it
                await self._leave_talks(group.id, member)
        return response

    def _group(self, request: Request) -> Group:
        group = self._groups.get(request.path_params["group"])
        if group is None:
            raise HttpFault(404, "not_found", "There is no such group.")
        return group

    async def _known(self, group: Group, secret: str | None) -> Seat | None:
        if secret is None:
            return None
        member: MemberId = member_id(self._key, group.id, secret)
        return await self._seating.find(group, member)

    async def _excluded(self, group: Group, secret: str | None) -> Sanction | None:
        return None if secret is None else await self._seating.excluded(group, member_id(self._key, group.id, secret))

    @staticmethod
    def _set_cookie(request: Request, response: Response, group: Group, secret: str, max_age_s: int | None) -> None:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=max_age_s,
            path=f"/g/{group.id}",
            secure=needs_tls(request.headers.get("origin"), request.headers.get("host")),
            httponly=True,
            samesite="strict",
        )


def refuse_excluded(sanction: Sanction | None) -> None:
    """Let nobody in who is out of the group for a while; it is said why, and until when. Raises: HttpFault 403."""
    if sanction is not None:
        end = datetime.fromtimestamp((sanction.until_ms or 0) / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        raise HttpFault(403, "excluded", sanction.sentence(end))


def _you(seat: Seat) -> Response:
    return JSONResponse({"you": {"member": seat.member, "handle": seat.handle}})


def _read_join(body: Any, group: Group) -> tuple[bool, object]:
    bad = HttpFault(400, "bad_request", "agreed, remember and proof are needed, and nothing else.")
    if not isinstance(body, dict) or not set(body) <= _JOIN_FIELDS or "agreed" not in body:
        raise bad
    remember = body.get("remember", False)
    if not isinstance(remember, bool):
        raise bad
    if body["agreed"] != group.agreement.version:
        raise HttpFault(409, "agreement_changed", "The agreement has changed. Please read it again.")
    return remember, body.get("proof")
