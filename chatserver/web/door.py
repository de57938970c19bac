"""The door: checks who knocks, accepts the socket, hands it to a connection, and closes for the night.

Promises: whoever is refused is refused before the handshake, with a reason a program can read; a draining door lets
nobody in and spreads the returns of those who must go over the time it has.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatserver.core.allowance import Allowance
from chatserver.core.codec import CODECS, Codec
from chatserver.core.errors import CloseCode, StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.identity import MemberId, member_id
from chatserver.core.seats import Seat, Seating
from chatserver.core.session import Session
from chatserver.live.chores import Chores
from chatserver.live.connection import Connection, Welcome, now_ms
from chatserver.live.floor import Floor
from chatserver.live.hub import Hub
from chatserver.settings import Settings
from chatserver.web.arrivals import Arrivals
from chatserver.web.errors import HttpFault, unavailable
from chatserver.web.joining import refuse_excluded
from chatserver.web.origin import is_allowed_origin, secret_of

MAX_ALLOWANCES = (
    100_000  # members whose limits a node remembers after they went: about 50 MB; the longest gone are forgotten first
)
WORTH_KEEPING_MS = 1_000  # less than a second's refilling is not worth a command: whoever only reads costs nothing
SPREAD_S = 5.0  # how long after the drain's end the last member is asked back


async def refuse(websocket: WebSocket, fault: HttpFault | StoreUnavailable) -> None:
    """Answer before the handshake, with a reason a program can read."""
    answer = unavailable(fault) if isinstance(fault, StoreUnavailable) else fault
    await websocket.send_denial_response(answer.response())


class Door:
    """Opens one socket at a time; remembers every open connection of this node."""

    def __init__(
        self,
        groups: tuple[Group, ...],
        seating: Seating,
        hub: Hub,
        floor: Floor,
        key: bytes,
        settings: Settings,
        is_store_ready: Callable[[], bool],
        arrivals: Arrivals,
        build: str,
    ) -> None:
        self._build = build
        self._arrivals = arrivals
        self._groups = {group.id: group for group in groups}
        self._seating, self._hub, self._floor = seating, hub, floor
        self._key, self._settings = key, settings
        self._is_store_ready = is_store_ready
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()
        self._connections: set[Connection] = set()
        self._chores = Chores("the door")
        self.is_draining = False

    @property
    def sockets(self) -> int:
        """How many members' sockets are open."""
        return len(self._connections)

    def routes(self) -> list[WebSocketRoute]:
        """Give the route."""
        return [WebSocketRoute("/g/{group}/live", self.knock)]

    async def knock(self, websocket: WebSocket) -> None:
        """Let one member's socket in, or refuse it; the connection outlives this call."""
        try:
            codec = self.codec_of(websocket)
            self._arrivals.admit("socket", websocket)
            group, seat = await self.member_of(websocket)
            refuse_excluded(await self._seating.excluded(group, seat.member))
            allowance = await self.allowance(group, seat)
        except (StoreUnavailable, HttpFault) as fault:
            await refuse(websocket, fault)
            return
        connection = Connection(
            self._hub.room(group, seat.room),
            self._floor,
            seat,
            codec,
            Session(allowance),
            Welcome(group.title, group.topic, group.language, group.seats, self._build),
            partial(self.over, group, seat.member),
        )
        await self.let_in(websocket, connection, codec)

    async def let_in(self, websocket: WebSocket, connection: Connection, codec: Codec) -> None:
        """Accept a socket that was checked; it is looked after, until it is over, with every other of this node."""
        await websocket.accept(subprotocol=codec.subprotocol)
        gate = websocket.scope["extensions"]["alongside"]
        self._connections.add(connection)
        connection.begin(gate.hand_over(connection, is_text=codec.is_text))

    def codec_of(self, websocket: WebSocket) -> Codec:
        """Give the encoding of a socket from an allowed page. Raises: HttpFault, StoreUnavailable while nobody is let
        in.
        """
        headers = websocket.headers
        if not is_allowed_origin(headers.get("origin"), headers.get("host"), self._settings.origins):
            raise HttpFault(403, "foreign_origin", "Another site's page may not connect.")
        codec = next((CODECS[name] for name in websocket.scope["subprotocols"] if name in CODECS), None)
        if codec is None:
            raise HttpFault(400, "no_subprotocol", "One of the subprotocols " + ", ".join(CODECS) + " is needed.")
        if self.is_draining or not self._is_store_ready():
            raise StoreUnavailable
        return codec

    async def member_of(self, websocket: WebSocket) -> tuple[Group, Seat]:
        """Give whose socket this is. Raises: HttpFault, StoreUnavailable."""
        headers = websocket.headers
        group = self._groups.get(websocket.path_params["group"])
        if group is None:
            raise HttpFault(404, "not_found", "There is no such group.")
        secret = secret_of(headers.getlist("cookie"))
        seat = None
        if secret is not None:
            seat = await self._seating.find(group, member_id(self._key, group.id, secret))
        if seat is None:
            raise HttpFault(401, "not_joined", "Join the group first.")
        return group, seat

    async def allowance(self, group: Group, seat: Seat) -> Allowance | None:
        """Give what is left of a member's limits, which a reconnect finds as they were left, here or elsewhere; None
        without limits. Raises: StoreUnavailable.
        """
        if not self._settings.limits:
            return None
        left = await self._seating.allowance(group, seat.member)
        allowance = self._allowances.setdefault(seat.member, Allowance())
        self._allowances.move_to_end(seat.member)
        if len(self._allowances) > MAX_ALLOWANCES:
            self._allowances.popitem(last=False)
        if left is not None:
            allowance.take_up(left, now_ms())
        return allowance

    def forget(self, connection: Connection) -> None:
        """A socket that was let in has gone."""
        self._connections.discard(connection)

    def over(self, group: Group, member: MemberId, connection: Connection) -> None:
        """A member's socket has gone: the node its member comes back to must know what was left."""
        self.forget(connection)
        allowance = self._allowances.get(member)
        if allowance is None:
            return
        left = allowance.left(now_ms())
        if left.full_in_ms >= WORTH_KEEPING_MS:
            self._chores.begin(self._seating.keep_allowance(group, member, left))

    async def drain(self, over_s: float) -> None:
        """Say goaway to everybody, then close, spread over `over_s` seconds."""
        self.is_draining = True
        leaving = list(self._connections)
        if not leaving:
            return
        random.shuffle(leaving)
        spread_ms = max(1.0, over_s + SPREAD_S) * 1000
        for number, connection in enumerate(leaving):
            # Each gets a slot of its own: the other nodes meet an even stream, not a wave.
            connection.tell({"ev": "goaway", "reconnect_in": int(200 + spread_ms * number / len(leaving))})
        step_s = over_s / len(leaving)
        owed = 0.0
        for connection in leaving:
            connection.end(CloseCode.RESTART, "restart")
            owed += step_s
            if owed >= 0.05:
                await asyncio.sleep(owed)
                owed = 0.0
        await asyncio.sleep(0.1)
