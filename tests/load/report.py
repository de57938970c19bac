"""The printed table: what was seen, and the ratios within the run."""

from __future__ import annotations

from typing import Any

Seen = dict[str, dict[str, dict[str, Any]]]
"""Scene, server, what the load program saw."""


def table(result: dict[str, Any]) -> str:
    """Give the whole result as text."""
    machine, seen = result["machine"], result["scenes"]
    lines = [
        "",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['kernel']}, Python {machine['python']}",
        f"load program: {result['load']}; load average before: {machine['load_average']}",
        "",
    ]
    for scene, by_server in seen.items():
        lines.append(scene)
        ours = _figure(by_server.get("Alongside", {}))
        for server, one in by_server.items():
            lines.append(f"  {server:<22}{_said(one)}{_ratio(ours, _figure(one), server)}")
        lines.append("")
    joins = result["joins"]
    lines.append(f"joins: {joins['per_s']} a second, {joins['cpu_ms_each']} ms of CPU each")
    return "\n".join([*lines, *result["skipped"]])


def _figure(one: dict[str, Any]) -> float | None:
    """The figure a scene is about: p99 when paced, CPU a delivery when saturated, memory when idle."""
    if "error" in one or not one:
        return None
    if "pid0" not in one:
        return float(one["rss0"]["kb_per_conn"])
    is_paced = one.get("paced") and "lat_us" in one
    return float(one["lat_us"]["p99"] if is_paced else one["pid0"]["us_per_deliv"])


def _said(one: dict[str, Any]) -> str:
    if "error" in one:
        return f"failed: {one['error']}"
    if "pid0" not in one:
        return f"{one['rss0']['kb_per_conn']:7.2f} KB a socket ({one['conns']} open)"
    cost = one["pid0"]
    wrong: dict[str, int] = {name: one[name] for name in ("lost", "ooo", "closed") if one[name]}
    return (
        f"{cost['us_per_deliv']:7.2f} us a delivery{_in_writes(one)} {cost['us_per_msg']:8.1f} us a message"
        f" {one['deliv_per_s']:>9,} a second{_delay(one)}" + (f"  WRONG {wrong}" if wrong else "")
    )


def _in_writes(one: dict[str, Any]) -> str:
    """The same in bare writes, as they cost just before: what can be compared between machines and busy hours."""
    bare_us = one.get("bare_send_us")
    return f" ({one['pid0']['us_per_deliv'] / bare_us:.2f} x a bare write)" if bare_us else ""


def _delay(one: dict[str, Any]) -> str:
    """From sending to receipt, where the load program timed it."""
    delay = one.get("lat_us")
    return f"  p50 {delay['p50'] / 1000:.1f} ms p99 {delay['p99'] / 1000:.1f} ms" if delay else ""


def _ratio(ours: float | None, its: float | None, server: str) -> str:
    return "" if server == "Alongside" or not ours or not its else f"   {its / ours:.2f} x ours"
