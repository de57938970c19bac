"""The desk's HTTP about hand-offs: offering one, taking it over, ending it, looking in (docs/desk.md).

Promises: what chatserver.web.desk promises of who gets past the first line; a hand-off of another's group is answered
as one that does not exist. Every act and every look is an entry of the log with its case, made before the act is done;
no entry holds a handle or a word.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core import claims
from chatserver.core.care import is_over_cap
from chatserver.core.cases import Case
from chatserver.core.claims import Claim
from chatserver.core.groups import Group
from chatserver.core.handoff import Refused, Why
from chatserver.core.identity import MemberId
from chatserver.core.moderators import Account
from chatserver.live.floor import new_id
from chatserver.store.audit import Audit
from chatserver.store.claims import Claims
from chatserver.store.handoff import HandOffs, Talk
from chatserver.store.members import Members
from chatserver.store.private import PrivateRecord
from chatserver.store.scene import Scenes
from chatserver.web import desk
from chatserver.web.desk import Desk, reason_of
from chatserver.web.errors import HttpFault
from chatserver.web.queue import claim_fields
from chatserver.web.requests import read_fields

_HANDOFFS = "/desk/api/handoffs"
LOOKS_IN = "A second moderator is looking in. They read along, and write nothing."

_REFUSALS: dict[Why, tuple[int, str]] = {
    "lost": (409, "You do not have this case (any more). Please take it again."),
    "over": (409, "This talk is over."),
    "early": (409, "The member has not said yes yet."),
    "has_one": (409, "Somebody is talking with this member already, or has offered to."),
    "gone": (404, "There is no such talk."),
}

TalkHandler = Callable[[Request, Account, Talk], Awaitable[Response]]


def refused(fault: Refused) -> HttpFault:
    """Give what is said when a hand-off does not allow a step."""
    status, message = _REFUSALS[fault.why]
    return HttpFault(status, "not_found" if fault.why == "gone" else fault.why, message)


class HandOffDesk:
    """The moderators' requests about hand-offs. `private` gives the record of a talk's room."""

    def __init__(
        self,
        cases: Desk,
        handoffs: HandOffs,
        claims_kept: Claims,
        scenes: Scenes,
        members: Members,
        audit: Audit,
        private: Callable[[Group, int], PrivateRecord],
        *,
        cap: int,
    ) -> None:
        self._cases, self._handoffs, self._claims = cases, handoffs, claims_kept
        self._scenes, self._members, self._audit, self._private = scenes, members, audit, private
        self._cap = cap

    def routes(self) -> list[Route]:
        """Give the routes."""
        one = _HANDOFFS + "/{handoff}"
        posts: dict[str, TalkHandler] = {
            "take": self._take,
            "return": lambda request, account, talk: self._end(request, account, talk, "return"),
            "close": lambda request, account, talk: self._end(request, account, talk, "close"),
            "look_in": self._look_in,
        }
        return [
            Route(desk.CASES + "/{case}/offer", self._cases.about(self._offer), methods=["POST"]),
            Route(_HANDOFFS, self._cases.only(self._list)),
            Route(one, self._about(self._show)),
            *(Route(f"{one}/{step}", self._about(handler), methods=["POST"]) for step, handler in posts.items()),
        ]

    def group_of(self, account: Account, talk: Talk | None) -> Group:
        """Give the group of a talk this account may see. Raises: Refused, `gone`."""
        group = None if talk is None else self._scenes.group_of(talk.group)
        if group is None or not account.may_moderate(group.slug):
            raise Refused("gone")
        return group

    def _about(self, handler: TalkHandler) -> Callable[[Request], Awaitable[Response]]:
        """Gives an endpoint that asks who comes, and finds the hand-off, before `handler` sees either."""

        async def endpoint(request: Request, account: Account) -> Response:
            try:
                talk = await self._handoffs.find(request.path_params["handoff"])
                self.group_of(account, talk)
                assert talk is not None  # `group_of` was asked
                return await handler(request, account, talk)
            except Refused as fault:
                raise refused(fault) from None
            except claims.Refused as fault:
                raise desk.refused(fault) from None

        return self._cases.only(endpoint)

    async def _list(self, _: Request, account: Account) -> Response:
        talks = [talk for talk in await self._handoffs.live() if self._may_see(account, talk)]
        talks.sort(key=lambda talk: talk.since_ms)
        shown = await self._shown(account, talks)
        return JSONResponse({"handoffs": shown, "yours": self._yours(shown)})

    def _yours(self, shown: list[dict[str, object]]) -> dict[str, object]:
        """What the page needs to advise against one more talk; it keeps nobody from offering one."""
        live = sum(isinstance(claim := one["claim"], dict) and claim["is_mine"] is True for one in shown)
        return {"live": live, "cap": self._cap, "is_over": is_over_cap(live, self._cap)}

    async def _show(self, _: Request, account: Account, talk: Talk) -> Response:
        return await self._answer(account, talk)

    async def _offer(self, request: Request, account: Account, case: Case) -> Response:
        await read_fields(request)
        group = self._scenes.group(case)
        assert group is not None  # the case was this account's to see
        seat = await self._members.find(group, MemberId(case.member))
        if seat is None:
            raise HttpFault(409, "left", "This member has left the group.")
        try:
            await self._claims.renew(case.id, account.id)
            stands = await self._handoffs.of(case.group, case.member)
            if stands is not None and stands.handoff.state == "offered" and stands.handoff.case == case.id:
                return await self._answer(account, stands)  # asked again, after an answer that got lost
            name = new_id()
            await self._audit.append(account.id, "handoff.offered", name, case=case.id)
            return await self._answer(account, await self._handoffs.offer(name, case.id, account.id, seat, group))
        except Refused as fault:
            raise refused(fault) from None

    async def _take(self, request: Request, account: Account, talk: Talk) -> Response:
        await read_fields(request)
        if not talk.handoff.is_live:
            raise Refused("over")
        await self._claims.claim(talk.handoff.case, account)
        await self._log(account, "handoff.taken", talk)
        return await self._answer(account, await self._handoffs.find(talk.handoff.id) or talk)

    async def _end(self, request: Request, account: Account, talk: Talk, how: Literal["return", "close"]) -> Response:
        reason = reason_of((await read_fields(request, reason=str))["reason"])
        if not talk.handoff.is_live:
            raise Refused("over")
        if how == "return" and not talk.handoff.is_open:
            raise Refused("early")
        await self._claims.renew(talk.handoff.case, account.id)
        await self._log(account, "handoff.returned" if how == "return" else "handoff.closed", talk, reason)
        return await self._answer(account, await self._handoffs.end(talk.handoff.id, account.id, how))

    async def _look_in(self, request: Request, account: Account, talk: Talk) -> Response:
        """First the log, then the two are told, and only then is the second let in."""
        reason = reason_of((await read_fields(request, reason=str))["reason"])
        if not talk.handoff.is_open:
            raise Refused("early" if talk.handoff.is_live else "over")
        [claim] = await self._claims.standing([talk.handoff.case])
        if isinstance(claim, Claim) and claim.holder == account.id:
            raise HttpFault(409, "yours", "This is your own talk.")
        await self._log(account, "handoff.looked_in", talk, reason)
        room = self._private(self.group_of(account, talk), talk.number)
        await room.remark(f"look:{account.id}", LOOKS_IN)
        return await self._answer(account, await self._handoffs.look_in(talk.handoff.id, account.id))

    async def _log(self, account: Account, act: str, talk: Talk, reason: str = "") -> None:
        before = {"state": talk.handoff.state}
        await self._audit.append(account.id, act, talk.handoff.id, reason, case=talk.handoff.case, before=before)

    def _may_see(self, account: Account, talk: Talk) -> bool:
        group = self._scenes.group_of(talk.group)
        return group is not None and account.may_moderate(group.slug)

    async def _answer(self, account: Account, talk: Talk) -> Response:
        return JSONResponse({"handoff": (await self._shown(account, [talk]))[0]})

    async def _shown(self, account: Account, talks: list[Talk]) -> list[dict[str, object]]:
        states = await self._claims.standing([talk.handoff.case for talk in talks])
        return [
            self._fields(account, talk) | {"claim": claim_fields(state, account.id) if talk.handoff.is_live else None}
            for talk, state in zip(talks, states, strict=True)
        ]

    def _fields(self, account: Account, talk: Talk) -> dict[str, object]:
        group, handoff = self.group_of(account, talk), talk.handoff
        return {
            "id": handoff.id,
            "case": handoff.case,
            "state": handoff.state,
            "by": handoff.by or None,
            "group": {"slug": group.slug, "title": group.title},
            "handle": talk.handle,
            "since": talk.since_ms,
            "until": handoff.quiet_ms or handoff.until_ms or None,
            "losses": handoff.losses,
        }
