"""The pictures of a record: which curves there are. A scenario that is missing or failed has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.load import capacity
from tests.load.pictures import Axis, Line, Mark, bars, lines

Result = dict[str, Any]
PARTS = (("p50", "p50"), ("p99", "p99"), ("p99.9", "p999"))
RECEIPT = "send to receipt, ms"


def pictures(record: Result) -> dict[str, str]:
    """Give every picture by its file's name."""
    s = record["scenarios"]
    makers: dict[str, Callable[[], str]] = {
        "delays": lambda: delays(s),
        "peers": lambda: peers(s["peers"]),
        "memory": lambda: memory(s["idle"]),
        "storms": lambda: storms(s),
        "changes": lambda: changes(s),
        "overload": lambda: overload(s["overload"]),
        "growth-rooms": lambda: growth_delay(
            "rooms", "Growth with rooms", "rooms of 10, a message a second in each", s
        ),
        "growth-members": lambda: growth_delay("members", "Growth with members", "members of one room", s),
        "growth-cost": lambda: growth_cost(s["growth-members"]),
        "growth-nodes": lambda: growth_nodes(s["growth-nodes"]),
    }
    made = {}
    for name, make in makers.items():
        try:
            made[f"{name}.svg"] = make()
        except (KeyError, ValueError):  # not in this record: the tables say so
            continue
    return made


def delays(s: Result) -> str:
    """How long a message takes, in every scenario in which people talk."""
    shown = [
        ("room", "one big room"),
        ("evening", "many small rooms"),
        ("failover", "failover"),
        ("rolling", "rolling deploy"),
    ]
    groups = [
        (words, [s[name]["send_to_receipt_ms"].get(part) for _, part in PARTS])
        for name, words in shown
        if "error" not in s[name]
    ]
    return bars("From sending to receipt", Axis("ms, by powers of ten", is_log=True), [n for n, _ in PARTS], groups)


def peers(r: Result) -> str:
    """CPU a delivery, beside the others."""
    saturated = [(name, by) for name, by in r["scenes"].items() if not any("error" in one for one in by.values())]
    saturated = [(name, by) for name, by in saturated if all("pid0" in one and not one["paced"] for one in by.values())]
    names = list(saturated[0][1])
    groups = [(name, [by[server]["pid0"]["us_per_deliv"] for server in names]) for name, by in saturated]
    return bars("CPU a delivery, beside two servers that keep and review nothing", Axis("µs"), names, groups)


def memory(r: Result) -> str:
    """Memory by sockets."""
    kinds = (("node", "node_kb"), ("Redis", "redis_kb"), ("kernel", "kernel_kb"))
    drawn = [Line(name, [(p["sockets"], max(0, p[key]) / 1024) for p in r["points"]]) for name, key in kinds]
    return lines("Memory of idle sockets", Axis("idle sockets"), Axis("MB more than without them"), drawn)


def storms(s: Result) -> str:
    """How many are in, over time."""
    drawn = [
        Line(words, [(at, inside / s[name]["people"] * 100) for at, inside in s[name]["over_time"]])
        for name, words in (
            ("storm-join", "all join within 2 s"),
            ("storm-reconnect", "all come back after the outage"),
        )
    ]
    ready = Mark(s["storm-reconnect"]["ready_s"], "the server is ready again")
    return lines(
        "Storms",
        Axis("s since the first came, or since the server was started again"),
        Axis("% of all are in"),
        drawn,
        [ready],
    )


def changes(s: Result) -> str:
    """Accepted messages a second, while things change."""
    drawn = [
        Line(words, [(at, rate) for at, rate in s[name]["over_time"]])
        for name, words in (("failover", "failover"), ("rolling", "rolling deploy"))
    ]
    killed = Mark(s["failover"]["killed_at_s"], "the primary is killed")
    return lines("Accepted while things change", Axis("s"), Axis("messages called sent, a second"), drawn, [killed])


def overload(r: Result) -> str:
    """Delays of what was accepted, by what was offered."""
    at_one = Mark(r["capacity_per_s"], "capacity")
    steps = [p for p in r["steps"] if p["send_to_receipt_ms"]["n"]]
    drawn = [Line(name, [(p["offered_per_s"], p["send_to_receipt_ms"][part]) for p in steps]) for name, part in PARTS]
    across, up = Axis("messages offered a second"), Axis(RECEIPT, is_log=True)
    return lines("More than it can: delay of what is accepted", across, up, drawn, [at_one])


def _spreads(points: Sequence[Result], x: str) -> list[Line]:
    timed = [p for p in points if p["send_to_receipt_ms"]["n"]]
    return [Line(name, [(p[x], p["send_to_receipt_ms"][part]) for p in timed]) for name, part in PARTS]


def growth_delay(what: str, title: str, words: str, s: Result) -> str:
    """Delays by rooms, or by members."""
    points = s[f"growth-{what}"]["points"]
    return lines(title, Axis(words), Axis(RECEIPT, is_log=True), _spreads(points, what))


def growth_cost(r: Result) -> str:
    """CPU of a message by the members who hear it."""
    drawn = [
        Line(name, [(p["members"], max(0.0, capacity.message_us(p, who))) for p in r["points"]])
        for name, who in (("node", "node"), ("Redis", "redis"))
    ]
    return lines("What a message costs", Axis("members of the room who hear it"), Axis("µs of CPU"), drawn)


def growth_nodes(r: Result) -> str:
    """CPU of a message by nodes."""
    groups = [
        (
            f"{p['workers']} node{'s' if p['workers'] > 1 else ''}, Redis: {p['redis_primaries']}",
            [max(0.0, capacity.message_us(p, who)) for who in ("node", "redis")],
        )
        for p in r["points"]
    ]
    return bars(
        "What a message costs with more nodes", Axis("µs of CPU, all nodes together"), ["node", "Redis"], groups
    )
