"""The desk's acts over HTTP: what a moderator does about a case or a room, and taking it back (docs/desk.md).

Promises: an act about a case needs its claim; it is written into the log first and done then, in one step, once for one
`attempt`; what is refused changes nothing. The log gets reasons and no member's words. Knows no Redis.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.acts import (
    UNDO_MS,
    Exclude,
    Fold,
    GiveBack,
    HandOver,
    LetThrough,
    Lock,
    Mute,
    Order,
    Remove,
    Restore,
    RoomAct,
    Say,
    SetLevel,
    Word,
    act_name,
)
from chatserver.core.cases import Case
from chatserver.core.groups import Group
from chatserver.core.moderators import Account
from chatserver.core.orders import OF_CASE, OF_ROOM, BadOrder, read_order
from chatserver.core.plans import Ground, Plan, is_danger, may_undo, plan, sanction_in, target_of
from chatserver.core.reasons import reasons_of
from chatserver.core.sanctions import RECEIPT_BYTES
from chatserver.store.acts import Done, Scope
from chatserver.web.carrying import Carrier
from chatserver.web.desk import CASES, Desk
from chatserver.web.errors import HttpFault
from chatserver.web.requests import read_fields, read_json

_ACT = re.compile(r"([A-Za-z0-9_-]{16})\.([1-9][0-9]{0,8})\.([0-9a-f]{24})\Z")
_DESK_ACT = re.compile(r"desk\.([0-9a-f]{24})\Z")
_LOGGED = {"receipt", "until", "lock"}


class ActsApi:
    """The requests that change a room or somebody's standing in it."""

    def __init__(self, desk: Desk, carrier: Carrier) -> None:
        self._desk, self._carrier, self._acts = desk, carrier, carrier.acts

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route(CASES + "/{case}/acts", self._desk.about(self._about_case), methods=["POST"]),
            Route("/desk/api/rooms/{slug}/{number}/acts", self._desk.only(self._about_room), methods=["POST"]),
            Route("/desk/api/groups/{slug}", self._desk.only(self._group)),
            Route("/desk/api/acts/{act}/undo", self._desk.only(self._undo), methods=["POST"]),
        ]

    async def _about_case(self, request: Request, account: Account, case: Case) -> Response:
        order = _read(await read_json(request), OF_CASE)
        _refuse_unfit(order, case)
        await self._carrier.claims.renew(case.id, account.id)
        scope, act, name = self._carrier.scope(case), order.act, _name(account, order)
        if isinstance(act, SetLevel | HandOver):
            at_ms = await self._carrier.cases.carry_out(account, order, act, name, case, scope.group.slug)
            return JSONResponse({"act": f"desk.{name}", "undo_until": at_ms + UNDO_MS})
        return await self._answer(account, order, act, scope, case)

    async def _group(self, request: Request, account: Account) -> Response:
        return JSONResponse({"reasons": reasons_of(self._named(request, account).reasons)})

    async def _about_room(self, request: Request, account: Account) -> Response:
        group, number = self._named(request, account), request.path_params["number"]
        if not await self._is_room(group, number):
            raise HttpFault(404, "not_found", "There is no such room.")
        order = _read(await read_json(request), OF_ROOM)
        assert not isinstance(order.act, SetLevel | HandOver)  # none of OF_ROOM
        return await self._answer(account, order, order.act, Scope(group, int(number)), None)

    def _named(self, request: Request, account: Account) -> Group:
        """Find the group a request names; one that is not the account's is answered as one that does not exist."""
        slug = request.path_params["slug"]
        group = next((group for group in self._carrier.groups.values() if group.slug == slug), None)
        if group is None or not account.may_moderate(slug):
            raise HttpFault(404, "not_found", "There is no such group.")
        return group

    async def _is_room(self, group: Group, number: str) -> bool:
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        return is_number and 1 <= int(number) <= await self._carrier.members.rooms(group)

    async def _answer(self, account: Account, order: Order, act: RoomAct, scope: Scope, case: Case | None) -> Response:
        name = _name(account, order)
        done = await self._acts.find(scope, name)
        if done is None:
            ground = Ground(
                scope.room, account.id, name, self._carrier.now_ms(), secrets.token_bytes(RECEIPT_BYTES), case,
                await self._author(scope, order, case), await self._acts.calm(scope),
            )  # fmt: skip
            done = await self._carry_out(account, order, scope, ground, plan(order, act, ground))
        if not done.is_undone:
            await self._carrier.carry_on(scope, done.memo)
        until_ms = None if done.memo.get("is_final") else done.at_ms + UNDO_MS
        answer = {"act": f"{scope.tag}.{name}", "undo_until": until_ms}
        receipt = done.memo.get("receipt")
        return JSONResponse(answer if receipt is None else {**answer, "receipt": receipt})

    async def _carry_out(self, account: Account, order: Order, scope: Scope, ground: Ground, steps: Plan) -> Done:
        memo, case = _memo(order, ground, steps), ground.case
        about, said = (f"{scope.group.slug}/{scope.room}", "") if case is None else (case.id, case.id)
        after = {name: memo[name] for name in memo.keys() & _LOGGED} | self._digests(order, ground)
        await self._carrier.audit.append(account.id, f"act.{order.name}", about, order.reason, case=said, after=after)
        if "out" in memo:  # first: whoever is sent away must not come back in between
            await self._carrier.exclude(scope.group, sanction_in(steps))
        async with self._carrier.refusing(account, about, case=said):
            return await self._acts.carry_out(scope, ground.name, account.id, steps, memo)

    async def _author(self, scope: Scope, order: Order, case: Case | None) -> str | None:
        """Who wrote the message an order is about. Raises: HttpFault, when it is about one that is not there."""
        target = target_of(order.act, case)
        if target is None:
            return None
        written = await self._acts.written(scope, target)
        if written is None or (written.is_removed and not isinstance(order.act, Restore)):
            raise HttpFault(409, "gone", "That message is not there (any more).")
        return written.author

    def _digests(self, order: Order, ground: Ground) -> dict[str, Any]:
        """What the log holds instead of words and member ids."""
        member = ground.author or (None if ground.case is None else ground.case.member)
        found = {} if member is None else {"member": self._carrier.audit.digest(member)}
        if isinstance(order.act, Say | Word):
            found["text"] = self._carrier.audit.digest(order.act.text)
        return found

    async def _undo(self, request: Request, account: Account) -> Response:
        await read_fields(request)
        named = request.path_params["act"]
        async with self._carrier.refusing(account, named):
            if (of_desk := _DESK_ACT.match(named)) is not None:
                await self._carrier.cases.undo(account, of_desk[1])
            else:
                await self._undo_in_room(account, *self._act(named, account))
        return JSONResponse({"undone": True})

    async def _undo_in_room(self, account: Account, scope: Scope, name: str) -> None:
        done = await self._acts.find(scope, name)
        after = {} if done is None else {part: done.memo[part] for part in done.memo.keys() & {"receipt"}}
        await self._carrier.audit.append(account.id, "act.undone", f"{scope.tag}.{name}", after=after)
        await self._carrier.carry_on(scope, await self._acts.undo(scope, name, account.id), undone=True)

    def _act(self, named: str, account: Account) -> tuple[Scope, str]:
        """Read an act's name; one of a group that is not the account's is answered as one that does not exist."""
        parts = _ACT.match(named)
        group = self._carrier.groups.get(parts[1]) if parts else None
        if parts is None or group is None or not account.may_moderate(group.slug):
            raise HttpFault(404, "not_found", "There is no such act.")
        return Scope(group, int(parts[2])), parts[3]


