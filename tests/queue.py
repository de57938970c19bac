"""The moderators' queue, read as a moderator's program would read it: straight from Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chatserver.core.cases import Case
from chatserver.store.cases import Cases
from chatserver.store.servers import Servers

CASE_WITHIN_S = 5  # the promise to moderators


@asynccontextmanager
async def queue(url: str) -> AsyncIterator[tuple[Cases, Servers]]:
    """The queue in the server at a URL, and the links to it."""
    servers = Servers(url)
    await servers.start()
    yield Cases(servers, ()), servers
    await servers.stop()


async def case_about(cases: Cases, pos: str | None, kind: str = "message", member: str | None = None) -> Case:
    """Wait for the case of a kind about a position (None: any), or a member; fails when it does not come in time."""
    async with asyncio.timeout(CASE_WITHIN_S):
        while True:
            for case in await cases.waiting(1000):
                if case.kind == kind and case.pos == (pos or case.pos) and case.member == (member or case.member):
                    return case
            await asyncio.sleep(0.02)
