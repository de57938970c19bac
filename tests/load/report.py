"""What a record says in a line or a few, for the terminal: of each scenario, and the table of what was compared."""

from __future__ import annotations

from typing import Any

Result = dict[str, Any]


def said(name: str, result: Result) -> str:
    """Give one line about this scenario."""
    if "error" in result:
        return f"failed: {result['error']}"
    return _LINES[name](result) + wrong(result)


def wrong(result: Result) -> str:
    """Give what went wrong with messages, in capitals; empty when nothing did."""
    faults = {name: count for name, count in result.get("wrong", {}).items() if count}
    return f"; WRONG {faults}" if faults else ""


def delays(spread: dict[str, float]) -> str:
    """Give the three quantiles of what was timed."""
    if not spread["n"]:
        return "nothing was timed"
    return " / ".join(f"{spread[name]:,.1f}" for name in ("p50", "p99", "p999")) + " ms (p50 / p99 / p99.9)"


def _talk(r: Result) -> str:
    cpu = r["cpu"]
    return (
        f"{r['people']:,} people in {r['rooms']} rooms, {r['sent_per_s']:.0f} messages/s; to receipt"
        f" {delays(r['send_to_receipt_ms'])}; {cpu['node_us_per_message'] + cpu['redis_us_per_message']:.0f} us of CPU"
        f" a message, {cpu['us_per_delivery']:.1f} a delivery"
    )


def _idle(r: Result) -> str:
    return (
        f"{r['points'][-1]['sockets']:,} sockets, {r['kb_per_socket']} KB each in the node,"
        f" {r['node_share'] * 100:.1f} % of a core; {r['dropped']} dropped; one more is in after {r['one_more_ms']} ms"
    )


def _storm(r: Result) -> str:
    return f"{r['came']:,} of {r['people']:,} in after {r['all_in_s']} s; each waited {delays(r['each_ms'])}"


def _failover(r: Result) -> str:
    return f"nothing was accepted for {r['silent_s']} s; to sent {delays(r['send_to_sent_ms'])}; told {r['told']}"


def _rolling(r: Result) -> str:
    return f"{r['secs']:.0f} s for all nodes; each member away {delays(r['away_ms'])}; closed {r['closed']}"


def _overload(r: Result) -> str:
    last = r["steps"][-1]
    return (
        f"capacity {r['capacity_per_s']:.0f} messages/s; at {last['times']:g} times as much"
        f" {last['sent_per_s']:.0f}/s are taken, {last['refused_share'] * 100:.0f} % told busy;"
        f" to receipt {delays(last['send_to_receipt_ms'])}"
    )


def _growth(r: Result) -> str:
    last = r["points"][-1]
    return f"at the end {last['per_s']:.0f} messages/s, to receipt {delays(last['send_to_receipt_ms'])}" + "".join(
        wrong(point) for point in r["points"]
    )


def table(r: Result) -> str:
    """Give what was compared, a block a scene."""
    lines = [""]
    for scene, by_server in r["scenes"].items():
        lines.append(scene)
        ours = _figure(by_server.get("Alongside", {}))
        for server, one in by_server.items():
            lines.append(f"  {server:<22}{_one(one)}{_ratio(ours, _figure(one), server)}")
        lines.append("")
    lines.append(f"joins: {r['joins']['per_s']} a second, {r['joins']['cpu_ms_each']} ms of CPU each")
    return "\n".join([*lines, *r["skipped"]])


_LINES = {
    "room": _talk,
    "evening": _talk,
    "idle": _idle,
    "storm-join": _storm,
    "storm-reconnect": _storm,
    "failover": _failover,
    "rolling": _rolling,
    "overload": _overload,
    "growth-rooms": _growth,
    "growth-members": _growth,
    "growth-nodes": _growth,
    "peers": table,
}


def _figure(one: Result) -> float | None:
    """The figure a scene is about: p99 when paced, CPU a delivery when saturated, memory when idle."""
    if "error" in one or not one:
        return None
    if "pid0" not in one:
        return float(one["rss0"]["kb_per_conn"])
    is_paced = one.get("paced") and "lat_us" in one
    return float(one["lat_us"]["p99"] if is_paced else one["pid0"]["us_per_deliv"])


def _one(one: Result) -> str:
    if "error" in one:
        return f"failed: {one['error']}"
    if "pid0" not in one:
        return f"{one['rss0']['kb_per_conn']:7.2f} KB a socket ({one['conns']} open)"
    cost = one["pid0"]
    faults: dict[str, int] = {name: one[name] for name in ("lost", "ooo", "closed") if one[name]}
    return (
        f"{cost['us_per_deliv']:7.2f} us a delivery{_in_writes(one)} {cost['us_per_msg']:8.1f} us a message"
        f" {one['deliv_per_s']:>9,} a second{_delay(one)}" + (f"  WRONG {faults}" if faults else "")
    )


def _in_writes(one: Result) -> str:
    """The same in bare writes, as they cost just before: what can be compared between machines and busy hours."""
    bare_us = one.get("bare_send_us")
    return f" ({one['pid0']['us_per_deliv'] / bare_us:.2f} x a bare write)" if bare_us else ""


def _delay(one: Result) -> str:
    """From sending to receipt, where the load program timed it."""
    delay = one.get("lat_us")
    return f"  p50 {delay['p50'] / 1000:.1f} ms p99 {delay['p99'] / 1000:.1f} ms" if delay else ""


def _ratio(ours: float | None, its: float | None, server: str) -> str:
    return "" if server == "Alongside" or not ours or not its else f"   {its / ours:.2f} x ours"
