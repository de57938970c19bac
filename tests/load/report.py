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
        f"one bare write of a frame: {result['bare_send_us']:.2f} us; load program: {result['load']}",
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
    return float(one["lat_us"]["p99"] if one.get("paced") else one["pid0"]["us_per_deliv"])


def _said(one: dict[str, Any]) -> str:
    if "error" in one:
        return f"failed: {one['error']}"
    if "pid0" not in one:
        return f"{one['rss0']['kb_per_conn']:7.2f} KB a socket ({one['conns']} open)"
    cost, delay = one["pid0"], one["lat_us"]
    wrong: dict[str, int] = {name: one[name] for name in ("lost", "ooo", "closed") if one[name]}
    return (
        f"{cost['us_per_deliv']:7.2f} us a delivery {cost['us_per_msg']:8.1f} us a message"
        f" {one['deliv_per_s']:>9,} a second"
        f"  p50 {delay['p50'] / 1000:.1f} ms p99 {delay['p99'] / 1000:.1f} ms" + (f"  WRONG {wrong}" if wrong else "")
    )


def _ratio(ours: float | None, its: float | None, server: str) -> str:
    return "" if server == "Alongside" or not ours or not its else f"   {its / ours:.2f} x ours"
