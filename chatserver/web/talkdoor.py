"""The doors of a private room: one for its member, one for moderators; both lead to an ordinary connection.

Promises: the member, the moderator who has the case, and a second one who said that they look in are let in; anybody
else is refused before the handshake, and learns no more than that there is no such talk. A moderator's coming is told
before they are in: the member never waits for somebody who is there.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatserver.core.codec import Codec
from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.handoff import Refused
from chatserver.core.identity import MemberId
from chatserver.core.messages import MODERATOR
from chatserver.core.moderators import Account
from chatserver.core.seats import Seat
from chatserver.core.session import Onlooker, Session
from chatserver.live.connection import Connection, Welcome
from chatserver.live.hub import Hub
from chatserver.live.private import PrivateFloor
from chatserver.live.talks import Party, Talks
from chatserver.store.audit import Audit
from chatserver.store.handoff import HandOffs, Talk
from chatserver.store.moderators import Moderators
from chatserver.web.desk import only_moderators
from chatserver.web.door import Door, refuse
from chatserver.web.errors import HttpFault
from chatserver.web.handoff import HandOffDesk, refused
from chatserver.web.origin import secret_of
from chatserver.web.signin import COOKIE

SEATS = 2  # a second moderator looks in; they do not sit
ONLOOKER = MemberId("moderator-2")


class TalkDoor:
    """Lets the two, and who looks in, into their room."""

    def __init__(
        self,
        door: Door,
        desk: HandOffDesk,
        handoffs: HandOffs,
        talks: Talks,
        rooms: Hub,
        moderators: Moderators,
        audit: Audit,
        floor: Callable[[str], PrivateFloor],
    ) -> None:
        self._door, self._desk, self._handoffs, self._talks = door, desk, handoffs, talks
        self._rooms, self._moderators, self._audit, self._floor = rooms, moderators, audit, floor

    def routes(self) -> list[WebSocketRoute]:
        """Give the routes."""
        return [
            WebSocketRoute("/g/{group}/handoff/{handoff}/live", self.knock_member),
            WebSocketRoute("/desk/handoff/{handoff}/live", self.knock_moderator),
        ]

    async def may_stay(self, token: str) -> bool:
        """Tell whether a session may still work on cases. Raises: StoreUnavailable."""
        try:
            await self._account(token)
        except HttpFault:
            return False
        return True

    async def knock_member(self, websocket: WebSocket) -> None:
        """Let the member in, or refuse."""
        try:
            codec = self._door.codec_of(websocket)
            group, seat = await self._door.member_of(websocket)
            talk = await self._handoffs.find(websocket.path_params["handoff"])
            if talk is None or not talk.is_with(group.id, seat.member):
                raise Refused("gone")
            _check_open(talk)
            session = Session(await self._door.allowance(group, seat))
        except (StoreUnavailable, HttpFault, Refused) as fault:
            await refuse(websocket, refused(fault) if isinstance(fault, Refused) else fault)
            return
        here = Seat(seat.member, talk.handle, talk.number)

        def over(connection: Connection) -> None:
            self._door.over(group, seat.member, connection)

        await self._let_in(websocket, codec, session, here, group, talk, None, over)

    async def knock_moderator(self, websocket: WebSocket) -> None:
        """Let a moderator in, or refuse."""
        try:
            codec = self._door.codec_of(websocket)
            token = secret_of(websocket.headers.getlist("cookie"), COOKIE) or ""
            account = await self._account(token)
            talk = await self._handoffs.find(websocket.path_params["handoff"])
            group = self._desk.group_of(account, talk)
            assert talk is not None  # `group_of` was asked
            _check_open(talk)
            is_looking = not await self._comes(account, talk)
            await self._audit.append(
                account.id,
                "handoff.watched" if is_looking else "handoff.entered",
                talk.handoff.id,
                case=talk.handoff.case,
            )
        except (StoreUnavailable, HttpFault, Refused) as fault:
            await refuse(websocket, refused(fault) if isinstance(fault, Refused) else fault)
            return
        seat = Seat(ONLOOKER, "Second moderator", talk.number)
        session: Session = Onlooker(None)
        if not is_looking:
            seat, session = Seat(MemberId(MODERATOR), "Moderator", talk.number), Session(None)
        who = (account, token, is_looking)
        await self._let_in(websocket, codec, session, seat, group, talk, who, self._door.forget)

    async def _account(self, token: str) -> Account:
        visit = await self._moderators.session(token) if token else None
        if visit is None:
            raise HttpFault(401, "not_signed_in", "Please sign in.")
        return only_moderators(visit)

    async def _comes(self, account: Account, talk: Talk) -> bool:
        """Says that the moderator is here; tells False of one who only looks in. Raises: HttpFault of anybody else."""
        try:
            await self._handoffs.come(talk.handoff.id, account.id)
        except Refused as fault:
            if fault.why != "lost":
                raise
            if not await self._handoffs.may_look(talk.handoff.id, account.id):
                raise HttpFault(
                    403, "look_in_first", "This talk is another's. To read along, say first that you look in."
                ) from None
            return False
        return True

    async def _let_in(
        self,
        websocket: WebSocket,
        codec: Codec,
        session: Session,
        seat: Seat,
        group: Group,
        talk: Talk,
        who: tuple[Account, str, bool] | None,
        on_over: Callable[[Connection], None],
    ) -> None:
        def over(connection: Connection) -> None:
            self._talks.gone(party)
            on_over(connection)

        room = self._rooms.room(group, talk.number)
        welcome = Welcome(group.title, group.topic, group.language, SEATS)
        connection = Connection(room, self._floor(talk.handoff.id), seat, codec, session, welcome, over)
        party = Party(talk.handoff.id, connection)
        if who is not None:
            account, token, is_looking = who
            party = Party(talk.handoff.id, connection, account.id, token, is_looking)
        self._talks.join(party)
        await self._door.let_in(websocket, connection, codec)
        self._talks.soon(talk.handoff.id)  # it may have ended between the look and the letting in


def _check_open(talk: Talk) -> None:
    if not talk.handoff.is_open:
        raise Refused("early" if talk.handoff.is_live else "over")
