"""The moderators' side of a node: signing in, the queue, what can be done about a case or a room, and talks."""

from __future__ import annotations

from starlette.routing import BaseRoute

from chatserver.live.connection import now_ms
from chatserver.live.oncall import read_webhook
from chatserver.live.pager import Pager
from chatserver.live.watch import Watch
from chatserver.settings import Settings
from chatserver.sides import Caretaker, Common
from chatserver.sides.kept import Kept
from chatserver.sides.members import MembersSide
from chatserver.store.caseacts import CaseActs
from chatserver.web.acts import ActsApi
from chatserver.web.care import CareApi
from chatserver.web.carrying import Carrier
from chatserver.web.caseacts import CaseDesk
from chatserver.web.decide import Decisions
from chatserver.web.desk import Desk
from chatserver.web.deskdoor import DeskDoor
from chatserver.web.duty import DutyApi
from chatserver.web.handoff import HandOffDesk
from chatserver.web.queue import Queue
from chatserver.web.rooms import RoomsApi
from chatserver.web.signin import SignIn
from chatserver.web.talkdoor import TalkDoor


class DeskSide:
    """What moderators have to do with. `name` is the node's."""

    def __init__(self, settings: Settings, common: Common, kept: Kept, members: MembersSide, *, name: str) -> None:
        webhook = read_webhook(settings.oncall_url, settings.oncall_secret, settings.oncall_secret_file)
        self.pager = Pager(kept.timers, webhook, kept.audit, common.groups, members.tally)
        self.signin = SignIn(kept.moderators, kept.duty, kept.audit, settings.origins)
        queue = Queue(kept.cases, kept.claims, kept.scenes, kept.timers, kept.handoffs, now_ms)
        self.door = DeskDoor(
            kept.moderators, queue, kept.claims, settings.origins,
            duty=kept.duty, staffing=members.staffing, build=common.pages.build,
        )  # fmt: skip
        desk = self._desk = Desk(self.signin, queue, kept.claims, kept.scenes, kept.audit, kept.care)
        cases = CaseDesk(CaseActs(kept.servers), kept.moderators, kept.audit)
        by_id = {str(group.id): group for group in common.groups}
        carrier = Carrier(kept.acts, kept.claims, kept.members, kept.audit, cases, by_id, now_ms)
        self._acts, self._decisions = ActsApi(desk, carrier), Decisions(desk, carrier)
        self._rooms = RoomsApi(desk, kept.members, kept.scenes, kept.acts, groups=common.groups, now_ms=now_ms)
        self._duty, self._care = DutyApi(desk, kept.duty, kept.audit), CareApi(desk, kept.care, kept.moderators)
        self._handoffs = HandOffDesk(
            desk, kept.handoffs, kept.claims, kept.scenes, kept.members, kept.audit, kept.private_room,
            cap=settings.handoff_cap,
        )  # fmt: skip
        self._talk_door = TalkDoor(
            members.door, self._handoffs, kept.handoffs, members.talks, members.private_hub, kept.moderators,
            kept.audit, members.private_floor,
        )  # fmt: skip
        self._watch = Watch(
            kept.handoffs, kept.claims, kept.audit, members.talks, name, self._talk_door.may_stay
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """Give the routes, in the order in which they are asked."""
        first = (self.signin, self._desk, self._acts, self._rooms, self._duty, self._care, self._decisions, self.door)
        return [route for part in (*first, self._handoffs, self._talk_door) for route in part.routes()]

    @property
    def caretakers(self) -> tuple[Caretaker, ...]:
        """What looks after talks and who is called."""
        return self._watch, self.pager
