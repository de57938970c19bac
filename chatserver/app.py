"""The composition root: puts core, store, live and web together into one Starlette application.

Nothing is decided here but who gets what. `prepare` reads what all nodes of a machine have in common, before they are
forked; `create_app` builds; the application's lifespan starts and stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from chatserver.core.errors import OperatorFault, StoreUnavailable, StoreUnfit
from chatserver.core.groups import Group
from chatserver.core.machines import Where
from chatserver.core.metrics import Samples
from chatserver.groups import GroupFileError, load_groups
from chatserver.helplines import load_lines
from chatserver.keyfile import read_key, read_token
from chatserver.live.appeals import Appeals
from chatserver.live.caller import Caller
from chatserver.live.connection import now_ms
from chatserver.live.floor import Floor
from chatserver.live.guard import Guard, load_guard
from chatserver.live.handshake import WebSocketProtocol
from chatserver.live.hour import Hour
from chatserver.live.hub import Hub
from chatserver.live.machines import Machines
from chatserver.live.neighbours import Neighbours, Place, told
from chatserver.live.oncall import read_webhook
from chatserver.live.pager import Pager
from chatserver.live.private import PrivateFloor
from chatserver.live.pulse import Pulse, memory_bytes
from chatserver.live.staffing import Staffing
from chatserver.live.talks import Talks
from chatserver.live.watch import Watch
from chatserver.settings import Settings
from chatserver.store.acts import Acts
from chatserver.store.audit import Audit
from chatserver.store.care import Care
from chatserver.store.caseacts import CaseActs
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.duty import Duty
from chatserver.store.handoff import HandOffs
from chatserver.store.members import Members
from chatserver.store.moderators import Moderators
from chatserver.store.pages import Pages as PageTimers
from chatserver.store.posting import Posting
from chatserver.store.private import PrivateRecord
from chatserver.store.roll import Roll
from chatserver.store.rooms import RoomRecord
from chatserver.store.scene import Scenes
from chatserver.store.servers import Servers
from chatserver.web import errors
from chatserver.web.acts import ActsApi
from chatserver.web.appeal import AppealApi
from chatserver.web.arrivals import Arrivals
from chatserver.web.care import CareApi
from chatserver.web.carrying import Carrier
from chatserver.web.caseacts import CaseDesk
from chatserver.web.decide import Decisions
from chatserver.web.desk import Desk
from chatserver.web.deskdoor import SUBPROTOCOL as DESK_SUBPROTOCOL
from chatserver.web.deskdoor import DeskDoor
from chatserver.web.door import Door
from chatserver.web.duty import DutyApi
from chatserver.web.handoff import HandOffDesk
from chatserver.web.health import health_routes
from chatserver.web.helplines import helpline_routes
from chatserver.web.joining import JoinApi
from chatserver.web.metrics import House, MetricsApi
from chatserver.web.ops import OpsApi, QueueSight
from chatserver.web.pages import Pages
from chatserver.web.queue import Queue
from chatserver.web.rooms import RoomsApi
from chatserver.web.signin import SignIn
from chatserver.web.talkdoor import TalkDoor

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Common:
    """What the nodes of a machine have in common when they are born; each has its own copy of it, a fork's."""

    key: bytes
    groups: tuple[Group, ...]
    guard: Guard
    pages: Pages


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
        self.settings, key = settings, common.key
        outbox = WebSocketProtocol.keeper().outbox
        self.tally = tally = outbox.tally
        self.groups, self.pages = common.groups, common.pages
        self.servers = Servers(settings.redis or "", settings.replicas, tally)
        self.members = Members(self.servers)
        self.moderators = Moderators(self.servers)
        self.audit = Audit(self.servers, key, settings.data_dir)
        self.posting = Posting(self.servers)
        name = secrets.token_hex(6)
        self.pulse = Pulse(self.servers, self.posting, name, tally)
        self.guard = common.guard
        self.guard.tally = tally
        self.cases = Cases(self.servers, self.groups, tally)
        self.caller = Caller(self.cases, name, lambda: self.guard.forget(now_ms()))
        duty = Duty(self.servers, now_ms)
        self.staffing = Staffing(duty, self.groups, tally, now_ms)
        self.hub = Hub(
            lambda group, number: RoomRecord(self.servers, self.posting, group, number),
            self.members,
            node=name,
            now_ms=now_ms,
            outbox=outbox,
            staff=self.staffing.word,
        )
        self.staffing.on_change.append(self.hub.tell_staff)
        self.signin = SignIn(self.moderators, duty, self.audit, settings.origins)
        claims, scenes = Claims(self.servers, tally=tally), Scenes(self.servers, self.members, self.groups)
        timers = PageTimers(self.servers)
        webhook = read_webhook(settings.oncall_url, settings.oncall_secret, settings.oncall_secret_file)
        self.pager = Pager(timers, webhook, self.audit, self.groups, tally)
        handoffs = HandOffs(self.servers)
        queue = Queue(self.cases, claims, scenes, timers, handoffs, now_ms)
        care = Care(self.servers)
        self.desk = Desk(self.signin, queue, claims, scenes, self.audit, care)
        self.care = CareApi(self.desk, care, self.moderators)
        self.duty = DutyApi(self.desk, duty, self.audit)
        acts = Acts(self.servers)
        self.rooms = RoomsApi(self.desk, self.members, scenes, acts, groups=self.groups, now_ms=now_ms)
        case_desk = CaseDesk(CaseActs(self.servers), self.moderators, self.audit)
        by_id = {str(group.id): group for group in self.groups}
        carrier = Carrier(acts, claims, self.members, self.audit, case_desk, by_id, now_ms)
        self.decisions, self.acts = Decisions(self.desk, carrier), ActsApi(self.desk, carrier)
        build = self.pages.build
        self.desk_door = DeskDoor(
            self.moderators, queue, claims, settings.origins, duty=duty, staffing=self.staffing, build=build
        )
        self.talks = Talks(handoffs, self.hub)
        self.appeals = Appeals(acts, self.guard, self.caller, self.audit)
        floor = Floor(self.guard, self.caller, now_ms, self.talks, self.appeals)
        self.arrivals = Arrivals(settings.proxies, self.pulse.stress, tally, now_ms, is_on=settings.limits)
        if settings.limits:
            floor.stress = self.hub.stress = self.pulse.stress
        house = House(self.cases, claims)
        token = None if settings.metrics_token is None else read_token(settings.metrics_token)
        self.metrics = MetricsApi(Neighbours(place), house.samples, token)
        self._version = _version()
        self.hour = Hour(self.hub, lambda: self.pulse.loop_lag_s)
        sight = QueueSight(self.cases, claims, timers, now_ms)
        where = Where(settings.machine or socket.gethostname(), place.number)
        self.machines = Machines(Roll(self.servers, name, where), where, place.nodes, self.hour_told, now_ms)
        self.ops = OpsApi(self.signin, self.machines, sight, self.groups, self.staffing.word, key, now_ms, build)
        self.door = Door(
            self.groups,
            self.members,
            self.hub,
            floor,
            key,
            settings,
            lambda: self.servers.is_ready,
            self.arrivals,
            build,
        )
        self.private_hub = Hub(
            self._private,
            self.members,
            node=name,
            now_ms=now_ms,
            outbox=WebSocketProtocol.keeper().outbox,
            is_private=True,
        )
        self.handoff_desk = HandOffDesk(
            self.desk, handoffs, claims, scenes, self.members, self.audit, self._private, cap=settings.handoff_cap
        )
        self.talk_door = TalkDoor(
            self.door,
            self.handoff_desk,
            handoffs,
            self.talks,
            self.private_hub,
            self.moderators,
            self.audit,
            lambda talk: PrivateFloor(self.guard, self.caller, now_ms, self.talks, self.appeals, handoffs, talk),
        )
        self.watch = Watch(handoffs, claims, self.audit, self.talks, name, self.talk_door.may_stay)

    def _private(self, group: Group, number: int) -> PrivateRecord:
        return PrivateRecord(self.servers, self.posting, group, number)

    def lacks(self) -> dict[str, bool]:
        """Give what keeps members out: Redis away or without its functions (a link is one that has them), draining."""
        return {"redis": not self.servers.is_ready, "draining": self.door.is_draining}

    def counted(self) -> Samples:
        """Give what this node has counted, and what can be seen of it now."""
        sockets, is_draining = self.door.sockets, self.door.is_draining
        return self.tally.samples(
            {
                "sockets": sockets,
                "desks": self.desk_door.desks,
                "rooms": len(self.hub.rooms),
                "repeats": self.posting.repeats,
                "loop_lag_now_seconds": self.pulse.loop_lag_s,
                "redis_ready": self.servers.is_ready,
                "redis_relinks": self.servers.mended,
                "draining": is_draining,
                "drain_left": sockets if is_draining else 0,
                "memory_bytes": memory_bytes(),
                "cpu_seconds": time.process_time(),
                "started_seconds": self.pulse.started_s,
            }
        )

    def hour_told(self) -> dict[str, object]:
        """Give this node's last hour and how it is now, for the operators' page."""
        return self.hour.told(time.time()) | {
            "version": self._version,
            "sockets": self.door.sockets,
            "loop_lag_s": self.pulse.loop_lag_s,
            "memory_bytes": memory_bytes(),
            "round_trip_s": self.pulse.round_trip_s,
            "redis_ready": self.servers.is_ready,
            "draining": self.door.is_draining,
            "started_s": self.pulse.started_s,
        }

    async def drain(self) -> None:
        """Let nobody in any more, tell everybody when to come back, and close."""
        _log.info("draining %d sockets", self.door.sockets)
        self.desk_door.close()
        await self.door.drain(self.settings.drain_s)
        await self.hub.say_goodbye()
        await self.private_hub.say_goodbye()
        await self.machines.leave()


