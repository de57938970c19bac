"""The log of `chatserver.core.audit` in Redis, and its checkpoint in a file outside of it.

Promises: an entry that was appended stands in the stream and, a moment later, in this machine's checkpoint; two who
append at once both succeed, in one order. The log is kept without an end: it holds no words and no member id. Raises
StoreUnavailable when Redis is away.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from pathlib import Path
from typing import Any

from chatserver.core.audit import EMPTY, Entry, Fault, Head, Seal, digest, first_fault, pack_entry, seal, unpack_entry
from chatserver.core.errors import StoreUnavailable
from chatserver.core.identity import derived_key
from chatserver.store.servers import Servers

TAG = "desk"
_STREAM, _HEAD = "{desk}:audit", "{desk}:audit:head"
MAX_TRIES = 50  # as many who append in the same moment; then something is wrong
PAGE = 1_000


class Audit:
    """The log, as one machine writes and reads it. `folder` is where the checkpoint lies."""

    def __init__(self, servers: Servers, key: bytes, folder: Path) -> None:
        self._servers, self._key = servers, derived_key(key, "audit")
        self._checkpoint = folder / "audit-head"

    async def append(self, who: str, act: str, about: str, reason: str = "", **more: Any) -> None:
        """Append one entry, of now; `more` are an Entry's further fields."""
        packed = pack_entry(Entry(time.time_ns() // 1_000_000, who, act, about, reason, **more))
        for _ in range(MAX_TRIES):
            head = await self.head()
            made = Head(head.count + 1, seal(self._key, head.seal, packed))
            asked = (_written(head), _written(made), packed, made.seal)
            if await self._servers.fcall(TAG, "alongside_log", 2, _STREAM, _HEAD, *asked):
                self._keep(made)
                return
        raise StoreUnavailable

    def digest(self, words: str) -> str:
        """Give what stands in an entry for a member's words or id."""
        return digest(self._key, words)

    async def head(self) -> Head:
        """Read where the log ends."""
        return _head(await self._servers.call(TAG, "GET", _HEAD))

    async def verify(self) -> Fault | None:
        """Read the whole log and compare it with the checkpoint; None when nothing was tampered with."""
        return first_fault(self._key, await self._all(), self.checkpoint())

    async def entries(self) -> list[Entry]:
        """Read every entry, oldest first. Raises: ValueError or TypeError when one cannot be read (see `verify`)."""
        return [unpack_entry(packed) for packed, _ in await self._all()]

    def checkpoint(self) -> Head:
        """Read this machine's checkpoint; EMPTY when it has none."""
        try:
            return _head(self._checkpoint.read_bytes().strip())
        except FileNotFoundError:
            return EMPTY

    async def _all(self) -> list[tuple[bytes, Seal]]:
        found: list[tuple[bytes, Seal]] = []
        after = "-"
        while True:
            page = await self._servers.call(TAG, "XRANGE", _STREAM, after, "+", "COUNT", PAGE)
            found += [(fields[1], Seal(fields[3].decode(errors="replace"))) for _, fields in page]
            if len(page) < PAGE:
                return found
            after = "(" + page[-1][0].decode()

    def _keep(self, head: Head) -> None:
        """Only ever forward: a slower process of this machine must not set the checkpoint back."""
        if head.count <= self.checkpoint().count:
            return
        draft = self._checkpoint.with_name(f"audit-head.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(_written(head) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._checkpoint)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)


def _written(head: Head) -> str:
    return "" if head == EMPTY else f"{head.count}.{head.seal}"


def _head(raw: bytes | None) -> Head:
    count, _, sealed = (raw or b"").decode().partition(".")
    return Head(int(count), Seal(sealed)) if count else EMPTY
