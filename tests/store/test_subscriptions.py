"""Tests of chatserver.store.subscriptions, on a real server: what is heard, and what is said of having missed some."""

from __future__ import annotations

import asyncio

from chatserver.store.servers import Servers
from tests.store.posts import DEADLINE_S

TAG, CHANNEL = "porch", b"{porch}:test"


async def reach(found: list[bytes] | list[int], count: int) -> None:
    """Wait until so much has been heard."""
    async with asyncio.timeout(DEADLINE_S):
        while len(found) < count:  # noqa: ASYNC110 (a push sets no event of ours)
            await asyncio.sleep(0.01)


async def test_a_channel_is_heard_on_until_it_is_dropped(servers: Servers) -> None:
    """After a cut link too, and each time it stands again its listener is told to read what it may have missed."""
    heard: list[bytes] = []
    stood: list[int] = []
    servers.subscriptions.add(TAG, CHANNEL, heard.append, lambda: stood.append(1))
    for count in (1, 2):
        await reach(stood, count)
        await servers.call(TAG, "SPUBLISH", CHANNEL, b"word %d" % count)
        await reach(heard, count)
        if count == 1:
            servers.link(TAG).close()
    assert (heard, stood) == ([b"word 1", b"word 2"], [1, 1])
    servers.subscriptions.drop(CHANNEL)
    assert await servers.call(TAG, "SPUBLISH", CHANNEL, b"nobody") == 0
    assert heard == [b"word 1", b"word 2"]


async def test_what_was_added_while_no_link_stood_is_heard_when_one_does(servers: Servers) -> None:
    """Nothing is raised meanwhile."""
    stood: list[int] = []
    servers.link(TAG).close()
    servers.subscriptions.add(TAG, CHANNEL, lambda _: None, lambda: stood.append(1))
    await reach(stood, 1)
    assert await servers.call(TAG, "SPUBLISH", CHANNEL, b"somebody") == 1
