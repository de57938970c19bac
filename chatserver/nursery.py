"""The nursery, as the supervisor sees it: a warm process that forks a node whenever it is told to.

The supervisor runs an event loop, and threads may come and go in it: it must not fork. It starts one process that has
neither (chatserver.warm), which imports the application and reads the rules once, and forks the nodes. A node used
1.6 s of processor time and 104 MB of its own when it started alone, and uses 0.03 s and 12 MB now (2026-11-26).

Two pipes join them. Orders go in: a line of JSON with the settings, then the number of a node on a line, each time one
is wanted. Reports come out, a line of JSON each, short enough to be written whole: `born` (number, pid) and `ended`
(pid, code) from the warm process; `ready`, or `failed` with a sentence, from it or from a node. The pipe's end of file
means that the warm process and all its nodes are gone.

Promises: every node that was born hears one SIGTERM at most from here (a second would end it at once) until `kill`; a
node born too late for `retire` hears it at birth. When the warm process dies its nodes are told to drain, and count as
ended; `gone` waits for the last of them all the same. A warm process can be started anew at any time, and then has the
code and the rules of that moment. Knows nothing of Redis, nor of when a node is wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from typing import Any

from chatserver.settings import Settings

BORN_TIMEOUT_S = 60.0  # imports and rules: 1.5 s on two cores; on one that ten processes share, 15 s
READY_TIMEOUT_S = 30.0
MAX_WHY_CHARS = 400  # a report is written whole up to PIPE_BUF: 4096 bytes on Linux
READY = "ready"
EXIT_STORE = 3
"""The exit code of a process that has told what an operator must mend: at the start, the supervisor gives up."""


def tell(pipe: int, what: str, *, pid: int | None = None, **more: object) -> None:
    """Write one report, about this process unless `pid` says another; nothing happens when the supervisor is gone."""
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe, json.dumps({"is": what, "pid": pid or os.getpid(), **more}).encode() + b"\n")


class NodeProcess:
    """One node that was forked; `pid` is 0 for one that could not be born, and has ended already."""

    def __init__(self, pid: int) -> None:
        loop = asyncio.get_running_loop()
        self.pid = pid
        self._word: asyncio.Future[str] = loop.create_future()
        self._ended: asyncio.Future[int | None] = loop.create_future()
        self._is_draining = False
        self._is_reaped = pid == 0

    async def word(self) -> str:
        """Wait for its word: READY once members can be let in, else why they cannot, or empty when it just ended."""
        return await asyncio.shield(self._word)

    async def end(self) -> int | None:
        """Wait for its end. Gives the exit code (minus the signal's number when one ended it); None when the warm
        process died before it.
        """
        return await asyncio.shield(self._ended)

    def drain(self) -> None:
        """Let it end gently; at the second call nothing happens."""
        if not self._is_draining:
            self._is_draining = True
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, wish: signal.Signals) -> None:
        """A number that is free again is given out last of all, and the report of its end is a moment old at most."""
        if not self._is_reaped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, wish)

    def take(self, report: dict[str, Any]) -> None:
        """Take what is told of it."""
        match report["is"]:
            case "ready":
                self._say(READY)
            case "failed":
                self._say(report["why"])
            case "ended":
                self._is_reaped = True
                self.count_as_ended(report["code"])

    def count_as_ended(self, code: int | None, word: str = "") -> None:
        """Wait for it no longer."""
        self._say(word)
        if not self._ended.done():
            self._ended.set_result(code)

    def _say(self, word: str) -> None:
        if not self._word.done():
            self._word.set_result(word)


class Nursery:
    """One warm process and the nodes it forked. Built inside the running loop."""

    def __init__(self, settings: Settings, listener: int, life: int, folder: str) -> None:
        self._given = {"settings": json.loads(settings.model_dump_json()), "folder": folder}
        self._fds = (listener, life)
        self._births: dict[int, asyncio.Future[NodeProcess]] = {}
        self._nodes: dict[int, NodeProcess] = {}
        self._lost: tuple[int | None, str] | None = None  # the code, and why
        self._is_retired = False

    async def start(self) -> None:
        """Start the process; it takes orders at once and follows them when it is warm. Raises: OSError."""
        reports, writing = os.pipe()
        fds = (*self._fds, writing)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "chatserver",
                "nodes",
                stdin=asyncio.subprocess.PIPE,
                pass_fds=fds,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone; it passes the wish on
            )
        finally:
            os.close(writing)
        self._order({**self._given, "fds": fds})
        self._reading = asyncio.create_task(self._read(reports))
        self._watching = asyncio.create_task(self._watch())

    @property
    def pid(self) -> int:
        """Give the warm process's id."""
        return self._process.pid

    @property
    def is_lost(self) -> bool:
        """Whether no node can be born here any more."""
        return self._lost is not None or self._is_retired

    @property
    def is_gone(self) -> bool:
        """Whether the warm process and every node it forked have ended."""
        return self._reading.done() and self._watching.done()

    async def fork(self, number: int) -> NodeProcess:
        """Give the node of this number, born but not ready yet. When none can be born, its end and its word are those
        of the warm process.
        """
        born: asyncio.Future[NodeProcess] = asyncio.get_running_loop().create_future()
        self._births[number] = born
        if self._lost is None:
            self._order(number)
        else:
            self._lose(*self._lost)
        try:
            async with asyncio.timeout(BORN_TIMEOUT_S):
                return await asyncio.shield(born)
        except TimeoutError:
            self._process.kill()
            return await born

    def retire(self) -> None:
        """Let every node drain and end, and then the warm process."""
        self._is_retired = True
        for node in self._nodes.values():
            node.drain()
        self._end_when_empty()

    def kill(self) -> None:
        """End everything at once."""
        for node in self._nodes.values():
            node.kill()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def gone(self) -> None:
        """Wait until the warm process and every node it forked have ended."""
        await asyncio.gather(self._reading, self._watching)

    def _order(self, order: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def _end_when_empty(self) -> None:
        if self._is_retired and not self._nodes:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    async def _read(self, pipe: int) -> None:
        reader = asyncio.StreamReader()
        with os.fdopen(pipe, "rb", buffering=0) as file:
            await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
            async for line in reader:
                self._take(json.loads(line))
        for node in self._nodes.values():
            node.take({"is": "ended", "code": None})
        self._nodes.clear()

    async def _watch(self) -> None:
        code = await self._process.wait()
        if code == EXIT_STORE:  # it forked nothing, and its last report says why
            await self._reading
        self._lose(code, "")
        self.retire()
        for node in self._nodes.values():  # nobody will tell of their end
            node.count_as_ended(None)

    def _lose(self, code: int | None, why: str) -> None:
        self._lost = self._lost or (code, why)
        for born in self._births.values():
            if not born.done():
                born.set_result(NodeProcess(0))
                born.result().count_as_ended(*self._lost)

    def _take(self, report: dict[str, Any]) -> None:
        pid = report["pid"]
        if report["is"] == "born":
            self._take_birth(report["number"], pid)
        elif pid == self._process.pid:
            self._lose(EXIT_STORE, report["why"])
        elif pid in self._nodes:
            self._nodes[pid].take(report)
            if report["is"] == "ended":
                del self._nodes[pid]
                self._end_when_empty()

    def _take_birth(self, number: int, pid: int) -> None:
        node = self._nodes[pid] = NodeProcess(pid)
        if self._is_retired:
            node.drain()
        if self._process.returncode is not None:
            node.count_as_ended(None)
        born = self._births.pop(number)
        if not born.done():
            born.set_result(node)
