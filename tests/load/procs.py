"""What processes have used so far, read from /proc (Linux). Knows no server."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS_A_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """CPU time in s and resident memory in KB of a process and all its descendants.

    `user_s` is counted in the kernel's ticks of 10 ms, `cpu_s` in nanoseconds where the kernel keeps them.
    """

    user_s: float = 0.0
    cpu_s: float = 0.0
    rss_kb: int = 0


@dataclass(frozen=True, slots=True)
class Costs:
    """What the node processes (with their supervisor) and the Redis servers have used."""

    nodes: Used
    redis: Used


def costs_of(roots: Iterable[int]) -> Costs:
    """Give what these processes and their descendants have used, Redis servers apart from everything else."""
    pids = [pid for root in roots for pid in family(root)]
    redis = {pid for pid in pids if _name(pid).startswith(("valkey", "redis"))}
    return Costs(used_by_each(pid for pid in pids if pid not in redis), used_by_each(redis))


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""


def used_by(pid: int) -> Used:
    """Give what a process and its descendants have used; those that ended meanwhile are left out."""
    return used_by_each(family(pid))


def used_by_each(pids: Iterable[int]) -> Used:
    """Give what these processes have used together, each alone; those that ended meanwhile are left out."""
    user = cpu = 0.0
    rss = 0
    for one in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            user += int(fields[11]) / TICKS_A_S
            cpu += _cpu_s(one) or (int(fields[11]) + int(fields[12])) / TICKS_A_S
            rss += _rss_kb(one)
    return Used(user, cpu, rss)


def _cpu_s(pid: int) -> float:
    """All its threads' time on a core (proc(5), `schedstat`); 0 where the kernel does not keep it."""
    try:
        return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    except (OSError, IndexError):
        return 0.0


def machine_busy_s() -> float:
    """Give for how many seconds all cores together have been busy since the machine began; 0 without /proc."""
    try:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, soft_irq, _ = fields
    return (user + nice + system + irq + soft_irq) / TICKS_A_S


def kernel_kb() -> int:
    """Give the kernel's memory for its own objects (sockets among them) and for buffers of TCP sockets, the whole
    machine's; 0 without /proc.
    """
    try:
        buffers, objects = Path("/proc/net/sockstat").read_text(), Path("/proc/meminfo").read_text()
    except OSError:
        return 0
    tcp = next(line for line in buffers.splitlines() if line.startswith("TCP:"))
    slab = next(line for line in objects.splitlines() if line.startswith("Slab:"))
    return int(slab.split()[1]) + int(tcp.rpartition(" mem ")[2]) * os.sysconf("SC_PAGE_SIZE") // 1024


def _rss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def family(pid: int) -> list[int]:
    """Give a process and its descendants."""
    found = [pid]
    for one in found:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
            found.extend(int(child) for child in children)
    return found
