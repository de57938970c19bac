"""Tests of the capacity plan: costs are found again in a record made of them, and the arithmetic goes the right way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.capacity import Costs, Town, costs_of, joins_limit, limits, nodes_that_hear, plan

COSTS = Costs(
    message_us=400, delivery_us=20, hear_us=50, redis_message_us=60, redis_hear_us=5, enter_us=500, redis_enter_us=100,
    join_us=800, redis_join_us=40, redis_join_room_us=0.5, socket_us_s=4, room_us_s=30, redis_socket_us_s=1,
    socket_kb=3, kernel_kb=1, redis_member_kb=2, redis_message_kb=0.5, disk_message_kb=0.6,
)  # fmt: skip
SEATS, GROUPS, STILL = 10, 4, {"node_share": 0.02, "redis_share": 0.01}


def point(node_us: float, redis_us: float, **more: Any) -> dict[str, Any]:
    """Give a point at which a message cost so much, at 100 messages a second."""
    shares = {"node_share": node_us / 1e4 + 0.02, "redis_share": redis_us / 1e4 + 0.01}
    return {"sent_per_s": 100, "still": STILL, "cpu": shares, **more}


def record_of(c: Costs) -> dict[str, Any]:
    """Give a record in which everything costs exactly that."""
    members = [point(c.message_us + c.delivery_us * n, 0, members=n) for n in (10, 50, 200)]
    nodes = []
    for workers in (1, 2, 4):
        more = nodes_that_hear(workers, SEATS) - 1
        shape = {"workers": workers, "redis_primaries": 1}
        nodes.append(point(900 + c.hear_us * more, c.redis_message_us + c.redis_hear_us * more, **shape))
    idle = [
        {
            "sockets": n, "node_us_each": c.join_us,
            "redis_us_each": c.redis_join_us + c.redis_join_room_us * n / SEATS / GROUPS,
            "node_share": c.socket_us_s * n / 1e6, "redis_share": c.redis_socket_us_s * n / 1e6,
            "node_kb": c.socket_kb * n, "kernel_kb": c.kernel_kb * n,
        }
        for n in (1000, 5000, 10_000)
    ]  # fmt: skip
    evening = {
        "redis_bytes_per_member": c.redis_member_kb * 1024, "redis_bytes_per_message": c.redis_message_kb * 1024,
        "disk_bytes_per_message": c.disk_message_kb * 1024,
    }  # fmt: skip
    people, sent_per_s = 2000, 400
    still = people / sent_per_s
    half = {
        "node_us_per_message": c.message_us + c.delivery_us * SEATS + c.socket_us_s * still,
        "redis_us_per_message": c.redis_message_us + c.redis_socket_us_s * still,
    }
    steps = [{"times": 0.5, "sent_per_s": sent_per_s, "cpu": half}, {"times": 3.0, "sent_per_s": 9, "cpu": {}}]
    return {
        "scenarios": {
            "overload": {"steps": steps, "people": people, "seats": SEATS},
            "growth-members": {"points": members}, "growth-nodes": {"points": nodes, "seats": SEATS},
            "idle": {"points": idle, "seats": SEATS, "groups": GROUPS}, "evening": evening,
            "storm-reconnect": {"cut": {"node_ms_each": c.enter_us / 1000, "redis_ms_each": c.redis_enter_us / 1000}},
        }
    }  # fmt: skip


def test_costs_are_found_again_in_a_record_made_of_them() -> None:
    """Every one, in its unit."""
    wanted = replace(COSTS, room_us_s=COSTS.socket_us_s * SEATS)
    found = costs_of(record_of(wanted))
    for name in Costs.__slots__:
        assert getattr(found, name) == pytest.approx(getattr(wanted, name)), name


def test_a_scenario_that_failed_is_named() -> None:
    """No plan is made of half a record."""
    record = record_of(COSTS)
    record["scenarios"]["idle"] = {"error": "no files"}
    with pytest.raises(ValueError, match="idle failed: no files"):
        costs_of(record)


def test_the_plan_is_what_a_pocket_calculator_says() -> None:
    """One node for each room's members: nothing further is heard."""
    town = Town(sockets=60_000, seats=20, says_every_s=60, redis_gb=4, is_routed=True)
    made = plan(COSTS, town)
    # 1,000 messages/s x (400 + 20 x 20) us + 60,000 x 4 us = 1.04 cores, half busy: 3 nodes
    assert (made.node_us_per_message, made.nodes_by_talk) == (800, 3)
    # 1,000 x 60 us + 60,000 us = 0.12 cores, 40 % busy: 1; 14.4 million messages of 0.5 KB in four hours: 7.3 GB of 4
    assert (made.redis_by_talk, made.redis_by_memory, made.primaries) == (1, 2, 2)


@given(st.integers(1, 400), st.integers(1, 50))
def test_a_message_is_heard_at_no_more_nodes_than_there_are_nodes_or_seats(nodes: int, seats: int) -> None:
    """And at one at least."""
    assert 1 <= nodes_that_hear(nodes, seats) + 1e-9 <= min(nodes, seats) + 1e-6


@given(st.integers(1000, 10**7))
def test_more_people_never_need_fewer_nodes(sockets: int) -> None:
    """And rooms kept together never need more."""
    town = Town(sockets=sockets)
    assert plan(COSTS, town).nodes <= plan(COSTS, replace(town, sockets=sockets * 2)).nodes
    assert plan(COSTS, replace(town, is_routed=True)).nodes <= plan(COSTS, town).nodes


def test_limits_come_with_the_lowest_first() -> None:
    """What is full at so many sockets is exactly full there."""
    found = limits(COSTS, Town())
    assert [limit.sockets for limit in found] == sorted(limit.sockets for limit in found)
    sockets = joins_limit(COSTS, Town())
    each_us = COSTS.redis_join_us + COSTS.redis_join_room_us * sockets / Town().seats
    assert sockets / Town().stay_s * each_us == pytest.approx(Town().redis_busy * 1e6)
