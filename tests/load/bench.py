"""What every scenario is given: how big it is, where it may write, and the one way in which a stretch is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.crowd import Crowd
from tests.load.heard import Heard
from tests.load.houses import BenchHouse
from tests.load.procs import Costs, machine_busy_s

COME_S = 120.0  # in which everybody must be in before a scenario begins


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, messages a second and seconds. The defaults are the suite's; `tiny` is for trying the bench."""

    seats: int = 10
    people: int = 2000
    rate: float = 200.0
    """Messages a second of all people together: each says something every ten seconds."""
    seconds: float = 10.0
    room: int = 1000
    room_rate: float = 50.0
    idle: tuple[int, ...] = (1000, 2500, 5000, 10_000)
    idle_seconds: float = 6.0
    newcomers_within_s: float = 2.0
    outage_s: float = 60.0
    failover_s: float = 12.0
    """From a second before the primary's death: Sentinels take about 3 s, the rest shows that all goes on."""
    overload_people: int = 2400
    window: int = 64
    loads: tuple[float, ...] = (0.5, 0.8, 1.0, 2.0, 3.0)
    point_s: float = 5.0
    rooms: tuple[int, ...] = (10, 50, 100, 200, 400)
    members: tuple[int, ...] = (10, 50, 200, 500, 1000)
    members_rate: float = 10.0
    workers: tuple[int, ...] = (1, 2, 4)
    drain_s: float = 5.0
    peer_s: float = 4.0
    peer_idle: int = 2000


TINY = Size(
    seats=5, people=20, rate=20.0, seconds=1.0, room=10, room_rate=10.0, idle=(10, 20), idle_seconds=0.4,
    newcomers_within_s=0.2, outage_s=1.0, failover_s=6.0, overload_people=40, window=4, loads=(0.5, 3.0), point_s=0.4,
    rooms=(2, 4), members=(5, 10), members_rate=20.0, workers=(2,), drain_s=1.0, peer_s=0.5, peer_idle=20,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of one scenario."""

    size: Size
    folder: Path
    tell: Callable[[str], None]
    load: str | None = None
    """Another load program for what is compared with other servers."""


def stretch(house: BenchHouse, crowd: Crowd, act: Callable[[], None]) -> tuple[dict[str, Any], Heard]:
    """Let the crowd do something and measure it; gives what a record says of it, and all that was heard.

    CPU time and rates are those of the act alone; delays also hold what was still under way at its end.
    """
    crowd.begin()
    before, busy, own, began = house.costs(), machine_busy_s(), time.process_time(), time.monotonic()
    act()
    seconds, load_s = time.monotonic() - began, time.process_time() - own
    after, busy = house.costs(), machine_busy_s() - busy
    sent, deliveries = crowd.heard.sent, crowd.heard.deliveries
    crowd.settle()
    heard = crowd.begin()
    used = after.nodes.cpu_s - before.nodes.cpu_s + after.redis.cpu_s - before.redis.cpu_s
    told = heard.told_as() | {
        "secs": round(seconds, 2),
        "sent_per_s": round(sent / seconds, 1),
        "deliveries_per_s": round(deliveries / seconds, 1),
        "cpu": cpu(before, after, sent, deliveries, seconds),
        "load_share": round(load_s / seconds, 3),
        "foreign_cores": round(max(0.0, busy - used - load_s) / seconds, 2),
    }
    return told, heard


def cpu(before: Costs, after: Costs, sent: int, deliveries: int, seconds: float) -> dict[str, float]:
    """Give what a message and a delivery cost, and the share of one core that was used."""
    nodes_us = (after.nodes.cpu_s - before.nodes.cpu_s) * 1e6
    redis_us = (after.redis.cpu_s - before.redis.cpu_s) * 1e6
    return {
        "node_share": round(nodes_us / 1e6 / seconds, 4),
        "redis_share": round(redis_us / 1e6 / seconds, 4),
        "node_us_per_message": round(nodes_us / max(1, sent), 1),
        "redis_us_per_message": round(redis_us / max(1, sent), 1),
        "us_per_delivery": round((nodes_us + redis_us) / max(1, deliveries), 2),
    }
