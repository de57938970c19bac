"""The generated parts of the documents: a record in, Markdown out. A scenario that is missing or failed says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.load import capacity, planned
from tests.load.capacity import Town, costs_of
from tests.load.markdown import number, table

Result = dict[str, Any]
OURS = "Alongside"
QUIET_CORES = 0.2  # what other programs may use without the record saying that the machine was busy
# What this house set out to reach, before anything was measured, on a quiet machine of two cores.
AIM_ROOM_US = 3.2
AIM_SMALL_WRITES = 3.2
AIM_P99_MS = 7
AIM_JOINS = 500
AIM_SOCKET_KB = 6
AIM_SOCKETS = 10_000
AIM_TIMES = 2


def all_blocks(record: Result) -> dict[str, str]:
    """Give every part by its name."""
    scenarios = record["scenarios"]
    parts: dict[str, Callable[[], str]] = {
        "machine": lambda: machine(record),
        "steady": lambda: steady(scenarios),
        "idle": lambda: idle(scenarios["idle"]),
        "storms": lambda: storms(scenarios),
        "changes": lambda: changes(scenarios),
        "overload": lambda: overload(scenarios["overload"]),
        "growth": lambda: growth(scenarios),
        "peers": lambda: peers(scenarios["peers"]),
        "aims": lambda: aims(scenarios),
        "short": lambda: short(record),
        "costs": lambda: planned.costs(costs_of(record)),
        "limits": lambda: planned.limits(costs_of(record)),
        "plan": lambda: planned.plan(costs_of(record)),
        "staff": lambda: planned.staff(Town()),
    }
    return {name: _or_why(part) for name, part in parts.items()}


def _or_why(part: Callable[[], str]) -> str:
    """A part, or why it is not there: a scenario that failed (its fields are missing) must not keep the rest back."""
    try:
        return part()
    except KeyError as fault:
        return f"*Not in this record: {fault}.*"
    except (ValueError, ZeroDivisionError) as fault:
        return f"*Not in this record ({fault}).*"


def machine(record: Result) -> str:
    """On what, when, and how quiet it was."""
    m, results = record["machine"], list(record["scenarios"].values())
    took_s, foreign = (sum(r["took_s"] for r in results), max(r.get("foreign_cores", 0) for r in results))
    busy = " **It was busy with other work: read the ratios, not the figures.**" if foreign > QUIET_CORES else ""
    return (
        f"Measured on {m['day']}: {m['cpu']}, {m['cores']} cores at {m['mhz']:,} MHz, {m['memory_gb']} GB,"
        f" {m['kernel']}, Python {m['python']}, {m['open_files']:,} open files a process. Server and Redis on the first"
        f" {_cores(m['cores'])}, the load program on the last. {len(results)} scenarios in {took_s / 60:.0f} minutes;"
        f" other programs used up to {foreign:g} cores meanwhile.{busy}"
    )


def _cores(count: int) -> str:
    return "core" if count <= 2 else f"{count - 1} cores"


def _delays(spread: dict[str, float]) -> list[str]:
    return [number(spread[name]) if spread.get("n") else "" for name in ("p50", "p99", "p999", "max")]


def _wrong(result: Result) -> str:
    faults = {name: count for name, count in result.get("wrong", {}).items() if count}
    return f"**{faults}**" if faults else "none"


def steady(scenarios: Result) -> str:
    """One big room, many small ones."""
    rows = []
    for name in ("room", "evening"):
        r = scenarios[name]
        cpu = r["cpu"]
        rows.append(
            [
                f"{r['people']:,} in {r['rooms']} room{'s' if r['rooms'] > 1 else ''}, {number(r['sent_per_s'])}"
                " messages/s",
                *_delays(r["send_to_receipt_ms"]), number(r["send_to_sent_ms"]["p99"]),
                number(cpu["node_us_per_message"]), number(cpu["redis_us_per_message"]), number(cpu["us_per_delivery"]),
                _wrong(r),
            ]
        )  # fmt: skip
    head = ["", "p50 ms", "p99 ms", "p99.9 ms", "longest ms", "to *sent*, p99 ms", "node µs a message"]
    return table([*head, "Redis µs a message", "both, µs a delivery", "lost, doubled, moved"], rows)


def idle(r: Result) -> str:
    """Memory and CPU of sockets on which nobody says anything."""
    rows = [
        [
            f"{p['sockets']:,}", number(p["node_kb"] / p["sockets"]), number(p["kernel_kb"] / p["sockets"]),
            number(p["redis_kb"] / p["sockets"]), number(p["node_share"] * 100), number(p["redis_share"] * 100),
            number(p["node_us_each"]), number(p["redis_us_each"]),
        ]
        for p in r["points"]
    ]  # fmt: skip
    head = ["sockets", "node KB each", "kernel KB each", "Redis KB each", "node, % of a core", "Redis, % of a core"]
    asked = "" if r["points"][-1]["sockets"] >= r["wanted"] else f" {r['wanted']:,} were asked for, files allow fewer."
    return (
        table([*head, "node µs to let one in", "Redis µs to let one in"], rows)
        + f"\n\n{r['dropped']} were dropped; with all of them there one more had joined and was in after"
        f" {number(r['one_more_ms'])} ms. A process may hold {r['open_files']:,} open files here.{asked}"
    )


def storms(scenarios: Result) -> str:
    """Everybody joins, everybody comes back."""
    join, back = scenarios["storm-join"], scenarios["storm-reconnect"]
    rows = [
        [f"{join['people']:,} join within {join['within_s']:g} s", "", *_storm(join)],
        [
            f"{back['people']:,} come back after {back['outage_s']:g} s without a server",
            f"{back['ready_s']} s after its start", *_storm(back, is_costed=False),
        ],
        [f"{back['cut']['came']:,} come back when every line is cut at once", "", *_storm(back["cut"])],
    ]  # fmt: skip
    head = [
        "",
        "`/health/ready` answers",
        "all in after, s",
        "p50 s",
        "p99 s",
        "node ms each",
        "Redis ms each",
        "refused",
    ]
    return (
        table([*head, "wrong"], rows)
        + f"\n\nDuring the outage {back['written_meanwhile']:,} messages were written into pages and waited there."
    )


def _storm(r: Result, *, is_costed: bool = True) -> list[str]:
    each = r["each_ms"]
    refused = ", ".join(f"{what}: {count:,}" for what, count in r["refused"].items()) or "none"
    return [
        number(r["all_in_s"]), number(each["p50"] / 1000), number(each["p99"] / 1000),
        *(number(r[f"{who}_ms_each"]) if is_costed else "" for who in ("node", "redis")), refused, _wrong(r),
    ]  # fmt: skip


def changes(scenarios: Result) -> str:
    """A failover, nodes replaced."""
    rows = []
    for name, what in (("failover", "the primary is killed"), ("rolling", "two nodes are replaced")):
        r = scenarios[name]
        told = ", ".join(f"{code}: {count:,}" for code, count in r["told"].items()) or "none"
        closed = sum(r["closed"].values())
        rows.append(
            [
                f"{what}; {r['people']:,} people, {r['per_s']:g} messages/s",
                number(r["calm"]["send_to_sent_ms"]["p99"]),
                *_delays(r["send_to_sent_ms"])[:3], r["silent_s"], told, closed, _wrong(r),
            ]
        )  # fmt: skip
    head = ["", "to *sent* before, p99 ms", "meanwhile, p50 ms", "p99 ms", "p99.9 ms", "nothing accepted for, s"]
    rolling = scenarios["rolling"]
    away, span = rolling["away_ms"], rolling["told_to_wait_s"]
    told_to = f"were told to come back in {span[0]} to {span[1]} s and " if span else ""
    return (
        table([*head, "`not_sent`, said again", "sockets closed", "wrong"], rows)
        + f"\n\nMembers of a replaced node {told_to}were away for {number(away['p50'] / 1000)} s (p50),"
        f" {number(away['p99'] / 1000)} s (p99); all of it took {rolling['secs']:.0f} s. What they wrote"
        " meanwhile waited in"
        " their pages: that is the long end of the delays."
    )


def overload(r: Result) -> str:
    """From half to three times of what it can."""
    rows = [
        [
            f"{p['times']:g} x", number(p["offered_per_s"]), number(p["sent_per_s"]),
            f"{p['refused_share'] * 100:.0f} %",
            *_delays(p["send_to_receipt_ms"])[:3], number(p["send_to_sent_ms"].get("p99", 0)),
        ]
        for p in r["steps"]
    ]  # fmt: skip
    head = [
        "of the capacity",
        "offered/s",
        "accepted/s",
        "told busy",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "to *sent*, p99 ms",
    ]
    return (
        f"Capacity of one node on one core, Redis beside it: {number(r['capacity_per_s'])} messages a second"
        f" ({r['window']} always unanswered, {r['people']:,} people in {r['rooms']} rooms), so"
        f" {number(r['cpu']['node_us_per_message'] + r['cpu']['redis_us_per_message'])} µs of CPU each.\n\n"
        + table(head, rows)
        + f"\n\nLost, doubled, moved: {_wrong(r)}. {_kept(r)}"
    )


def _kept(r: Result) -> str:
    times = times_longer(r)
    if times is None:
        return ""
    last = r["steps"][-1]
    verdict = "within" if times <= AIM_TIMES else "**beyond**"
    return (
        f"At {last['times']:g} x the p99 of what was accepted is {number(times)} times what it was below the capacity:"
        f" {verdict} the aim of {AIM_TIMES}; accepted are {last['sent_per_s'] / r['capacity_per_s'] * 100:.0f} % of the"
        " capacity."
    )


def times_longer(r: Result) -> float | None:
    """Give how much longer the p99 of accepted messages is at the last step than at the last one below capacity."""
    below = [p["send_to_receipt_ms"] for p in r["steps"] if p["times"] < 1 and p["send_to_receipt_ms"]["n"]]
    last = r["steps"][-1]["send_to_receipt_ms"]
    return float(last["p99"] / below[-1]["p99"]) if below and last["n"] else None


def growth(scenarios: Result) -> str:
    """The three curves as tables."""
    rooms, members, nodes = (scenarios[f"growth-{what}"] for what in ("rooms", "members", "nodes"))
    head = ["messages/s", "p50 ms", "p99 ms", "p99.9 ms", "node µs a message", "Redis µs a message"]
    return "\n\n".join(
        [
            f"Rooms of {rooms['seats']}, a message a second in each:",
            table(["rooms", *head], [[p["rooms"], *_point(p)] for p in rooms["points"]]),
            "Members of one room:",
            table(["members", *head], [[f"{p['members']:,}", *_point(p)] for p in members["points"]]),
            f"Nodes, {nodes['people']:,} people in rooms of {nodes['seats']} (all nodes together on"
            f" {nodes['server_cores']} core{'s' if nodes['server_cores'] > 1 else ''}: what more nodes cost is"
            " measured, not"
            " what more cores bring):",
            table(["nodes", "Redis primaries", *head], [_nodes(p) for p in nodes["points"]]),
        ]
    )


def _point(p: Result) -> list[str]:
    marginal = [number(capacity.message_us(p, who)) for who in ("node", "redis")]
    return [number(p["sent_per_s"]), *_delays(p["send_to_receipt_ms"])[:3], *marginal]


def _nodes(p: Result) -> list[str]:
    return [str(p["workers"]), str(p["redis_primaries"]), *_point(p)]


def peers(r: Result) -> str:
    """What was compared."""
    servers = list(next(iter(r["scenes"].values())))
    rows = [[scene, *(_peer(by_server[server]) for server in servers)] for scene, by_server in r["scenes"].items()]
    notes = "".join(f"\n\n{line}." for line in r["skipped"])
    return (
        table(["", *servers], rows)
        + f"\n\nJoins: {r['joins']['per_s']:,} a second, {r['joins']['cpu_ms_each']} ms of CPU each, no proof of work."
        f" Load program: {r['load']}.{notes}"
    )


def _peer(one: Result) -> str:
    if "error" in one:
        return f"failed: {one['error']}"
    if "pid0" not in one:
        return f"{number(one['rss0']['kb_per_conn'])} KB a socket"
    wrong = "".join(f", **{one[name]} {name}**" for name in ("lost", "ooo", "closed") if one[name])
    if one["paced"] and "lat_us" in one:
        lat = one["lat_us"]
        timed = " / ".join(number(lat[name] / 1000) for name in ("p50", "p99", "p999"))
        return f"{timed} ms (p50 / p99 / p99.9){wrong}"
    cost = one["pid0"]["us_per_deliv"]
    writes = number(cost / one["bare_send_us"])
    return f"{number(cost)} µs a delivery ({writes} bare writes), {one['msgs_per_s']:,} messages/s{wrong}"


def aims(scenarios: Result) -> str:
    """What was aimed at before anything was measured, and what this record says of it."""
    seen = list(scenarios["peers"]["scenes"].values())
    big, small, paced = (scene[OURS] for scene in seen[:3])
    writes = small["pid0"]["us_per_deliv"] / small["bare_send_us"]
    idle_at = scenarios["idle"]
    times = times_longer(scenarios["overload"])
    rows = [
        _aim("a delivery in a saturated room of 1,000, µs of CPU", AIM_ROOM_US, big["pid0"]["us_per_deliv"]),
        _aim("the same in 100 rooms of 20 with the review, in bare writes to a socket", AIM_SMALL_WRITES, writes),
        _aim("50 messages/s into the room of 1,000, p99 ms", AIM_P99_MS, paced["lat_us"]["p99"] / 1000),
        _aim("joins a second", AIM_JOINS, scenarios["peers"]["joins"]["per_s"], is_least=True),
        _aim("KB of the node's memory an idle socket", AIM_SOCKET_KB, idle_at["kb_per_socket"]),
        _aim("idle sockets at once", AIM_SOCKETS, idle_at["points"][-1]["sockets"], is_least=True),
    ]
    if times is not None:
        rows.append(_aim("p99 of what is accepted at 3 times the capacity, in that below it", AIM_TIMES, times))
    return table(["", "aim", "measured", ""], rows)


def _aim(what: str, aim: float, seen: float, *, is_least: bool = False) -> list[str]:
    is_reached = seen >= aim if is_least else seen <= aim
    return [what, number(aim), number(seen), "reached" if is_reached else "**missed**"]


def short(record: Result) -> str:
    """The README's few lines."""
    s, m = record["scenarios"], record["machine"]
    evening, idle_at, back, over, fail = (s[n] for n in ("evening", "idle", "storm-reconnect", "overload", "failover"))
    delay = evening["send_to_receipt_ms"]
    scenes = list(s["peers"]["scenes"].items())
    beside = "; ".join(
        f"{name}: " + ", ".join(f"{server} {number(one['pid0']['us_per_deliv'])}" for server, one in scene.items())
        for name, scene in scenes[:2]
        if not any("error" in one for one in scene.values())
    )
    return (
        f"On {m['cores']} cores ({m['cpu']}), one for the server and its Redis, one for the load, everything"
        " reviewed, stored"
        f" and acknowledged: {evening['people']:,} people in {evening['rooms']} rooms say"
        f" {number(evening['sent_per_s'])}"
        f" messages a second, heard after {number(delay['p50'])} / {number(delay['p99'])} /"
        f" {number(delay['p999'])} ms (p50 /"
        f" p99 / p99.9). One core takes {number(over['capacity_per_s'])} messages a second; at three times that"
        f" {over['steps'][-1]['refused_share'] * 100:.0f} % are told to come back in a moment."
        f" {idle_at['points'][-1]['sockets']:,} idle"
        f" sockets take {number(idle_at['kb_per_socket'])} KB each. After an outage of {back['outage_s']:g} s"
        f" {back['came']:,} of"
        f" {back['people']:,} people are back {number(back['all_in_s'])} s after the start; when the primary"
        " dies nothing is"
        f" accepted for {number(fail['silent_s'])} s, and nothing is lost. µs of CPU a delivery beside two"
        " servers that keep and"
        f" review nothing, {beside}."
    )
