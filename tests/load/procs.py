"""What processes have used so far, read from /proc (Linux). Knows no server."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

TICKS_A_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """CPU time in s and resident memory in KB of a process and all its descendants."""

    user_s: float = 0.0
    system_s: float = 0.0
    rss_kb: int = 0

    @property
    def cpu_s(self) -> float:
        """Give both kinds of CPU time together."""
        return self.user_s + self.system_s


def used_by(pid: int) -> Used:
    """Give what a process and its descendants have used; those that ended meanwhile are left out."""
    user = system = 0.0
    rss = 0
    for one in family(pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            user += int(fields[11]) / TICKS_A_S
            system += int(fields[12]) / TICKS_A_S
            rss += _rss_kb(one)
    return Used(user, system, rss)


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
