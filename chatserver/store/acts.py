"""Moderators' acts in Redis: one function call an act, in the slot of its room (functions/acts.lua).

Promises: a plan is carried out whole or not at all, and once: whoever repeats it under its name is answered as the
first time. Every method waits on the network and raises StoreUnavailable when it is away, after which the act may or
may not be done: repeat it. Knows no HTTP, no log, and nothing of who may do what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import msgpack

from chatserver.core.acts import UNDO_MS
from chatserver.core.calm import Calm
from chatserver.core.cases import Case, pack_case
from chatserver.core.errors import AlongsideError
from chatserver.core.groups import Group
from chatserver.core.letters import LETTER_MS
from chatserver.core.messages import MODERATOR
from chatserver.core.plans import Plan
from chatserver.core.sanctions import Receipt, Sanction, unpack_sanction
from chatserver.store.rooms import read_calm
from chatserver.store.servers import Servers

Why = Literal["gone", "foreign", "too_late", "final", "changed"]
Memo = Mapping[str, Any]
"""What whoever carries out an act wants to know of it when it is repeated or undone."""


class NotDone(AlongsideError):
    """Nothing was changed: what it is about is `gone`, it is somebody else's (`foreign`), `too_late`, `final`, or was
    `changed` by somebody else just now.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Done:
    """When it was done (ms since 1970, by the record's clock), what each step gave, and whether it was undone since."""

    at_ms: int
    results: tuple[str, ...]
    memo: Memo
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an act happens: one room of one group."""

    group: Group
    room: int

    @property
    def tag(self) -> str:
        """Give the hash tag of the room's keys."""
        return f"{self.group.id}.{self.room}"


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote a message (None: a moderator), and whether it was removed."""

    author: str | None
    is_removed: bool


class Acts:
    """The carrier out."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def find(self, scope: Scope, name: str) -> Done | None:
        """Read an act that was done under this name; None when there is none."""
        reply = await self._call(scope, "alongside_acted", name)
        return None if reply is None else _done(reply)

    async def carry_out(self, scope: Scope, name: str, account: str, plan: Plan, memo: Memo) -> Done:
        """Carry out a plan. Raises: NotDone, `gone`."""
        packed, kept = _packed(plan), msgpack.packb(memo)
        return _done(await self._call(scope, "alongside_act", name, account, packed, _keep_ms(scope), kept))

    async def undo(self, scope: Scope, name: str, account: str, plan: Plan = ()) -> Memo:
        """Take an act back within UNDO_MS; `plan` is done beside. Twice is as once. Raises: NotDone."""
        packed = _packed(plan)
        reply = await self._call(scope, "alongside_undo", name, account, _keep_ms(scope), UNDO_MS, packed)
        _check(reply)
        return cast(Memo, msgpack.unpackb(reply[1]))

    async def calm(self, scope: Scope) -> Calm:
        """Read what calms a room now."""
        return read_calm(await self._servers.call(scope.tag, "HGETALL", "{" + scope.tag + "}:calm"))

    async def written(self, scope: Scope, pos: str) -> Written | None:
        """Look who wrote a message; None when there is none at this position (any more)."""
        reply = await self._call(scope, "alongside_message", pos.partition(".")[2])
        if reply is None:
            return None
        author = msgpack.unpackb(reply[0])["member"]
        return Written(None if author == MODERATOR else author, reply[1] == b"removed")

    async def sanction(self, scope: Scope, receipt: Receipt) -> Sanction | None:
        """Read a sanction by its receipt; None when there is none, or it is long over."""
        key = "{" + scope.tag + "}:receipt:" + receipt
        packed = await self._servers.call(scope.tag, "GET", key)
        return None if packed is None else unpack_sanction(msgpack.unpackb(packed))

    async def appeal(self, scope: Scope, case: Case) -> bool:
        """Open the case of an appeal, once for its receipt; False when its member has no such receipt."""
        packed = msgpack.packb(pack_case(case))
        asked = (case.receipt or "", case.member, packed, case.id, case.pos or "", LETTER_MS)
        reply = await self._call(scope, "alongside_appeal", *asked)
        return bool(reply[0] == b"sent")

    async def _call(self, scope: Scope, function: str, *args: str | bytes | int) -> Any:
        return await self._servers.fcall(scope.tag, function, 1, "{" + scope.tag + "}:", *args)


def _packed(plan: Plan) -> bytes:
    """A step may hold what is packed itself: Redis' unpacker knows no bytes, only text, and asks not what is in it."""
    packed: bytes = msgpack.packb(plan, use_bin_type=False)
    return packed


def _keep_ms(scope: Scope) -> int:
    return scope.group.retention_s * 1000


def _done(reply: list[bytes]) -> Done:
    _check(reply)
    return Done(int(reply[1]), tuple(msgpack.unpackb(reply[2])), msgpack.unpackb(reply[3]), reply[4] == b"1")


def _check(reply: list[bytes]) -> None:
    if reply[0] == b"refused":
        raise NotDone(cast(Why, reply[1].decode()))
