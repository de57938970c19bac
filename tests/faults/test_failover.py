"""The same evening through a Sentinel failover: the primary is killed and its replica takes over."""

from __future__ import annotations

import asyncio
import random
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.test_faults import evening
from tests.faults.test_topologies import Server, is_in_sync, servers, start, until
from tests.house import House

__all__ = ["servers"]
pytestmark = pytest.mark.faults

SENTINELS, QUORUM = 3, 2


def watching(primary: Server) -> tuple[str, ...]:
    """Give the lines by which a Sentinel watches a primary. A vote that found no majority is repeated after twice the
    failover timeout (Sentinel's documentation), so that timeout is short here.
    """
    return (
        f"sentinel monitor porch 127.0.0.1 {primary.port} {QUORUM}",
        "sentinel down-after-milliseconds porch 1000",
        "sentinel failover-timeout porch 2000",
    )


async def all_know(sentinels: list[Server]) -> bool:
    """Tell whether every Sentinel knows the others and a replica it may promote.

    A Sentinel learns of replicas when it asks the primary, at its start and then every 10 s; a primary killed before
    that has no successor, and nobody is let in again however long one waits. An earlier form of this test killed it
    at times in that gap.
    """
    for sentinel in sentinels:
        others = await sentinel.ask("SENTINEL", "SENTINELS", "porch")
        replicas = await sentinel.ask("SENTINEL", "REPLICAS", "porch")
        assert isinstance(others, list)
        assert isinstance(replicas, list)
        if len(others) < SENTINELS - 1 or not any(known[b"master-link-status"] == b"ok" for known in replicas):
            return False
    return True


async def test_nothing_acknowledged_is_lost_when_a_replica_takes_over(tmp_path: Path, servers: ExitStack) -> None:
    """The primary is killed while ten members talk; Sentinels promote the replica; everybody's history agrees."""
    primary = start(servers, tmp_path / "primary", "appendonly yes", "repl-diskless-sync-delay 0")
    replica = start(servers, tmp_path / "replica", "appendonly yes", f"replicaof 127.0.0.1 {primary.port}")
    await until(lambda: is_in_sync(replica))  # before the Sentinels start: they ask at once, and then after 10 s
    sentinels = [start(servers, tmp_path / f"s{n}", *watching(primary), sentinel=True) for n in range(SENTINELS)]
    await until(lambda: all_know(sentinels))
    hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
    house = House(
        tmp_path / "house", "--join-proof", "off", "--limits", "off", "--workers", "2",
        "--redis", f"redis+sentinel://{hosts}/porch",
    ).start()  # fmt: skip

    async def kill_primary(_: House, __: random.Random) -> None:
        await asyncio.sleep(2)
        primary.end()
        await asyncio.sleep(4)

    try:
        assert len(await evening(house, kill_primary)) > 100
    finally:
        house.stop()
