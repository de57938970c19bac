"""What a node keeps in Redis, and reads there: one object for each part of it, shared by all sides."""

from __future__ import annotations

from chatserver.core.groups import Group
from chatserver.core.metrics import Tally
from chatserver.live.connection import now_ms
from chatserver.settings import Settings
from chatserver.sides import Common
from chatserver.store.acts import Acts
from chatserver.store.audit import Audit
from chatserver.store.care import Care
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.store.duty import Duty
from chatserver.store.handoff import HandOffs
from chatserver.store.members import Members
from chatserver.store.moderators import Moderators
from chatserver.store.pages import Pages
from chatserver.store.posting import Posting
from chatserver.store.private import PrivateRecord
from chatserver.store.rooms import RoomRecord
from chatserver.store.scene import Scenes
from chatserver.store.servers import Servers


class Kept:
    """The stores of one node."""

    def __init__(self, settings: Settings, common: Common, tally: Tally) -> None:
        self.servers = servers = Servers(settings.redis or "", settings.replicas, tally)
        self.posting = Posting(servers)
        self.members = Members(servers)
        self.moderators = Moderators(servers)
        self.audit = Audit(servers, common.key, settings.data_dir)
        self.cases = Cases(servers, common.groups, tally)
        self.claims = Claims(servers, tally=tally)
        self.scenes = Scenes(servers, self.members, common.groups)
        self.acts = Acts(servers)
        self.handoffs = HandOffs(servers)
        self.duty = Duty(servers, now_ms)
        self.care = Care(servers)
        self.timers = Pages(servers)

    def room(self, group: Group, number: int) -> RoomRecord:
        """Give the record of a group's room."""
        return RoomRecord(self.servers, self.posting, group, number)

    def private_room(self, group: Group, number: int) -> PrivateRecord:
        """Give the record of a talk's room."""
        return PrivateRecord(self.servers, self.posting, group, number)
