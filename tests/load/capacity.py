"""The capacity plan's arithmetic: what things cost, by a record, and what a house of a given size then needs.

Pure: a record in, numbers out. What was measured is a line through measured points; what is asked of it far beyond
them is extrapolated, and `docs/capacity.md` says which is which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.load.quantiles import line_through

SMALL_ROOM = (
    200  # above it a node gathers its writes, and a delivery costs less: the line is drawn through smaller rooms
)
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Costs:
    """What one of each costs, in CPU time (µs) of nodes and of Redis unless another unit is in the name."""

    message_us: float
    """Receiving, reviewing and posting a message at a half busy node, and hearing it there."""
    delivery_us: float
    hear_us: float
    """Hearing it at each further node at which its room has members."""
    redis_message_us: float
    redis_hear_us: float
    enter_us: float
    """Coming back: the handshake, and entering with a position."""
    redis_enter_us: float
    join_us: float
    """Joining, and coming in for the first time."""
    redis_join_us: float
    redis_join_room_us: float
    """What joining costs more for each room its group has already."""
    socket_us_s: float
    """What a socket costs each second on which nothing happens, its part of the room included."""
    room_us_s: float
    """What a further quiet room costs the one node that looks through all rooms: at most this, for it holds all else
    that a quiet room costs a node too."""
    redis_socket_us_s: float
    socket_kb: float
    kernel_kb: float
    redis_member_kb: float
    redis_message_kb: float
    disk_message_kb: float


def costs_of(record: dict[str, Any]) -> Costs:
    """Give the costs by a whole record. Raises: KeyError or ValueError naming what it lacks."""
    seen = {name: _result(record, name) for name in NEEDED}
    members, nodes, idle, evening = (seen[n] for n in ("growth-members", "growth-nodes", "idle", "evening"))
    small = [p for p in members["points"] if p["members"] <= SMALL_ROOM]
    delivery = max(0.0, _line(small, lambda p: p["members"], "node")[1])
    spread = [p for p in nodes["points"] if p["redis_primaries"] == 1]

    def heard(point: dict[str, Any]) -> float:
        return nodes_that_hear(point["workers"], nodes["seats"])

    _, hear = _line(spread, heard, "node")
    _, redis_hear = _line(spread, heard, "redis")
    last, sockets, cut = idle["points"][-1], idle["points"][-1]["sockets"], seen["storm-reconnect"]["cut"]
    node_us, redis_us = _half_busy(seen["overload"], last)
    rooms = idle["seats"] * idle["groups"]
    joins = [(point["sockets"] / rooms, point["redis_us_each"]) for point in idle["points"]]
    join_at_zero, join_room = line_through(joins)
    _, still = line_through([(point["sockets"], point["node_share"] * 1e6) for point in idle["points"]])
    return Costs(
        message_us=node_us - delivery * seen["overload"]["seats"],
        delivery_us=delivery,
        hear_us=max(0.0, hear),
        redis_message_us=redis_us,
        redis_hear_us=max(0.0, redis_hear),
        enter_us=cut["node_ms_each"] * 1000,
        redis_enter_us=cut["redis_ms_each"] * 1000,
        join_us=idle["points"][0]["node_us_each"],
        redis_join_us=max(0.0, join_at_zero),
        redis_join_room_us=max(0.0, join_room),
        socket_us_s=last["node_share"] * 1e6 / sockets,
        room_us_s=max(0.0, still * idle["seats"]),
        redis_socket_us_s=last["redis_share"] * 1e6 / sockets,
        socket_kb=last["node_kb"] / sockets,
        kernel_kb=max(0.0, last["kernel_kb"] / sockets),
        redis_member_kb=evening["redis_bytes_per_member"] / 1024,
        redis_message_kb=evening["redis_bytes_per_message"] / 1024,
        disk_message_kb=evening["disk_bytes_per_message"] / 1024,
    )


NEEDED = ("evening", "idle", "storm-reconnect", "overload", "growth-members", "growth-nodes")


def _half_busy(overload: dict[str, Any], idle: dict[str, Any]) -> tuple[float, float]:
    """What a message costs node and Redis in rooms of a few when half of what can be done is done, without what it
    costs that everybody is there. A node with less to do takes more for each: it wakes for every single one.
    """
    step = min(overload["steps"], key=lambda step: abs(step["times"] - 0.5))
    part = overload["people"] / idle["sockets"] * 1e6 / max(step["sent_per_s"], 1e-9)
    node_us, redis_us = (
        step["cpu"][f"{who}_us_per_message"] - idle[f"{who}_share"] * part for who in ("node", "redis")
    )
    return node_us, redis_us


def _result(record: dict[str, Any], name: str) -> dict[str, Any]:
    result: dict[str, Any] = record["scenarios"][name]
    if "error" in result:
        raise ValueError(f"{name} failed: {result['error']}")
    return result


def _line(points: Sequence[dict[str, Any]], x: Callable[[dict[str, Any]], float], who: str) -> tuple[float, float]:
    return line_through([(x(point), message_us(point, who)) for point in points])


def message_us(point: dict[str, Any], who: str) -> float:
    """Give what a message cost `node` or `redis` at this point, without what it costs that everybody is there."""
    share = point["cpu"][f"{who}_share"] - point["still"][f"{who}_share"]
    return float(share * 1e6 / max(point["sent_per_s"], 1e-9))


def nodes_that_hear(nodes: float, seats: float) -> float:
    """Give at how many nodes a room of so many seats has members, when each comes to any of them by chance.

    >>> nodes_that_hear(1, 10), round(nodes_that_hear(2, 10), 3), round(nodes_that_hear(1000, 20), 1)
    (1.0, 1.998, 19.8)
    """
    return float(nodes * (1 - (1 - 1 / nodes) ** seats))


@dataclass(frozen=True, slots=True)
class Town:
    """Who is to be served. These are assumptions, not measurements; the reasons are in docs/capacity.md."""

    sockets: int = MILLION
    seats: int = 20
    says_every_s: float = 60.0
    groups: int = 50
    node_busy: float = 0.5
    redis_busy: float = 0.4
    back_within_s: float = 300.0
    stay_s: float = 3600.0
    spoken_h: float = 4.0
    """Of the 24 hours that messages are kept: in the others hardly anybody talks."""
    node_gb: float = 1.0
    redis_gb: float = 8.0
    is_routed: bool = False
    """Whether the proxy sends all members of a room to one node."""

    @property
    def messages_s(self) -> float:
        """Give the messages of everybody together, a second."""
        return self.sockets / self.says_every_s


@dataclass(frozen=True, slots=True)
class Plan:
    """What such a town needs; each number of nodes and primaries stands for itself, the largest is the answer."""

    hearing: float
    """Nodes at which a message is heard."""
    node_us_per_message: float
    redis_us_per_message: float
    nodes_by_talk: int
    nodes_by_memory: int
    nodes_by_return: int
    redis_by_talk: int
    redis_by_memory: int
    redis_by_return: int
    redis_join_ms: float
    """What one join costs the primary that holds its group."""

    @property
    def nodes(self) -> int:
        """Give how many node processes it takes, a core each."""
        return max(self.nodes_by_talk, self.nodes_by_memory, self.nodes_by_return)

    @property
    def primaries(self) -> int:
        """Give how many Redis primaries it takes, a core each, replicas not counted."""
        return max(self.redis_by_talk, self.redis_by_memory, self.redis_by_return)


def plan(costs: Costs, town: Town) -> Plan:
    """Give what this town needs by these costs."""
    nodes = 1
    while True:  # more nodes hear more messages, which takes more nodes; never more than there are seats hear one
        hearing = 1.0 if town.is_routed else nodes_that_hear(nodes, town.seats)
        made = _plan(costs, town, hearing)
        if made.nodes <= nodes:
            return made
        nodes = made.nodes


def _plan(costs: Costs, town: Town, hearing: float) -> Plan:
    message_us = costs.message_us + costs.hear_us * (hearing - 1) + costs.delivery_us * town.seats
    redis_us = costs.redis_message_us + costs.redis_hear_us * (hearing - 1)
    talk = town.messages_s * message_us + town.sockets * costs.socket_us_s
    redis_talk = town.messages_s * redis_us + town.sockets * costs.redis_socket_us_s
    kept = town.messages_s * town.spoken_h * 3600
    redis_kb = kept * costs.redis_message_kb + town.sockets * costs.redis_member_kb
    return Plan(
        hearing=hearing,
        node_us_per_message=message_us,
        redis_us_per_message=redis_us,
        nodes_by_talk=_whole(talk / 1e6 / town.node_busy),
        nodes_by_memory=_whole(town.sockets * (costs.socket_kb + costs.kernel_kb) / 1e6 / town.node_gb),
        nodes_by_return=_whole(town.sockets * costs.enter_us / 1e6 / town.back_within_s),
        redis_by_talk=_whole(redis_talk / 1e6 / town.redis_busy),
        redis_by_memory=_whole(redis_kb / 1e6 / town.redis_gb),
        redis_by_return=_whole(town.sockets * costs.redis_enter_us / 1e6 / town.back_within_s),
        redis_join_ms=(costs.redis_join_us + costs.redis_join_room_us * town.sockets / town.seats / town.groups) / 1000,
    )


def _whole(amount: float) -> int:
    return max(1, math.ceil(amount))


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that gives way, and at how many sockets: the lowest is what breaks first."""

    what: str
    sockets: float
    why: str