def _version() -> str:
    """Gives what is installed; a checkout that is run without being installed does not know."""
    with contextlib.suppress(PackageNotFoundError):
        return version("alongside")
    return "a checkout"


def routes_of(node: Node, key: bytes) -> list[BaseRoute]:
    """Give every route of a node, in the order in which they are asked."""
    settings = node.settings
    return [
        *health_routes(node.lacks),
        *node.metrics.routes(),
        *node.ops.routes(),
        *node.pages.routes(),
        *helpline_routes(load_lines(settings.helplines)),
        *JoinApi(node.groups, node.members, key, settings, node.tally, node.talks.leave_all, node.arrivals).routes(),
        *AppealApi(node.groups, node.members, node.appeals, key, settings.origins).routes(),
        *node.door.routes(),
        *node.signin.routes(),
        *node.desk.routes(),
        *node.acts.routes(),
        *node.rooms.routes(),
        *node.duty.routes(),
        *node.care.routes(),
        *node.decisions.routes(),
        *node.desk_door.routes(),
        *node.handoff_desk.routes(),
        *node.talk_door.routes(),
    ]


def create_app(settings: Settings, common: Common, place: Place) -> Starlette:
    """Build the application; `app.state.node` is there once it runs."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            node = app.state.node = Node(settings, common, place)
            await node.servers.start()
        except (StoreUnfit, StoreUnavailable, OperatorFault) as fault:
            app.state.start_fault = fault
            raise
        app.router.routes.extend(routes_of(node, common.key))
        async with (
            told(place.folder, place.name, node.counted),
            asyncio.TaskGroup() as tasks,
        ):
            rooms = (node.hub, node.private_hub, node.hour)
            cares = (*rooms, node.caller, node.staffing, node.watch, node.pulse, node.pager, node.machines)
            caring = [tasks.create_task(one.run()) for one in cares]
            app.state.on_ready()
            yield
            for task in caring:
                task.cancel()
        await node.servers.stop()

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
