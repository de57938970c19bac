"""The operators' side of a node: its metrics, its last hour, and the page that shows those of all nodes."""

from __future__ import annotations

import socket
from collections.abc import Callable

from starlette.routing import BaseRoute

from chatserver.core.machines import Where
from chatserver.live.connection import now_ms
from chatserver.live.hour import Hour
from chatserver.live.machines import Machines
from chatserver.live.neighbours import Neighbours, Place
from chatserver.live.pulse import Pulse
from chatserver.settings import Settings
from chatserver.sides import Caretaker, Common
from chatserver.sides.desk import DeskSide
from chatserver.sides.kept import Kept
from chatserver.sides.members import MembersSide
from chatserver.store.roll import Roll
from chatserver.web.metrics import House, MetricsApi
from chatserver.web.ops import OpsApi, QueueSight


class OperatorsSide:
    """What operators have to do with. `told` gives this node as its page shows it; `token` is the scraper's, if any."""

    def __init__(
        self,
        settings: Settings,
        common: Common,
        kept: Kept,
        members: MembersSide,
        desk: DeskSide,
        *,
        name: str,
        pulse: Pulse,
        place: Place,
        told: Callable[[], dict[str, object]],
        token: bytes | None,
    ) -> None:
        self.hour = Hour(members.hub, lambda: pulse.loop_lag_s)
        where = Where(settings.machine or socket.gethostname(), place.number)
        self.machines = Machines(Roll(kept.servers, name, where), where, place.nodes, told, now_ms)
        self._metrics = MetricsApi(Neighbours(place), House(kept.cases, kept.claims).samples, token)
        sight = QueueSight(kept.cases, kept.claims, kept.timers, now_ms)
        self._ops = OpsApi(
            desk.signin, self.machines, sight, common.groups, members.staffing.word, common.key, now_ms,
            common.pages.build,
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """Give the routes."""
        return [*self._metrics.routes(), *self._ops.routes()]

    @property
    def caretakers(self) -> tuple[Caretaker, ...]:
        """What keeps the hour, and tells the other machines."""
        return self.hour, self.machines
