"""The generated parts of docs/capacity.md: what things cost by a record, what gives way first, what a million need."""

from __future__ import annotations

from tests.load import capacity
from tests.load.capacity import Costs, Town
from tests.load.markdown import number, table

CASE_S = 120  # how long a moderator is with a flagged message, on the whole: an assumption


def costs(c: Costs) -> str:
    """What one of each costs."""
    joins = f"{number(c.redis_join_us)} µs, and {number(c.redis_join_room_us)} µs for each room its group has"
    kept = f"{number(c.redis_message_kb)} KB, and {number(c.disk_message_kb)} KB written to disk"
    rows = [
        ["a message received, reviewed, stored, heard at one node", _us(c.message_us), _us(c.redis_message_us)],
        ["each further node that hears it", _us(c.hear_us), _us(c.redis_hear_us)],
        ["each delivery, in small rooms", _us(c.delivery_us), ""],
        ["a socket on which nothing happens, a second", _us(c.socket_us_s), _us(c.redis_socket_us_s)],
        ["coming back", _us(c.enter_us), _us(c.redis_enter_us)],
        ["joining and coming in", _us(c.join_us), joins],
        ["memory of a socket", f"{number(c.socket_kb)} KB, the kernel {number(c.kernel_kb)} KB", ""],
        ["memory of a member", "", f"{number(c.redis_member_kb)} KB"],
        ["memory of a message, while it is kept", "", kept],
    ]
    return table(["", "node", "Redis"], rows)


def _us(value: float) -> str:
    return f"{number(value)} µs" if value > 0 else "too little to tell from nothing"


def limits(c: Costs) -> str:
    """What gives way first as one node and one Redis server fill."""
    rows = [[limit.what, number(limit.sockets), limit.why] for limit in capacity.limits(c, Town())]
    return table(["what is full first", "at so many sockets", "because it takes"], rows)


def plan(c: Costs) -> str:
    """What a million sockets need, in three moods and with rooms kept together."""
    towns = [
        ("quiet: a message every 5 minutes each", Town(says_every_s=300)),
        ("an evening: every minute", Town()),
        ("lively: every 20 s", Town(says_every_s=20)),
        ("an evening, each room on one node", Town(is_routed=True)),
    ]
    rows = []
    for name, town in towns:
        p = capacity.plan(c, town)
        rows.append(
            [
                name, number(town.messages_s), number(p.hearing), number(p.node_us_per_message),
                f"**{p.nodes:,}** (talk {p.nodes_by_talk:,}, memory {p.nodes_by_memory:,}, return"
                f" {p.nodes_by_return:,})",
                number(p.redis_us_per_message),
                f"**{p.primaries:,}** (talk {p.redis_by_talk:,}, memory {p.redis_by_memory:,}, return"
                f" {p.redis_by_return:,})",
            ]
        )  # fmt: skip
    head = ["", "messages/s", "nodes that hear one", "node µs a message", "nodes, a core each", "Redis µs a message"]
    join = capacity.plan(c, Town()).redis_join_ms
    return (
        table([*head, "Redis primaries, a core each"], rows)
        + f"\n\nA join would cost the primary of its group {number(join)} ms"
        f" ({Town().sockets // Town().seats // Town().groups:,}"
        " rooms to look through)."
    )


def staff(town: Town) -> str:
    """How many cases people would have to take: the one line of this plan that no machine shortens."""
    rows = []
    for share in (0.001, 0.01):
        cases = town.messages_s * share
        rows.append([f"{share * 100:g} %", number(cases), number(cases * CASE_S)])
    return table(["of all messages flagged", "cases a second", "moderators at work all the time"], rows)
