"""What the figures were measured on, and what the kernel alone asks for one small write to a socket."""

from __future__ import annotations

import os
import platform
import resource
import socket
import time
from itertools import repeat
from pathlib import Path

LINES = 1_000
ROUNDS = 100
FRAME_BYTES = 340  # about one event of 128 letters as members receive it


def describe() -> dict[str, object]:
    """Name the machine."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "mhz": _mhz(),
        "memory_gb": _memory_gb(),
        "open_files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "day": time.strftime("%Y-%m-%d"),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _mhz() -> int:
    """The first core's clock just now; 0 where the system does not say."""
    said = next((line.partition(":")[2] for line in _cpuinfo() if line.startswith("cpu MHz")), "0")
    return round(float(said))


def _memory_gb() -> float:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)


def raise_file_limit() -> int:
    """Allow this program, and what it starts, as many open files as may be; gives how many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def bare_send_us(core: int, reader_core: int) -> float:
    """Give the CPU time (µs) of one write of FRAME_BYTES to one of LINES loopback connections that are read elsewhere.

    The floor under every server here that writes to each member by itself.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=LINES) as listener:
        child = os.fork()
        if child == 0:
            _read_all(listener.getsockname(), reader_core)
        lines = [listener.accept()[0] for _ in range(LINES)]
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    fds, data, used = [line.fileno() for line in lines], b"x" * FRAME_BYTES, 0.0
    for _ in range(ROUNDS):
        began = time.process_time()
        for _taken in map(os.write, fds, repeat(data)):
            pass
        used += time.process_time() - began
        time.sleep(0.005)  # the reader keeps up: a full buffer would end the measurement
    os.sched_setaffinity(0, before)
    for line in lines:
        line.close()
    os.waitpid(child, 0)
    return used / ROUNDS / LINES * 1e6


def _read_all(address: tuple[str, int], core: int) -> None:
    """The child: reads until everything is closed, then ends without a word."""
    import select

    os.sched_setaffinity(0, {core})
    lines = {}
    poll = select.epoll()
    for _ in range(LINES):
        line = socket.create_connection(address)
        lines[line.fileno()] = line
        poll.register(line.fileno(), select.EPOLLIN)
    while lines:
        for fd, _ in poll.poll():
            if not lines[fd].recv(65536):
                poll.unregister(fd)
                lines.pop(fd).close()
    os._exit(0)
