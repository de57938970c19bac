"""The warm process: it has imported the application and read every rule, and forks a node whenever it is told to.

What it imports and reads is in memory once: its nodes share those pages with it until they write to them. See
chatserver.nursery for the orders it reads, the reports it writes, and why.

Promises: when it forks it is one thread, without an event loop and without a link to anybody, so that nothing is copied
in the middle of anything; the collector's memory is frozen first, so that looking through it does not unshare it. A
node's randomness is its own: `secrets` asks the kernel, `random` reseeds itself after a fork. A node has no orders, the
signals it was born with are the default ones, and nobody reads its standard input. Every node that ends is reported
with its code. The process ends with its orders; its nodes watch the supervisor themselves. Knows nothing of rooms.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
from importlib import import_module
from io import FileIO
from pathlib import Path

from chatserver.app import prepare
from chatserver.core.errors import OperatorFault
from chatserver.live.neighbours import Place
from chatserver.logs import set_up_logs
from chatserver.node import run_node
from chatserver.nursery import EXIT_STORE, MAX_WHY_CHARS, tell
from chatserver.settings import Settings

_BY_NAME = ("uvicorn.lifespan.on", "uvicorn.protocols.http.httptools_impl", "uvicorn.loops.uvloop", "http.client")
"""What would be imported after a birth: uvicorn loads parts by name. Importing uvloop makes no loop."""


def run_warm() -> int:
    """Take orders until they end; in a process that was forked, serve. Gives the exit code."""
    orders = FileIO(os.dup(0), "rb")
    given = json.loads(orders.readline())
    listener_fd, life, reports = given["fds"]
    settings = Settings(**given["settings"])
    set_up_logs(settings.log)
    try:
        common = prepare(settings)
    except OperatorFault as fault:
        tell(reports, "failed", why=str(fault)[:MAX_WHY_CHARS])
        return EXIT_STORE
    for name in _BY_NAME:
        import_module(name)
    gc.freeze()
    number = _tend(orders, reports)
    if number is None:
        return 0
    place = Place(Path(given["folder"]), number, settings.workers)
    with socket.socket(fileno=listener_fd) as listener:
        return run_node(settings, common, place, listener, life, reports)


def _tend(orders: FileIO, reports: int) -> int | None:
    """Follow orders. Gives None in the warm process when they end, and in each that was forked its number as a node."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)  # CPython asks for it
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _do_nothing)  # without a handler nothing is written to the pipe
    while True:
        ready, _, _ = select.select([orders.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _report_ended(reports)
        if orders.fileno() in ready:
            line = orders.readline()
            if not line:
                return None
            if (number := _fork(int(line), reports)) is not None:
                os.close(woken)
                os.close(wake)
                orders.close()
                return number


def _fork(number: int, reports: int) -> int | None:
    """Gives the number in the node that is born, None in the warm process."""
    pid = os.fork()
    if pid:
        tell(reports, "born", pid=pid, number=number)
        return None
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    return number


def _report_ended(reports: int) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell(reports, "ended", pid=pid, code=os.waitstatus_to_exitcode(status))


def _do_nothing(number: int, frame: object) -> None:
    """That it was called is the point."""