def _read(fields: object, possible: tuple[str, ...]) -> Order:
    try:
        return read_order(fields, possible)
    except BadOrder as fault:
        raise HttpFault(400, fault.code, fault.message) from None


def _refuse_unfit(order: Order, case: Case) -> None:
    """Refuse what this case gives no ground for. Raises: HttpFault."""
    match order.act:
        case LetThrough() | GiveBack():
            if case.kind != "held":
                raise HttpFault(400, "not_held", "This case is about no held message.")
        case Mute(is_sure=False) | Exclude(is_sure=False):
            if is_danger(case):
                sentence = "There is talk of danger here. Please help first; send is_sure to do this all the same."
                raise HttpFault(409, "danger_first", sentence)
        case Remove() | Fold() | Restore():
            if target_of(order.act, case) is None:
                raise HttpFault(400, "no_message", "This case is about no message; name one by pos.")


def _name(account: Account, order: Order) -> str:
    return secrets.token_hex(12) if order.attempt is None else act_name(account.id, order.attempt)


def _memo(order: Order, ground: Ground, steps: Plan) -> dict[str, Any]:
    """What a repeat and an undoing must know; what _LOGGED names stands in the log too."""
    memo: dict[str, Any] = {"act": order.name}
    if not may_undo(steps):
        memo["is_final"] = True
    if isinstance(order.act, Lock):
        memo["lock"] = [ground.calm.lock, order.act.on]
    for step in steps:
        match step:
            case ["receipt", code, *_]:
                memo["receipt"] = code
            case ["bar", _, _, until_ms]:
                memo["until"] = int(until_ms)
            case ["call", *_]:
                memo["second"] = ground.name
            case ["exclude", member]:
                memo["out"] = member
    return memo
