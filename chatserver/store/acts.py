"""Moderators' acts in Redis: one function call an act, in the slot of its room (functions/acts.lua).

Promises: a plan is carried out whole or not at all, and once: whoever repeats it under its name is answered as the
first time. Every method waits on the network and raises StoreUnavailable when it is away, after which the act may or
may not be done: repeat it. Knows no HTTP, no log, and nothing of who may do what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import msgpack

from chatserver.core.acts import UNDO_MS
from chatserver.core.errors import AlongsideError
from chatserver.core.groups import Group
from chatserver.core.plans import Plan
from chatserver.store.servers import Servers

Why = Literal["gone", "foreign", "too_late", "final"]


class NotDone(AlongsideError):
    """Nothing was changed: what it is about is `gone`, it is somebody else's (`foreign`), `too_late` or `final`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Done:
    """When it was done (ms since 1970, by the record's clock), and what each step gave: a position, a letter's id."""

    at_ms: int
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an act happens: one room of one group."""

    group: Group
    room: int

    @property
    def tag(self) -> str:
        """Give the hash tag of the room's keys."""
        return f"{self.group.id}.{self.room}"


class Acts:
    """The carrier out."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def find(self, scope: Scope, name: str) -> Done | None:
        """Read an act that was done under this name; None when there is none."""
        reply = await self._call(scope, "alongside_acted", name)
        return None if reply is None else _done(reply)

    async def carry_out(self, scope: Scope, name: str, account: str, plan: Plan) -> Done:
        """Carry out a plan. Raises: NotDone, `gone`."""
        keep_ms = scope.group.retention_s * 1000
        return _done(await self._call(scope, "alongside_act", name, account, msgpack.packb(plan), keep_ms))

    async def undo(self, scope: Scope, name: str, account: str, plan: Plan = ()) -> None:
        """Take an act back within UNDO_MS; `plan` is done beside. Twice is as once. Raises: NotDone."""
        keep_ms = scope.group.retention_s * 1000
        _check(await self._call(scope, "alongside_undo", name, account, keep_ms, UNDO_MS, msgpack.packb(plan)))

    async def _call(self, scope: Scope, function: str, *args: str | bytes | int) -> Any:
        return await self._servers.call(scope.tag, "FCALL", function, 1, "{" + scope.tag + "}:", *args)


def _done(reply: list[bytes]) -> Done:
    _check(reply)
    return Done(int(reply[1]), tuple(msgpack.unpackb(reply[2])))


def _check(reply: list[bytes]) -> None:
    if reply[0] == b"refused":
        raise NotDone(cast(Why, reply[1].decode()))
