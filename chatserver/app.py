"""The composition root: puts core, store, live and web together into one Starlette application.

Nothing is decided here but who gets what. `prepare` reads what all nodes of a machine have in common, before they are
forked; `create_app` builds; the application's lifespan starts and stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError, version

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from chatserver.core.errors import OperatorFault, StoreUnavailable, StoreUnfit
from chatserver.core.metrics import Samples
from chatserver.groups import GroupFileError, load_groups
from chatserver.helplines import load_lines
from chatserver.keyfile import read_key, read_token
from chatserver.live.guard import load_guard
from chatserver.live.handshake import WebSocketProtocol
from chatserver.live.neighbours import Place, told
from chatserver.live.pulse import Pulse, memory_bytes
from chatserver.settings import Settings
from chatserver.sides import Caretaker, Common
from chatserver.sides.desk import DeskSide
from chatserver.sides.kept import Kept
from chatserver.sides.members import MembersSide
from chatserver.sides.operators import OperatorsSide
from chatserver.web import errors
from chatserver.web.deskdoor import SUBPROTOCOL as DESK_SUBPROTOCOL
from chatserver.web.health import health_routes
from chatserver.web.helplines import helpline_routes
from chatserver.web.pages import Pages

_log = logging.getLogger(__name__)


def prepare(settings: Settings) -> Common:
    """Read what all nodes need, rules above all: for about a second. Opens nothing. Raises: OperatorFault."""
    key = read_key(settings.key_path())
    try:
        groups = load_groups(settings.groups, key)
    except GroupFileError as fault:
        raise OperatorFault(str(fault)) from None
    pages = Pages(groups, (DESK_SUBPROTOCOL,))
    return Common(key, groups, load_guard(groups, limits=settings.limits), pages)


class Node:
    """One server process: its links to Redis, its rooms and its door. Built inside the running loop."""

    def __init__(self, settings: Settings, common: Common, place: Place) -> None:
        outbox = WebSocketProtocol.keeper().outbox
        self._settings, self._common, self.tally = settings, common, outbox.tally
        self._version = _version()
        self.kept = kept = Kept(settings, common, self.tally)
        name = secrets.token_hex(6)
        self.pulse = Pulse(kept.servers, kept.posting, name, self.tally)
        self.members = MembersSide(settings, common, kept, name=name, outbox=outbox, pulse=self.pulse)
        self.desk = DeskSide(settings, common, kept, self.members, name=name)
        token = None if settings.metrics_token is None else read_token(settings.metrics_token)
        self.operators = OperatorsSide(
            settings, common, kept, self.members, self.desk,
            name=name, pulse=self.pulse, place=place, told=self.hour_told, token=token,
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """Give every route of this node, in the order in which they are asked."""
        return [
            *health_routes(self.lacks),
            *self.operators.routes(),
            *self._common.pages.routes(),
            *helpline_routes(load_lines(self._settings.helplines)),
            *self.members.routes(),
            *self.desk.routes(),
        ]

    @property
    def caretakers(self) -> tuple[Caretaker, ...]:
        """What must be looked after as long as the node lives."""
        return *self.members.caretakers, *self.desk.caretakers, *self.operators.caretakers, self.pulse

    def lacks(self) -> dict[str, bool]:
        """Give what keeps members out: Redis away or without its functions (a link is one that has them), draining."""
        return {"redis": not self.kept.servers.is_ready, "draining": self.members.door.is_draining}

    def counted(self) -> Samples:
        """Give what this node has counted, and what can be seen of it now."""
        door, servers = self.members.door, self.kept.servers
        return self.tally.samples(
            {
                "sockets": door.sockets,
                "desks": self.desk.door.desks,
                "rooms": len(self.members.hub.rooms),
                "repeats": self.kept.posting.repeats,
                "loop_lag_now_seconds": self.pulse.loop_lag_s,
                "redis_ready": servers.is_ready,
                "redis_relinks": servers.mended,
                "draining": door.is_draining,
                "drain_left": door.sockets if door.is_draining else 0,
                "memory_bytes": memory_bytes(),
                "cpu_seconds": time.process_time(),
                "started_seconds": self.pulse.started_s,
            }
        )

    def hour_told(self) -> dict[str, object]:
        """Give this node's last hour and how it is now, for the operators' page."""
        return self.operators.hour.told(time.time()) | {
            "version": self._version,
            "sockets": self.members.door.sockets,
            "loop_lag_s": self.pulse.loop_lag_s,
            "memory_bytes": memory_bytes(),
            "round_trip_s": self.pulse.round_trip_s,
            "redis_ready": self.kept.servers.is_ready,
            "draining": self.members.door.is_draining,
            "started_s": self.pulse.started_s,
        }

    async def drain(self) -> None:
        """Let nobody in any more, tell everybody when to come back, and close."""
        _log.info("draining %d sockets", self.members.door.sockets)
        self.desk.door.close()
        await self.members.door.drain(self._settings.drain_s)
        await self.members.say_goodbye()
        await self.operators.machines.leave()


def _version() -> str:
    """Gives what is installed; a checkout that is run without being installed does not know."""
    with contextlib.suppress(PackageNotFoundError):
        return version("alongside")
    return "a checkout"


def create_app(settings: Settings, common: Common, place: Place) -> Starlette:
    """Build the application; `app.state.node` is there once it runs."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            node = app.state.node = Node(settings, common, place)
            await node.kept.servers.start()
        except (StoreUnfit, StoreUnavailable, OperatorFault) as fault:
            app.state.start_fault = fault
            raise
        app.router.routes.extend(node.routes())
        async with (
            told(place.folder, place.name, node.counted),
            asyncio.TaskGroup() as tasks,
        ):
            caring = [tasks.create_task(one.run()) for one in node.caretakers]
            app.state.on_ready()
            yield
            for task in caring:
                task.cancel()
        await node.kept.servers.stop()

    app = Starlette(lifespan=lifespan, exception_handlers=_HANDLERS)
    app.state.start_fault = None
    app.state.on_ready = lambda: None
    return app


async def _log_bug(request: Request, fault: Exception) -> Response:
    _log.error("a request failed: %s", type(fault).__name__, exc_info=fault)
    return await errors.answer_bug(request, fault)


async def _answer_http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    answer = errors.answer_wrong_method if fault.status_code == 405 else errors.answer_not_found
    return await answer(request, fault)


_HANDLERS = {
    errors.HttpFault: errors.answer_fault,
    StoreUnavailable: errors.answer_unavailable,
    HTTPException: _answer_http,
    500: _log_bug,
}
