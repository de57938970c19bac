"""Two machines behind Caddy, as deploy/ configures it, updated one after the other while people talk."""

from __future__ import annotations

import asyncio
import random
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.caddy import missing, serving, status
from tests.faults.test_faults import evening
from tests.faults.test_machines import server
from tests.faults.test_topologies import Server, servers
from tests.house import House

__all__ = ["server", "servers"]
pytestmark = pytest.mark.faults


async def test_nothing_is_lost_when_machines_behind_the_proxy_are_updated_one_after_the_other(
    server: Server, tmp_path: Path, servers: ExitStack
) -> None:
    """Each is ended, which drains it, and started again; members meet only Caddy, whose log tells of nobody."""
    if missing():
        pytest.skip("there is no caddy")
    await server.ask("PING")
    options = ("--join-proof", "off", "--limits", "off", "--redis", f"redis://127.0.0.1:{server.port}")
    here = House(tmp_path / "here", *options).start()
    servers.callback(here.stop)
    there = House(tmp_path / "there", *options, "--key-file", str(tmp_path / "here" / "data" / "key")).start()
    servers.callback(there.stop)
    caddy = serving(tmp_path / "caddy", {"node1": here.port, "node2": there.port})
    url, log = servers.enter_context(caddy)
    for path in ("/metrics", "/health/ready"):
        assert status(url + path) == 404, path
    assert status(url + "/api/pages") == 200

    async def update(_: House, __: random.Random) -> None:
        for house in (here, there):
            await asyncio.sleep(1)  # for Caddy's own look, every 2 s, at the one that has come back
            assert await asyncio.to_thread(house.stop) == 0
            await asyncio.to_thread(house.start)

    acknowledged = await evening(here, update, through=url)
    assert len(acknowledged) > 100
    said = log.read_text()
    for told in ("/g/", here.group()["id"], *acknowledged):
        assert told not in said
