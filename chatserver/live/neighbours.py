"""What the processes of one machine tell each other about themselves, each on a socket of its own in one folder.

Promises: whoever is asked gives what it knows at that moment, so nothing is written down and nothing of a process
that died is left standing; a process that does not answer within ASK_S is missing from the answer, and only that.
A node that another one replaces while it drains is asked too, as `0-old`, until it has ended. The folder is the
supervisor's and 0700. Knows no metric by name.

Why not prometheus-client's files: every count would be a write to a mapped file under a lock, and a node that was
killed would leave its gauges there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatserver.core.metrics import Samples

ASK_S = 1.0
MAX_TOLD_BYTES = 1024 * 1024
SUPERVISOR = "supervisor"
OLD = "-old"


@contextlib.asynccontextmanager
async def told(folder: Path, who: str, give: Callable[[], object]) -> AsyncIterator[None]:
    """Answer everybody who asks `who`, as long as the context lasts; a namesake is asked as `WHO-old` from then on."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(json.dumps(give()).encode())
            await writer.drain()
        writer.close()

    path, old = folder / f"{who}.sock", folder / f"{who}{OLD}.sock"
    with contextlib.suppress(FileNotFoundError):
        path.rename(old)
    server = await asyncio.start_unix_server(answer, path)
    ours = path.stat().st_ino
    try:
        yield
    finally:
        server.close()
        for name in (path, old):
            with contextlib.suppress(OSError):
                if name.stat().st_ino == ours:
                    name.unlink()


async def ask(folder: Path, who: str) -> Any:
    """Give what that process tells; None when it does not answer in time, or tells more than MAX_TOLD_BYTES."""
    try:
        async with asyncio.timeout(ASK_S):
            reader, writer = await asyncio.open_unix_connection(folder / f"{who}.sock", limit=MAX_TOLD_BYTES)
            try:
                return json.loads(await _to_the_end(reader))
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return None


async def _to_the_end(reader: asyncio.StreamReader) -> bytes:
    """One read gives what has come, which of a long answer is not all."""
    parts, size = [], 0
    while part := await reader.read(MAX_TOLD_BYTES):
        parts.append(part)
        size += len(part)
        if size > MAX_TOLD_BYTES:
            raise ValueError("too long")
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands among those of its machine: the folder of their sockets, its number, how many there are."""

    folder: Path
    number: int
    nodes: int

    @property
    def name(self) -> str:
        """Give its socket's name."""
        return f"node-{self.number}"


class Neighbours:
    """The processes of this machine, as one of its nodes sees them."""

    def __init__(self, place: Place) -> None:
        self._folder, self._nodes = place.folder, place.nodes

    async def nodes(self) -> dict[str, Samples | None]:
        """Ask every node, this one too; by its number, None for one that does not answer. One that was replaced and
        drains is `0-old`.
        """
        names = [str(number) for number in range(self._nodes)]
        old = [name + OLD for name in names if (self._folder / f"node-{name}{OLD}.sock").exists()]
        answers = await asyncio.gather(*(ask(self._folder, f"node-{name}") for name in (*names, *old)))
        told = dict(zip((*names, *old), answers, strict=True))
        # Of one that has ended nobody waits for an answer: what is left of it is its socket's file.
        return {name: answer for name, answer in told.items() if answer is not None or not name.endswith(OLD)}

    async def supervisor(self) -> Samples | None:
        """Ask the process that keeps the nodes alive."""
        answer: Samples | None = await ask(self._folder, SUPERVISOR)
        return answer
