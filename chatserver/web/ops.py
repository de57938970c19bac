"""The operators' page: `/ops` and what it asks for, `GET /ops/api/health` (docs/ops.md).

Promises: nobody but an operator or a lead with a full session is told anything; no number singles out a person
(`chatserver.core.roomhealth`), rooms have opaque ids, and there is no handle and no word. What is told is of all
machines: their nodes, and the rooms that somebody follows there. A node that does not answer is said to be silent; an
answer takes little more than a second at worst. Who has looked is not kept: nothing of anybody can be seen.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.duty import StaffWord
from chatserver.core.groups import Group
from chatserver.core.identity import derived_key, opaque_name
from chatserver.core.moderators import Role, Visit
from chatserver.core.roomhealth import Place, Seen, Waits, merge, people, row, waits
from chatserver.core.troubles import troubles
from chatserver.live.machines import Machines
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.pages import Pages
from chatserver.web.errors import HttpFault
from chatserver.web.signin import SignIn

MAX_CASES = 2_000  # as many as a desk reads
QUEUE_S = 2.0  # it is read at most this often, however many look

Telling = Mapping[str, Any]


def only_operators(visit: Visit) -> None:
    """Let operators and leads pass. Raises: HttpFault 403."""
    if not visit.is_full:
        raise HttpFault(403, "passkey_needed", "Please register a passkey first.")
    if visit.account.role is Role.MODERATOR:
        raise HttpFault(403, "not_yours", "This page is for operators and lead moderators.")


class QueueSight:
    """The open cases and what fails, as far as operators may know; read at most every QUEUE_S."""

    def __init__(self, cases: Cases, claims: Claims, timers: Pages, now_ms: Callable[[], int]) -> None:
        self._cases, self._claims, self._timers, self._now_ms = cases, claims, timers, now_ms
        self._read_at = -QUEUE_S
        self._waits: list[Waits] = []
        self._failing_since_ms: int | None = None

    async def read(self) -> tuple[list[Waits], int | None]:
        """Give the open cases, and since when calls to whoever is on call fail. Raises: StoreUnavailable."""
        if time.monotonic() - self._read_at >= QUEUE_S:
            cases, alarms = await asyncio.gather(self._cases.waiting(MAX_CASES), self._timers.alarms())
            states = await self._claims.standing([case.id for case in cases])
            now_ms = self._now_ms()
            self._waits = [waits(case, state, now_ms) for case, state in zip(cases, states, strict=True)]
            self._failing_since_ms = min((alarm.since_ms for alarm in alarms), default=None)
            self._read_at = time.monotonic()
        return self._waits, self._failing_since_ms


class OpsApi:
    """Answers the page."""

    def __init__(
        self,
        signin: SignIn,
        machines: Machines,
        sight: QueueSight,
        groups: Sequence[Group],
        staff: Callable[[Group], StaffWord],
        key: bytes,
        now_ms: Callable[[], int],
        build: str,
    ) -> None:
        self._build = build
        self._signin, self._machines, self._sight = signin, machines, sight
        self._groups, self._staff, self._now_ms = groups, staff, now_ms
        self._key = derived_key(key, "rooms of the operators' page")

    def routes(self) -> list[Route]:
        """Give the route."""
        return [Route("/ops/api/health", self._health)]

    async def _health(self, request: Request) -> Response:
        only_operators(await self._signin.visit(request))
        nodes, (cases, failing_since_ms) = await asyncio.gather(self._machines.hours(), self._sight.read())
        now_ms = self._now_ms()
        rooms = merge(told for told in nodes.values() if told is not None)
        is_whole = None not in nodes.values()
        places = [self._place(group, rooms, cases) for group in self._groups]
        return JSONResponse(
            {
                "at": now_ms,
                "build": self._build,
                "wrong": [one.fields() for one in troubles(nodes, places, failing_since_ms, now_ms)],
                "groups": [row(place, self._name_of, now_ms, is_whole=is_whole) for place in places],
                "nodes": [_node(number, told) for number, told in nodes.items()],
            }
        )

    def _place(self, group: Group, rooms: Sequence[Seen], cases: Sequence[Waits]) -> Place:
        ours = [room for room in rooms if room.group == group.id]
        return Place(group, self._staff(group), ours, [case for case in cases if case.group == group.id])

    def _name_of(self, room: Seen) -> str:
        return opaque_name(self._key, f"{room.group}.{room.number}")


def _node(number: str, told: Telling | None) -> dict[str, object]:
    if told is None:
        return {"node": number, "answers": False}
    kept = ("version", "loop_lag_s", "memory_bytes", "round_trip_s", "redis_ready", "draining", "started_s", "lag")
    return {"node": number, "answers": True, "sockets": people(told["sockets"]), **{name: told[name] for name in kept}}
