"""The desk's socket: the queue, told to every open desk of this node as it changes (docs/desk.md).

Promises: what changes is written within a second, and everything anew at the latest every 20 s, so a lost publication
is made up for; the session is looked at before every writing, so a revoked account's desk closes with the next one. A
desk that does not read gets nothing more until it has; nothing is queued for it. Who is on duty stays so while a desk
of theirs is open. Danger that has waited pages the desk of every lead, by its own time. Hears nothing: a desk acts by
HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatserver.core.codec import JSON
from chatserver.core.duty import RENEW_DUTY_S
from chatserver.core.errors import CloseCode, StoreUnavailable
from chatserver.core.moderators import Account, Role, Visit
from chatserver.core.paging import Shown, news
from chatserver.live.room import framed
from chatserver.live.socket import Socket
from chatserver.live.staffing import Staffing
from chatserver.store.claims import Claims
from chatserver.store.duty import Duty
from chatserver.store.moderators import Moderators
from chatserver.web.desk import only_moderators
from chatserver.web.duty import duty_fields
from chatserver.web.errors import HttpFault, unavailable
from chatserver.web.origin import is_allowed_origin, secret_of
from chatserver.web.queue import Queue
from chatserver.web.signin import COOKIE

_log = logging.getLogger(__name__)

SUBPROTOCOL = "alongside.desk.v1+json"
MAX_DESKS = 100  # of one node: more than a house has moderators at night
PAUSE_S = 0.25  # the first of several changes is told at once, the rest together, well within the second
RETRY_S = 1.0


class OpenDesk:
    """The handler of one moderator's socket (see chatserver.live.handler)."""

    def __init__(self, door: DeskDoor, token: str) -> None:
        self._door, self._token = door, token
        self._socket: Socket | None = None
        self._task: asyncio.Task[None] | None = None
        self._stay_at = 0.0  # by the loop's clock: at once
        self._shown: dict[str, Shown] = {}
        self.changed = asyncio.Event()

    def begin(self, socket: Socket) -> None:
        """The socket is ours from now on."""
        self._socket = socket
        self._task = asyncio.get_running_loop().create_task(self._follow())
        self._task.add_done_callback(self._followed)

    def received(self, payload: bytes) -> None:
        """A desk says nothing here: what comes is dropped."""

    def drained(self) -> None:
        """What was written has been taken: what changed meanwhile can be told."""
        self.changed.set()

    def closed(self, code: int) -> None:
        """The socket is gone."""
        self._socket = None
        if self._task is not None:
            self._task.cancel()
        self._door.forget(self)

    def end(self, code: CloseCode, reason: str) -> None:
        """Close this desk's socket."""
        if self._socket is not None:
            self._socket.close(code, reason)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while self._socket is not None:
            self.changed.clear()
            told_s = loop.time()
            try:
                wait_s = await self._tell()
            except StoreUnavailable:
                wait_s = RETRY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self.changed.wait()
            await asyncio.sleep(max(0.0, told_s + PAUSE_S - loop.time()))

    async def _tell(self) -> float:
        """Writes the queue; gives for how long it is right if nothing is heard."""
        visit = await self._door.visit(self._token)
        if visit is None:
            self.end(CloseCode.ENDED, "signed out")
            return RETRY_S
        await self._stay(visit.account)
        listing = await self._door.queue.listed(visit.account)
        if self._socket is not None and not self._socket.buffered_bytes:
            duty = duty_fields(self._door.staffing.on_duty, visit.account.id)
            self._socket.send(
                framed(JSON, {"ev": "queue", **listing.fields(), "duty": duty, "build": self._door.build})
            )
            before, self._shown = self._shown, listing.shown()
            for page in news(before, self._shown, is_lead=visit.account.role is Role.LEAD):
                self._socket.send(framed(JSON, page.fields()))
        return max(0.0, (listing.until_ms - listing.now_ms) / 1000)

    async def _stay(self, account: Account) -> None:
        """Everything is told anew often enough for this (RENEW_S of chatserver.web.queue)."""
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._stay_at:
            await self._door.duty.stay(account.id)
            self._stay_at = now_s + RENEW_DUTY_S

    def _followed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("a desk failed: %s", type(fault).__name__, exc_info=fault)
            self.end(CloseCode.RESUME, "resume")


class DeskDoor:
    """Lets desks in, and wakes every open one when the queue changes."""

    def __init__(
        self,
        moderators: Moderators,
        queue: Queue,
        claims: Claims,
        origins: tuple[str, ...],
        *,
        duty: Duty,
        staffing: Staffing,
        build: str,
    ) -> None:
        self.build = build
        self._moderators, self._origins = moderators, origins
        self.queue, self.duty, self.staffing = queue, duty, staffing
        self._desks: set[OpenDesk] = set()
        self._is_closed = False
        claims.listen(self._wake)
        staffing.on_change.append(self._wake)

    @property
    def desks(self) -> int:
        """How many desks are open."""
        return len(self._desks)

    def routes(self) -> list[WebSocketRoute]:
        """Give the route."""
        return [WebSocketRoute("/desk/live", self.knock)]

    async def knock(self, websocket: WebSocket) -> None:
        """Let one desk in, or refuse it before the handshake; it outlives this call."""
        try:
            token = await self._check(websocket)
        except StoreUnavailable as fault:
            await websocket.send_denial_response(unavailable(fault).response())
            return
        except HttpFault as fault:
            await websocket.send_denial_response(fault.response())
            return
        desk = OpenDesk(self, token)
        self._desks.add(desk)
        await websocket.accept(subprotocol=SUBPROTOCOL)
        gate = websocket.scope["extensions"]["alongside"]
        desk.begin(gate.hand_over(desk, is_text=True))

    async def visit(self, token: str) -> Visit | None:
        """Give whose session this is, as long as it may see cases. Raises: StoreUnavailable."""
        visit = await self._moderators.session(token)
        try:
            return visit if visit is not None and only_moderators(visit) else None
        except HttpFault:
            return None

    def forget(self, desk: OpenDesk) -> None:
        """The desk's socket is gone."""
        self._desks.discard(desk)

    def close(self) -> None:
        """Let nobody in any more, and send everybody to another node."""
        self._is_closed = True
        for desk in list(self._desks):
            desk.end(CloseCode.RESTART, "restart")

    def _wake(self) -> None:
        for desk in self._desks:
            desk.changed.set()

    async def _check(self, websocket: WebSocket) -> str:
        headers = websocket.headers
        if not is_allowed_origin(headers.get("origin"), headers.get("host"), self._origins):
            raise HttpFault(403, "foreign_origin", "Another site's page may not connect.")
        if SUBPROTOCOL not in websocket.scope["subprotocols"]:
            raise HttpFault(400, "no_subprotocol", f"The subprotocol {SUBPROTOCOL} is needed.")
        token = secret_of(headers.getlist("cookie"), COOKIE)
        visit = await self._moderators.session(token) if token else None
        if token is None or visit is None:
            raise HttpFault(401, "not_signed_in", "Please sign in.")
        only_moderators(visit)
        if self._is_closed or len(self._desks) >= MAX_DESKS:
            raise HttpFault(503, "busy", "There is no room for another desk here just now.", RETRY_S)
        return token
