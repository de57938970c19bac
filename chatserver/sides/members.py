"""The members' side of a node: the rooms it follows, the guard, the floor, and the door by which one comes in."""

from __future__ import annotations

from starlette.routing import BaseRoute

from chatserver.live.appeals import Appeals
from chatserver.live.caller import Caller
from chatserver.live.connection import now_ms
from chatserver.live.floor import Floor
from chatserver.live.hub import Hub
from chatserver.live.outbox import Outbox
from chatserver.live.private import PrivateFloor
from chatserver.live.pulse import Pulse
from chatserver.live.staffing import Staffing
from chatserver.live.talks import Talks
from chatserver.settings import Settings
from chatserver.sides import Caretaker, Common
from chatserver.sides.kept import Kept
from chatserver.web.appeal import AppealApi
from chatserver.web.arrivals import Arrivals
from chatserver.web.door import Door
from chatserver.web.joining import JoinApi


class MembersSide:
    """What members have to do with. `name` is the node's."""

    def __init__(
        self, settings: Settings, common: Common, kept: Kept, *, name: str, outbox: Outbox, pulse: Pulse
    ) -> None:
        self._settings, self._common, self._kept = settings, common, kept
        self.tally, self.guard = outbox.tally, common.guard
        self.guard.tally = outbox.tally
        self.caller = Caller(kept.cases, name, lambda: self.guard.forget(now_ms()))
        self.staffing = Staffing(kept.duty, common.groups, outbox.tally, now_ms)
        self.hub = Hub(
            kept.room, kept.members, node=name, now_ms=now_ms, outbox=outbox, staff=self.staffing.word
        )  # fmt: skip
        self.private_hub = Hub(
            kept.private_room, kept.members, node=name, now_ms=now_ms, outbox=outbox, is_private=True
        )
        self.staffing.on_change.append(self.hub.tell_staff)
        self.talks = Talks(kept.handoffs, self.hub)
        self.appeals = Appeals(kept.acts, self.guard, self.caller, kept.audit)
        floor = Floor(self.guard, self.caller, now_ms, self.talks, self.appeals)
        self.arrivals = Arrivals(settings.proxies, pulse.stress, outbox.tally, now_ms, is_on=settings.limits)
        if settings.limits:
            floor.stress = self.hub.stress = pulse.stress
        self.door = Door(
            common.groups, kept.members, self.hub, floor, common.key, settings, lambda: kept.servers.is_ready,
            self.arrivals, common.pages.build,
        )  # fmt: skip

    def private_floor(self, talk: str) -> PrivateFloor:
        """Give the floor of a talk's room."""
        return PrivateFloor(
            self.guard, self.caller, now_ms, self.talks, self.appeals, self._kept.handoffs, talk
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """Give the routes."""
        common, kept, settings = self._common, self._kept, self._settings
        joining = JoinApi(
            common.groups, kept.members, common.key, settings, self.tally, self.talks.leave_all, self.arrivals
        )
        appealing = AppealApi(common.groups, kept.members, self.appeals, common.key, settings.origins)
        return [*joining.routes(), *appealing.routes(), *self.door.routes()]

    @property
    def caretakers(self) -> tuple[Caretaker, ...]:
        """What looks after the rooms."""
        return self.hub, self.private_hub, self.caller, self.staffing

    async def say_goodbye(self) -> None:
        """Tell the other nodes that nobody is here any more."""
        await self.hub.say_goodbye()
        await self.private_hub.say_goodbye()
