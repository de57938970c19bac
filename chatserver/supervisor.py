"""What `chatserver serve` is: one small process that keeps the embedded server and the nodes alive.

The nodes are chatserver.nodes' part; here is what they stand on, and what a signal means. Promises: SIGTERM or Ctrl-C
drains the nodes, then stops the embedded server; a second one is immediate; SIGHUP replaces the nodes one by one with
what is installed now. When this process is killed, its children end. Faults an operator can mend are one sentence and
exit code 1. Knows nothing of rooms.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from chatserver.core.errors import OperatorFault, StoreUnavailable, StoreUnfit
from chatserver.core.identity import KEY_BYTES
from chatserver.core.metrics import OF_MACHINE, Samples, Tally
from chatserver.groups import GroupFileError, load_groups
from chatserver.helplines import HelplineFileError, load_lines
from chatserver.keyfile import load_key, read_key, read_token
from chatserver.live.neighbours import SUPERVISOR, told
from chatserver.live.oncall import read_webhook
from chatserver.logs import set_up_logs
from chatserver.nodes import Nodes
from chatserver.nursery import Nursery
from chatserver.settings import Settings
from chatserver.staff import desk_url, first_link, ops_url
from chatserver.store.embedded import EmbeddedServer
from chatserver.store.place import read_url
from chatserver.store.survey import find_primaries


@contextlib.contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process alone: two embedded servers on one file would ruin it.

    The kernel lets go when this process ends, however it ends. Raises: OperatorFault when another one holds it.
    """
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise OperatorFault(f"{folder}: another chatserver is using this data folder") from None
    try:
        yield
    finally:
        os.close(handle)


def _has_terminal() -> bool:
    """Whether this process has a terminal to hear from: false once that has hung up, and for a service."""
    return os.isatty(0)


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket that all nodes share. Raises: OperatorFault."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(4096)
    except OSError as fault:
        listener.close()
        raise OperatorFault(f"cannot listen on {host} port {port}: {fault.strerror}") from None
    listener.set_inheritable(True)
    return listener


class Supervisor:
    """The running house on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedded: EmbeddedServer | None = None
        self._nodes: Nodes | None = None  # None before the server they need is there
        self._is_stopping = False
        self._has_terminal = _has_terminal()
        self._life_read, self._life_write = os.pipe()
        self._tally = Tally(OF_MACHINE)

    async def run(self, listener: socket.socket) -> int:
        """Serve until a signal; gives the exit code."""
        loop = asyncio.get_running_loop()
        for wish in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wish, self._signalled)
        loop.add_signal_handler(signal.SIGHUP, self._hung_up)
        settings = self._settings
        if settings.redis is None:
            self._embedded = EmbeddedServer(settings.data_dir)
            try:
                await self._embedded.start()
            except (OSError, TimeoutError) as fault:
                raise OperatorFault(f"the embedded server does not start ({fault})") from None
            settings = settings.model_copy(update={"redis": self._embedded.url})
        try:
            async with self._neighbourhood() as folder:
                await self._run_nodes(settings, listener, folder)
        finally:
            if self._embedded is not None:
                await self._embedded.stop()
        return 0

    async def _run_nodes(self, settings: Settings, listener: socket.socket, folder: str) -> None:
        async def start() -> Nursery:
            nursery = Nursery(settings, listener.fileno(), self._life_read, folder)
            await nursery.start()
            return nursery

        nodes = self._nodes = Nodes(settings, self._tally, start, lambda: self._say_where(settings))
        if self._is_stopping:
            nodes.stop()
        try:
            await nodes.run()
        finally:
            await nodes.gone()

    @contextlib.asynccontextmanager
    async def _neighbourhood(self) -> AsyncIterator[str]:
        """Gives the folder where the nodes and this process answer each other (a short path, as sockets need)."""
        with tempfile.TemporaryDirectory(prefix="alongside-", ignore_cleanup_errors=True) as folder:
            async with told(Path(folder), SUPERVISOR, self._counted):
                yield folder

    def _counted(self) -> Samples:
        restarts = 0 if self._embedded is None else self._embedded.restarts
        return self._tally.samples({"nodes_wanted": self._settings.workers, "embedded_restarts": restarts})

    def _signalled(self) -> None:
        was_stopping, self._is_stopping = self._is_stopping, True
        if self._nodes is None:
            return
        if was_stopping:
            self._nodes.kill()
        else:
            self._nodes.stop()

    def _hung_up(self) -> None:
        """SIGHUP: an operator's wish for new nodes, unless the terminal in which this was started is gone."""
        if self._has_terminal and not _has_terminal():
            self._signalled()
        elif self._nodes is not None:
            self._nodes.replace()

    async def _say_where(self, settings: Settings) -> None:
        host = settings.host
        base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
        lines = (
            "Alongside is running. It offers connection; it is not treatment and not a crisis service.",
            f"  members:     {base}/",
            f"  moderators:  {await self._desk_link(settings)}",
            f"  operators:   {ops_url(settings)} (sign in at the desk first)",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()

    @staticmethod
    async def _desk_link(settings: Settings) -> str:
        try:
            return f"{await first_link(settings, settings.redis or '')} (once, within an hour)"
        except (StoreUnavailable, StoreUnfit):
            return f"{desk_url(settings)} (chatserver moderators link lets you in)"


def serve(settings: Settings) -> int:
    """Run the house; gives the exit code. Raises: OperatorFault, before anything was made where it can be known."""
    set_up_logs(settings.log)
    _check(settings)
    with listen(settings.host, settings.port) as listener:
        _make_folder(settings.data_dir)
        load_key(settings.key_path())
        with sole_use(settings.data_dir) if settings.redis is None else contextlib.nullcontext():
            return asyncio.run(Supervisor(settings).run(listener))


def _check(settings: Settings) -> None:
    """Reads every file and asks for the server; makes nothing. Raises: OperatorFault."""
    try:
        load_groups(settings.groups, bytes(KEY_BYTES))  # ids are made with the key, faults are not
        load_lines(settings.helplines)
        if settings.key_path().exists():
            read_key(settings.key_path())
        if settings.metrics_token is not None:
            read_token(settings.metrics_token)
        read_webhook(settings.oncall_url, settings.oncall_secret, settings.oncall_secret_file)
        if settings.redis is not None:
            asyncio.run(find_primaries(read_url(settings.redis)))
    except (GroupFileError, HelplineFileError, StoreUnfit) as fault:
        raise OperatorFault(str(fault)) from None
    except StoreUnavailable:
        raise OperatorFault("Redis cannot be reached") from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as fault:
        raise OperatorFault(f"{folder}: the data folder cannot be used ({fault.strerror})") from None
