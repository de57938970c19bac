"""One node: the application under uvicorn, on a listening socket that the supervisor opened, in a process that was
forked from a warm one (chatserver.warm).

Promises: SIGTERM lets nobody in any more, drains, then ends; a second SIGTERM ends at once; when the supervisor is
gone the node drains too.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

from chatserver.app import create_app
from chatserver.core.errors import StoreUnavailable
from chatserver.live.neighbours import Place
from chatserver.logs import set_up_logs
from chatserver.nursery import EXIT_STORE, MAX_WHY_CHARS, tell
from chatserver.settings import Settings
from chatserver.sides import Common
from chatserver.web.headers import SecurityHeaders

MAX_HEADER_BYTES = 16 * 1024
KEEP_ALIVE_S = 20
GRACE_S = 8  # HTTP answers still under way when the sockets have gone


def hear_uvicorn(level: int) -> None:
    """Let uvicorn's own lines from this level on through: while it starts none, because what fails then is told by the
    supervisor in one sentence.
    """
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(level)


class NodeServer(uvicorn.Server):
    """uvicorn's server, with our way of ending."""

    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal (uvicorn's): the first ends gently, the second at once."""
        if self.should_exit:
            os._exit(1)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, drain, and only then let uvicorn close what is left."""
        for server in self.servers:
            server.close()
        await self._drain()
        await super().shutdown(sockets)


def run_node(settings: Settings, common: Common, place: Place, listener: socket.socket, life: int, reports: int) -> int:
    """Serve until told to stop; gives the exit code.

    `life`: a pipe whose end of file means that the supervisor is gone. `reports`: a pipe that is told once that members
    can be let in, or why they cannot.
    """
    gc.enable()  # the warm process makes do without
    set_up_logs(settings.log)
    hear_uvicorn(logging.CRITICAL)
    app = create_app(settings, common, place)
    config = uvicorn.Config(
        SecurityHeaders(app, settings.hsts_s),
        ws="chatserver.live.handshake:WebSocketProtocol",
        loop="uvloop" if _has_uvloop() else "asyncio",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws_max_size=MAX_HEADER_BYTES,
        ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        backlog=4096,
    )
    server = NodeServer(config, lambda: app.state.node.drain())
    threading.Thread(target=_watch_supervisor, args=(life,), daemon=True).start()

    def on_ready() -> None:
        hear_uvicorn(logging.WARNING)
        spare_the_collector()
        tell(reports, "ready")

    app.state.on_ready = on_ready
    with contextlib.suppress(SystemExit):  # uvicorn's way of saying that the start failed; why is told below
        server.run(sockets=[listener])
    if (why := _why(app.state.start_fault)) is not None:
        tell(reports, "failed", why=why)
        return EXIT_STORE
    return 0 if server.started else 1


def _why(fault: Exception | None) -> str | None:
    if isinstance(fault, StoreUnavailable):
        return "Redis cannot be reached"
    return None if fault is None else str(fault)[:MAX_WHY_CHARS]


def spare_the_collector() -> None:
    """Take whatever stays for good out of the garbage collector's sight.

    Rules, modules and pages are 80,000 objects: a full collection that looked through them and found nothing took
    40 ms (Python 3.11, 2026-11-26), in which nobody was served.
    """
    gc.collect()
    gc.freeze()


def _has_uvloop() -> bool:
    try:
        import uvloop  # noqa: F401 (asking is importing)
    except ImportError:
        return False
    return True


def _watch_supervisor(life: int) -> None:
    """A thread of its own: reading the pipe waits, and must not wait in the loop."""
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)
