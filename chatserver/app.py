"""The composition root: puts core, store, live and web together into one Starlette application.

Nothing is decided here but who gets what. `create_app` builds; the application's lifespan starts and stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from chatserver.core.groups import Group
from chatserver.groups import load_groups
from chatserver.live.connection import now_ms
from chatserver.live.door import Door
from chatserver.live.hub import Hub
from chatserver.live.outbox import Outbox
from chatserver.settings import Settings
from chatserver.store.members import Members
from chatserver.store.posting import Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers


class Node:
    """One server process: its links, its rooms and its door."""

    def __init__(self, settings: Settings, key: bytes, groups: tuple[Group, ...]) -> None:
        self.settings, self.key, self.groups = settings, key, groups
        self.name = secrets.token_hex(6)
        self.servers = Servers(settings.redis or "", settings.replicas)
        self.members = Members(self.servers)
        self._posting: Posting | None = None
        self._hub: Hub | None = None
        self.door: Door | None = None

    @property
    def is_ready(self) -> bool:
        """Whether members can be let in: Redis reachable, functions loaded, not draining."""
        return self.servers.is_ready and self.door is not None and not self.door.is_draining

    async def run(self, started: asyncio.Event) -> None:
        """Serve until cancelled. Raises: StoreUnfit, StoreUnavailable at the start."""
        posting = Posting(self.servers)
        self._hub = Hub(
            lambda group, number: RoomRecord(self.servers, posting, group, number),
            self.members,
            node=self.name,
            now_ms=now_ms,
            outbox=Outbox(),
        )
        self.door = Door(self.groups, self.members, self._hub, self.key, self.settings, lambda: self.servers.is_ready)
        await self.servers.start()
        started.set()
        try:
            await self._hub.run()
        finally:
            await self.servers.stop()

    async def drain(self) -> None:
        """Let nobody in any more, tell everybody when to come back, and close."""
        if self.door is not None and self._hub is not None:
            await self.door.drain(self.settings.drain_s)
            await self._hub.say_goodbye()
