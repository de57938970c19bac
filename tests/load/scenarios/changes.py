"""What an operator lives through while people talk: the primary dies and a replica takes over; nodes are replaced."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.faults.test_failover import SENTINELS, all_know, watching
from tests.faults.test_topologies import Server, is_in_sync, start, until
from tests.load.bench import COME_S, Bench, stretch
from tests.load.heard import SAMPLE_S, Heard
from tests.load.houses import BenchHouse, Shape, crowd_at, house_of, load_core, server_cores
from tests.load.quantiles import spread_ms

CALM_S = 4.0
ROLL_S = 120.0


def failover(bench: Bench) -> dict[str, Any]:
    """The primary is killed; three Sentinels promote its replica."""
    size = bench.size
    people, rate, calm_s = size.people // 4, size.rate / 2, min(CALM_S, size.seconds)
    with ExitStack() as stack:
        primary, others, address = asyncio.run(_watched(bench, stack))
        pids = (primary.process.pid, *(server.process.pid for server in others))
        shape = Shape(size.seats, workers=2, redis=address, redis_pids=pids)
        stack.enter_context(load_core())
        house = stack.enter_context(house_of(bench.folder / "house", shape))
        crowd = stack.enter_context(crowd_at(house))
        members = house.seat(crowd, people)
        crowd.come_all(members, COME_S)
        calm, _ = stretch(house, crowd, lambda: crowd.talk(members, rate, calm_s))
        bench.tell("the primary is killed")
        crowd.soon(1.0, primary.end)
        told, heard = stretch(house, crowd, lambda: crowd.talk(members, rate, size.failover_s))
        return {
            "people": people,
            "per_s": rate,
            "calm": {name: calm[name] for name in ("send_to_receipt_ms", "send_to_sent_ms")},
            **told,
            "killed_at_s": 1.0,
            "silent_s": silence_s(heard),
            "over_time": _rate(heard),
            "wrong": crowd.wrongs(),
        }


async def _watched(bench: Bench, stack: ExitStack) -> tuple[Server, list[Server], str]:
    """A primary with a replica, and Sentinels that know both; gives the address a house is started with."""
    with server_cores(1):
        primary = start(stack, bench.folder / "primary", "appendonly yes", "repl-diskless-sync-delay 0")
        replica = start(stack, bench.folder / "replica", "appendonly yes", f"replicaof 127.0.0.1 {primary.port}")
        await until(lambda: is_in_sync(replica))  # before the Sentinels start: they ask at once, and then after 10 s
        watches = watching(primary)
        sentinels = [start(stack, bench.folder / f"s{n}", *watches, sentinel=True) for n in range(SENTINELS)]
    await until(lambda: all_know(sentinels))
    hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
    return primary, [replica, *sentinels], f"redis+sentinel://{hosts}/porch"


def rolling(bench: Bench) -> dict[str, Any]:
    """SIGHUP replaces two nodes, one after the other; members are sent over and come back when they were told to."""
    size = bench.size
    people, rate = size.people // 2, size.rate / 2
    shape = Shape(size.seats, workers=2, drain_s=size.drain_s)
    with load_core(), house_of(bench.folder / "house", shape) as house, crowd_at(house) as crowd:
        members = house.seat(crowd, people)
        crowd.come_all(members, COME_S)
        calm, _ = stretch(house, crowd, lambda: crowd.talk(members, rate, min(CALM_S, size.seconds)))
        with _replacing(house) as work:

            def talk_on() -> None:
                while work.is_alive():
                    crowd.talk(members, rate, 1.0)
                crowd.talk(members, rate, 2.0)

            told, heard = stretch(house, crowd, talk_on)
        crowd.until(lambda: crowd.inside == people, COME_S)
        crowd.settle()
        return {
            "people": people,
            "per_s": rate,
            "drain_s": size.drain_s,
            "calm": {name: calm[name] for name in ("send_to_receipt_ms", "send_to_sent_ms")},
            **told,
            "away_ms": spread_ms(heard.back_us),
            "told_to_wait_s": _span(heard.goaway_s),
            "silent_s": silence_s(heard),
            "over_time": _rate(heard),
            "inside_over_time": [[at, inside] for at, inside, _ in heard.samples],
            "wrong": crowd.wrongs(),
        }


@contextmanager
def _replacing(house: BenchHouse) -> Iterator[threading.Thread]:
    """Replaces the nodes of a house one by one, beside whoever talks."""
    work = threading.Thread(target=replace_nodes, args=(house,), daemon=True)
    work.start()
    yield work
    work.join(ROLL_S)


def replace_nodes(house: BenchHouse) -> None:
    """Ask for new nodes, as `systemctl reload` does, and wait until no old one is left. Raises: TimeoutError."""
    old = set(house.nodes())
    os.kill(house.pid, signal.SIGHUP)
    end = time.monotonic() + ROLL_S
    while time.monotonic() < end:
        now = set(house.nodes())
        if len(now) == len(old) and not now & old:
            return
        time.sleep(0.1)
    raise TimeoutError("old nodes are still there")


def silence_s(heard: Heard) -> float:
    """Give the longest time in which nobody's message was answered with `sent`, to a quarter of a second."""
    longest, since, last = 0.0, 0.0, 0
    for at, _, sent in heard.samples:
        if sent != last:
            longest, since, last = max(longest, at - since), at, sent
    return round(longest if longest > 2 * SAMPLE_S else 0.0, 2)


def _rate(heard: Heard) -> list[list[float]]:
    """Messages answered with `sent` a second, over each second."""
    step = round(1 / SAMPLE_S)
    marks = heard.samples[::step]
    pairs = itertools.pairwise(marks)
    return [[b[0], round((b[2] - a[2]) / (b[0] - a[0]), 1)] for a, b in pairs if b[0] > a[0]]


def _span(values: list[float]) -> list[float]:
    """The shortest and the longest; empty when there is none."""
    return [round(min(values), 2), round(max(values), 2)] if values else []
