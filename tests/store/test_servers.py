"""Tests of chatserver.store.servers, on a real server."""

from __future__ import annotations

import asyncio
import logging

import pytest

from chatserver.core.errors import StoreUnavailable
from chatserver.store.link import Link
from chatserver.store.servers import Servers, slot_of
from tests.store.posts import DEADLINE_S


def test_a_tags_slot_is_the_one_that_the_specification_gives() -> None:
    """Redis Cluster specification, "Keys distribution model": 0x31C3 for the nine digits; 16,384 slots."""
    assert slot_of("123456789") == 0x31C3
    assert slot_of("foo") == 12182, "as CLUSTER KEYSLOT answers"


async def answers(servers: Servers) -> bool:
    """Tell whether the server can be reached."""
    try:
        return bool(await servers.call("any", "PING") == b"PONG")
    except StoreUnavailable:
        return False


async def test_links_are_mended_though_mending_itself_failed(
    servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug while connecting is logged once, by its type alone, and the next try is made as after any fault."""
    failed = 0

    def fail(_: Link) -> None:
        nonlocal failed
        failed += 1
        raise ValueError("words of somebody")

    servers.on_link = fail
    for count in (1, 2):
        servers.link("any").close()
        async with asyncio.timeout(DEADLINE_S):
            while not await answers(servers):  # noqa: ASYNC110 (the mending announces nothing)
                await asyncio.sleep(0.01)
        assert failed == count
    bugs = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in bugs] == ["looking for redis failed: ValueError"]


async def test_every_link_that_is_made_is_counted_once(servers: Servers) -> None:
    """The first one too, also where one server is all there is; what is open is left as it is."""
    assert servers.mended == 1
    for count in (2, 3):
        servers.link("any").close()
        async with asyncio.timeout(DEADLINE_S):
            while not await answers(servers):  # noqa: ASYNC110 (the mending announces nothing)
                await asyncio.sleep(0.01)
        assert servers.mended == count
        link = servers.link("any")
        servers.look_again()
        assert await answers(servers)
        assert servers.link("any") is link
    assert servers.mended == 3
