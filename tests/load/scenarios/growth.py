"""The same talk with more rooms, with more members in one room, and with more nodes: the capacity plan's curves."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

from tests.faults.test_topologies import gather
from tests.load.bench import COME_S, Bench, stretch
from tests.load.crowd import Crowd
from tests.load.houses import ALL_CORES, BenchHouse, Shape, crowd_at, house_of, load_core, server_cores
from tests.load.member import Member

KEPT = ("sent", "sent_per_s", "deliveries_per_s", "send_to_receipt_ms", "send_to_sent_ms", "cpu", "load_share")
WARM_S, STILL_S = 1.0, 1.5


def growth_rooms(bench: Bench) -> dict[str, Any]:
    """More and more rooms; in each somebody says something every second."""
    size, points = bench.size, []
    with load_core(), house_of(bench.folder / "house", Shape(size.seats)) as house, crowd_at(house) as crowd:
        members = house.seat(crowd, size.rooms[-1] * size.seats)
        for rooms in size.rooms:
            bench.tell(f"{rooms} rooms")
            points.append({"rooms": rooms} | _point(bench, house, crowd, members[: rooms * size.seats], float(rooms)))
        return {"seats": size.seats, "per_s_and_room": 1.0, "points": points, "wrong": crowd.wrongs()}


def growth_members(bench: Bench) -> dict[str, Any]:
    """One room that fills; as many messages a second in it all along."""
    size, points = bench.size, []
    with load_core(), house_of(bench.folder / "house", Shape(size.members[-1])) as house, crowd_at(house) as crowd:
        members = house.seat(crowd, size.members[-1])
        for count in size.members:
            bench.tell(f"{count} members")
            points.append({"members": count} | _point(bench, house, crowd, members[:count], size.members_rate))
        return {"per_s": size.members_rate, "points": points, "wrong": crowd.wrongs()}


def growth_nodes(bench: Bench) -> dict[str, Any]:
    """The same rooms on one, two and four nodes of one machine, and on two nodes with a cluster of three primaries."""
    size, points = bench.size, []
    for workers in size.workers:
        bench.tell(f"{workers} nodes")
        points.append(_on(bench, f"w{workers}", Shape(size.seats, workers=workers, cores=len(ALL_CORES))))
    with ExitStack() as stack, server_cores(len(ALL_CORES)):
        bench.tell("a cluster of three")
        primaries, _ = asyncio.run(gather(stack, bench.folder / "cluster"))
        pids = tuple(server.process.pid for server in primaries)
        address = f"redis+cluster://127.0.0.1:{primaries[0].port}"
        shape = Shape(size.seats, workers=2, redis=address, redis_pids=pids, cores=len(ALL_CORES))
        points.append(_on(bench, "cluster", shape) | {"redis_primaries": len(primaries)})
    return {"seats": size.seats, "people": size.people // 2, "points": points, "server_cores": len(ALL_CORES[:-1]) or 1}


def _on(bench: Bench, name: str, shape: Shape) -> dict[str, Any]:
    """One point of the growth by nodes, in a house of its own."""
    size = bench.size
    with load_core(), house_of(bench.folder / name, shape) as house, crowd_at(house) as crowd:
        members = house.seat(crowd, size.people // 2)
        point = _point(bench, house, crowd, members, size.rate / 2)
        return {"workers": shape.workers, "redis_primaries": 1} | point | {"wrong": crowd.wrongs()}


def _point(bench: Bench, house: BenchHouse, crowd: Crowd, members: list[Member], per_s: float) -> dict[str, Any]:
    """Let those come in who are not, and all of them talk; `still`: what it costs that they are there."""
    crowd.come_all([member for member in members if not member.cookie], COME_S)
    crowd.settle()
    seconds = bench.size.point_s
    still, _ = stretch(house, crowd, lambda: crowd.sit(min(STILL_S, seconds)))
    crowd.talk(members, per_s, min(WARM_S, seconds))
    told, _ = stretch(house, crowd, lambda: crowd.talk(members, per_s, seconds))
    shares = {name: still["cpu"][name] for name in ("node_share", "redis_share")}
    return {"per_s": per_s, "still": shares} | {name: told[name] for name in KEPT}
