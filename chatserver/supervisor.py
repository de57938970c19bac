"""What `chatserver serve` is: one small process that keeps the embedded server and the nodes alive.

Promises: a node that dies is replaced; SIGTERM or Ctrl-C drains the nodes, then stops the embedded server; a second
one is immediate. SIGHUP replaces the nodes one by one with what is installed now: the new one is ready before the old
one is told to drain, and the next waits until the old one has ended; a new one that does not become ready leaves
everything as it was. When this process is killed, its children end. Faults an operator can mend are one sentence and
exit code 1. Knows nothing of rooms.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import logging
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
from chatserver.settings import Settings
from chatserver.staff import desk_url, first_link, ops_url
from chatserver.store.embedded import EmbeddedServer
from chatserver.store.place import read_url
from chatserver.store.survey import find_primaries

_log = logging.getLogger(__name__)

READY_TIMEOUT_S = 30.0
STOP_EXTRA_S = 15.0  # beyond the drain: answers under way, farewells to Redis
AGAIN_FIRST_S, AGAIN_LONGEST_S = 0.1, 5.0
QUICK_DEATH_S = 5.0
_Place = tuple[str, int, int]  # chatserver.live.neighbours.Place, as a node is told it
EXIT_STORE = 3  # chatserver.node.EXIT_STORE, which this process does not import


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


class _Slot:
    """One of the machine's nodes, whichever process that is just now. `deaths` gets each that ended while it held the
    slot; `turn` is held by whoever starts another.
    """

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.node: asyncio.subprocess.Process | None = None
        self.deaths: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()
        self.turn = asyncio.Lock()


class Supervisor:
    """The running house on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedded: EmbeddedServer | None = None
        self._stop = asyncio.Event()
        self._wish = asyncio.Event()  # to replace the nodes; set at the end too, so that nobody waits for it
        self._has_terminal = _has_terminal()
        self._nodes: set[asyncio.subprocess.Process] = set()
        self._watching: set[asyncio.Task[None]] = set()
        self._life_read, self._life_write = os.pipe()
        self._said = False
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
            async with self._neighbourhood() as folder, asyncio.TaskGroup() as group:
                slots = [_Slot((folder, number, settings.workers)) for number in range(settings.workers)]
                for slot in slots:
                    group.create_task(self._keep_node(settings, listener, slot))
                group.create_task(self._reload(settings, listener, slots))
        except* OperatorFault as faults:
            raise faults.exceptions[0] from None
        finally:
            await self._end_nodes()
            if self._embedded is not None:
                await self._embedded.stop()
        return 0

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
        if self._stop.is_set():
            self._kill_nodes()
            return
        self._stop.set()
        self._wish.set()
        # A node that hangs answers no SIGTERM: it must not keep the house from ending.
        asyncio.get_running_loop().call_later(self._settings.drain_s + STOP_EXTRA_S, self._kill_nodes)
        for node in self._nodes:
            with contextlib.suppress(ProcessLookupError):
                node.terminate()

    def _kill_nodes(self) -> None:
        for node in self._nodes:
            with contextlib.suppress(ProcessLookupError):
                node.kill()

    def _hung_up(self) -> None:
        """SIGHUP: an operator's wish for new nodes, unless the terminal in which this was started is gone."""
        if self._has_terminal and not _has_terminal():
            self._signalled()
        else:
            self._wish.set()

    async def _keep_node(self, settings: Settings, listener: socket.socket, slot: _Slot) -> None:
        pause, loop = AGAIN_FIRST_S, asyncio.get_running_loop()
        dead: asyncio.subprocess.Process | None = None
        while not self._stop.is_set():
            began, why = loop.time(), ""
            async with slot.turn:
                if slot.node is dead:  # else a reload has put another there meanwhile
                    node, why = await self._start_node(settings, listener, slot.place)
                    self._hold(slot, node)
            dead = await slot.deaths.get()
            code = dead.returncode
            if self._stop.is_set():
                return
            if code == EXIT_STORE and not self._said:
                raise OperatorFault(why or "the node cannot use this Redis")
            if loop.time() - began < QUICK_DEATH_S:
                if not self._said:
                    raise OperatorFault(f"the node ended at once (exit code {code})")
                await asyncio.sleep(pause)
                pause = min(pause * 2, AGAIN_LONGEST_S)
            else:
                pause = AGAIN_FIRST_S
            self._tally.add("node_deaths")
            _log.warning("a node died (exit code %s); starting another", code)

    async def _reload(self, settings: Settings, listener: socket.socket, slots: list[_Slot]) -> None:
        """At each wish, replaces all nodes, one after another."""
        while True:
            await self._wish.wait()
            if self._stop.is_set():
                return
            self._wish.clear()
            _log.info("replacing %d nodes, one by one", len(slots))
            outcome = "done"
            for slot in slots:
                if self._stop.is_set():
                    return
                if fault := await self._replace(settings, listener, slot):
                    _log.error("the new node %d %s: it and those after it stay as they are", slot.place[1], fault)
                    outcome = "given_up"
                    break
            _log.info("replacing the nodes: %s", outcome)
            self._tally.add("reloads", outcome)

    async def _replace(self, settings: Settings, listener: socket.socket, slot: _Slot) -> str | None:
        """Puts a new node in the place of one, which drains. Gives why it could not; the old one goes on then."""
        async with slot.turn:
            old = slot.node
            new, why = await self._start_node(settings, listener, slot.place)
            if why != "ready":
                await new.wait()
                self._nodes.discard(new)
                return f"says: {why}" if why else "does not become ready"
            self._hold(slot, new)
        if old is not None:
            await self._see_off(old)
        return None

    async def _see_off(self, node: asyncio.subprocess.Process) -> None:
        """Lets a node drain; one that hangs is killed."""
        with contextlib.suppress(ProcessLookupError):
            node.terminate()
        try:
            async with asyncio.timeout(self._settings.drain_s + STOP_EXTRA_S):
                await node.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                node.kill()
            await node.wait()

    async def _start_node(
        self, settings: Settings, listener: socket.socket, place: _Place
    ) -> tuple[asyncio.subprocess.Process, str]:
        """Gives the process, and its word: `ready`, or why it cannot serve (empty when it did not say)."""
        ready_read, ready_write = os.pipe()
        fds = (listener.fileno(), self._life_read, ready_write)
        given = {"settings": json.loads(settings.model_dump_json()), "fds": fds, "place": place}
        try:
            node = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "chatserver",
                "node",
                stdin=asyncio.subprocess.PIPE,
                pass_fds=fds,
                start_new_session=True,  # Ctrl-C reaches this process alone; it passes the wish on
            )
        finally:
            os.close(ready_write)
        self._nodes.add(node)
        if self._stop.is_set():
            node.terminate()
        assert node.stdin is not None
        node.stdin.write(json.dumps(given).encode())
        node.stdin.close()
        try:
            line = await self._first_line(ready_read)
        finally:
            os.close(ready_read)
        if not line:  # it died, or hangs: a node that never became ready is replaced, not waited for
            with contextlib.suppress(ProcessLookupError):
                node.kill()
        if line == "ready":
            _log.info("node %d is ready", place[1])
        if line == "ready" and not self._said:
            self._said = True
            await self._say_where(settings)
        return node, line.removeprefix("failed ")

    def _hold(self, slot: _Slot, node: asyncio.subprocess.Process) -> None:
        """The slot is this node's from now on."""
        slot.node = node
        watching = asyncio.create_task(self._watch(node, slot))
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)

    async def _watch(self, node: asyncio.subprocess.Process, slot: _Slot) -> None:
        await node.wait()
        self._nodes.discard(node)
        if node is slot.node:
            slot.deaths.put_nowait(node)

    @staticmethod
    async def _first_line(pipe: int) -> str:
        """Waits for the node's word; empty when it died or took too long."""
        loop = asyncio.get_running_loop()
        said: asyncio.Future[bytes] = loop.create_future()
        os.set_blocking(pipe, False)

        def readable() -> None:
            loop.remove_reader(pipe)
            if not said.done():
                said.set_result(os.read(pipe, 1000))

        loop.add_reader(pipe, readable)
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                return (await said).decode().strip()
        except TimeoutError:
            return ""
        finally:
            loop.remove_reader(pipe)

    async def _end_nodes(self) -> None:
        deadline = self._settings.drain_s + STOP_EXTRA_S
        for node in list(self._nodes):
            with contextlib.suppress(ProcessLookupError):
                node.terminate()
        try:
            async with asyncio.timeout(deadline):
                await asyncio.gather(*(node.wait() for node in self._nodes))
        except TimeoutError:
            self._kill_nodes()

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