def limits(costs: Costs, town: Town) -> list[Limit]:
    """Give at how many sockets one node, one Redis server, and what cannot be shared out are full; lowest first."""
    per_socket_s = 1 / town.says_every_s
    node_us = (costs.message_us + costs.delivery_us * town.seats) * per_socket_s + costs.socket_us_s
    redis_us = costs.redis_message_us * per_socket_s + costs.redis_socket_us_s
    kept_kb = per_socket_s * town.spoken_h * 3600 * costs.redis_message_kb + costs.redis_member_kb
    found = [
        Limit("one node: talk", town.node_busy * 1e6 / node_us, f"{node_us:.1f} µs of its core a second and socket"),
        Limit(
            "one node: everybody comes back at once", town.back_within_s * 1e6 / costs.enter_us,
            f"{costs.enter_us:.0f} µs each, within {town.back_within_s:.0f} s",
        ),
        Limit(
            "one node: memory", town.node_gb * 1e6 / (costs.socket_kb + costs.kernel_kb),
            f"{costs.socket_kb + costs.kernel_kb:.1f} KB a socket, {town.node_gb:g} GB",
        ),
        Limit("one Redis primary: talk", town.redis_busy * 1e6 / redis_us, f"{redis_us:.2f} µs a second and socket"),
        Limit(
            "one Redis primary: memory", town.redis_gb * 1e6 / kept_kb,
            f"{kept_kb:.0f} KB a socket, {town.redis_gb:g} GB",
        ),
        Limit(
            "the one node that sweeps all rooms", town.node_busy * 1e6 * town.seats / max(costs.room_us_s, 1e-9),
            f"at most {costs.room_us_s:.1f} µs a second and room; cannot be shared out",
        ),
        Limit("all groups: joins", joins_limit(costs, town) * town.groups, "each join looks through its group's rooms"),
    ]  # fmt: skip
    return sorted(found, key=lambda limit: limit.sockets)


def joins_limit(costs: Costs, town: Town) -> float:
    """Give how many sockets one group may have until its joins alone fill `redis_busy` of the primary that holds it,
    when everybody stays for `stay_s`: a join costs at_zero + a_room * rooms, and there are sockets / stay_s of them.
    """
    square, linear = costs.redis_join_room_us / town.seats / town.stay_s, costs.redis_join_us / town.stay_s
    budget = town.redis_busy * 1e6
    if square <= 0:
        return budget / linear if linear > 0 else math.inf
    return (-linear + math.sqrt(linear**2 + 4 * square * budget)) / (2 * square)
