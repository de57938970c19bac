"""Nothing happens but what happens every evening: people talk in one big room, in many small ones, or sit there."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from chatserver.store.embedded import EmbeddedServer
from chatserver.store.link import open_link
from chatserver.store.place import read_url
from tests.load.bench import COME_S, Bench, cpu, stretch
from tests.load.crowd import Crowd
from tests.load.houses import BenchHouse, Shape, crowd_at, house_of, load_core
from tests.load.machine import raise_file_limit
from tests.load.member import Member
from tests.load.procs import kernel_kb

WARM_S = 2.0
GROUPS = 4  # of the idle ones
FILES_KEPT = 500  # of a process's open files: what is not a member's socket


def room(bench: Bench) -> dict[str, Any]:
    """One big room, of which everybody hears every message."""
    size = bench.size
    return _talk(bench, people=size.room, seats=size.room, rate=size.room_rate)


def evening(bench: Bench) -> dict[str, Any]:
    """Many small rooms; each message is reviewed, stored and acknowledged."""
    size = bench.size
    return _talk(bench, people=size.people, seats=size.seats, rate=size.rate)


def _talk(bench: Bench, *, people: int, seats: int, rate: float) -> dict[str, Any]:
    size = bench.size
    with load_core(), house_of(bench.folder / "house", Shape(seats)) as house, crowd_at(house) as crowd:
        members = house.seat(crowd, people)
        crowd.come_all(members, COME_S)
        empty = asyncio.run(redis_bytes(house))
        crowd.talk(members, rate, min(WARM_S, size.seconds))
        told, _ = stretch(house, crowd, lambda: crowd.talk(members, rate, size.seconds))
        said = sum(member.said for member in members)
        kept = asyncio.run(redis_bytes(house))
        return {
            "people": people,
            "rooms": len(crowd.ledger.rooms),
            "per_s": rate,
            **told,
            "wrong": crowd.wrongs(),
            "redis_bytes_per_member": round(empty["memory"] / people),
            "redis_bytes_per_message": round((kept["memory"] - empty["memory"]) / said),
            "disk_bytes_per_message": round((kept["disk"] - empty["disk"]) / said),
        }


async def redis_bytes(house: BenchHouse) -> dict[str, int]:
    """Give the embedded server's memory for what it keeps, and the size of its append-only file."""
    folder = house.data / "valkey"
    (address,) = read_url(EmbeddedServer(house.data).url).addresses
    link = await open_link(address, lambda _: None, lambda _: None)
    try:
        said = await link.call("INFO", "memory")
    finally:
        link.close()
    fields = dict(line.split(":", 1) for line in _text(said).splitlines() if ":" in line)
    memory = int(fields["used_memory"]) - int(fields["used_memory_startup"])
    return {"memory": memory, "disk": sum(_size(file) for file in folder.glob("appendonlydir/*.incr.aof"))}


def _text(said: object) -> str:
    return said.decode() if isinstance(said, bytes) else str(said)


def _size(file: Path) -> int:
    return file.stat().st_size


def idle(bench: Bench) -> dict[str, Any]:
    """More and more sockets on which nobody says anything, a while with each number of them, then one more."""
    size, most = bench.size, raise_file_limit()
    counts = sorted({min(count, most - FILES_KEPT) for count in size.idle})
    with (
        load_core(),
        house_of(bench.folder / "house", Shape(size.seats, groups=GROUPS)) as house,
        crowd_at(house) as crowd,
    ):
        members = _in_turn(house, crowd, counts[-1])
        empty, kernel, points = house.costs(), kernel_kb(), []
        for count in counts:
            bench.tell(f"{count} sockets")
            points.append(_sockets(bench, house, crowd, members[crowd.inside : count]))
            now = house.costs()
            points[-1] |= {
                "node_kb": now.nodes.rss_kb - empty.nodes.rss_kb,
                "redis_kb": now.redis.rss_kb - empty.redis.rss_kb,
                "kernel_kb": (kernel_kb() - kernel) // 2,  # both ends of every socket are on this machine
            }
        last = points[-1]
        return {
            "points": points,
            "seats": size.seats,
            "groups": GROUPS,
            "kb_per_socket": round(last["node_kb"] / counts[-1], 2),
            "redis_kb_per_socket": round(last["redis_kb"] / counts[-1], 2),
            "watched_s": size.idle_seconds,
            "node_share": last["node_share"],
            "redis_share": last["redis_share"],
            "dropped": counts[-1] - crowd.inside,
            "one_more_ms": _one_more(crowd, members[-1:]),
            "wanted": size.idle[-1],
            "open_files": most,
        }


def _in_turn(house: BenchHouse, crowd: Crowd, count: int) -> list[Member]:
    """So many members and one more, of each group in turn: all groups grow alike."""
    members = house.seat(crowd, count + GROUPS)
    parts = [[m for m in members if m.group == group["id"]] for group in house.all_groups()]
    return [member for row in zip(*parts, strict=False) for member in row][: count + 1]


def _sockets(bench: Bench, house: BenchHouse, crowd: Crowd, newcomers: list[Member]) -> dict[str, Any]:
    """Let those come in as well: what each cost, and what it costs that all are there."""
    before, began = house.costs(), time.monotonic()
    crowd.come_all(newcomers, COME_S)
    took, after = time.monotonic() - began, house.costs()
    each = cpu(before, after, len(newcomers), len(newcomers), took)
    crowd.settle(limit_s=5)
    still, _ = stretch(house, crowd, lambda: crowd.sit(bench.size.idle_seconds))
    return {
        "sockets": crowd.inside,
        "came_in_s": round(took, 2),
        "node_us_each": each["node_us_per_message"],
        "redis_us_each": each["redis_us_per_message"],
        "node_share": still["cpu"]["node_share"],
        "redis_share": still["cpu"]["redis_share"],
    }


def _one_more(crowd: Crowd, member: list[Member]) -> float:
    """How long it takes until somebody has joined and is in, while all the others sit there; ms."""
    crowd.begin()
    crowd.come_all(member, COME_S)
    return round(crowd.begin().back_us[-1] / 1000, 1)
