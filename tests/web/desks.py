"""Moderators of a running house, signed in, and what they ask of the desk."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgpack

from chatserver.client import Member, join
from chatserver.core.cases import Case, pack_case
from chatserver.core.moderators import Role, Scope
from chatserver.core.rulings import Flag
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers
from tests.house import House

DEADLINE_S = 10
T = TypeVar("T")


@dataclass(frozen=True)
class Caller:
    """Somebody who asks the desk: with this cookie, or none."""

    house: House
    cookie: str = ""

    def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        """GET, or POST when there is a body; gives the status and the answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.house.desk_url}/api/{path}", data)
        if self.cookie:
            request.add_header("Cookie", self.cookie)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as fault:
            return fault.code, json.loads(fault.read())

    def ok(self, path: str, body: object = None) -> Any:
        """Ask what must succeed; gives the answer."""
        status, answer = self.ask(path, body)
        assert status == 200, answer
        return answer

    def code(self, path: str, body: object = None) -> tuple[int, str]:
        """Ask what must be refused; gives status and code."""
        status, answer = self.ask(path, body)
        return status, answer["error"]["code"]

    def leave(self, group: str) -> None:
        """Give a member's seat up, as the page does on leaving."""
        request = urllib.request.Request(f"{self.house.url}/g/{group}/exit", b"", {"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            assert answer.status == 204

    def cases(self) -> list[Any]:
        """Give the queue."""
        return list(self.ok("cases")["cases"])

    def wait_for_case(self, **like: object) -> Any:
        """Give the newest open case that has these fields, once it is there."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            found = [case for case in self.cases() if like.items() <= case.items()]
            if found:
                return max(found, key=lambda case: case["opened_at"])
            time.sleep(0.05)
        raise AssertionError(f"no such case: {like}")


def sign_in(house: House, name: str, role: Role, groups: set[str], scope: Scope = Scope.FULL) -> Caller:
    """Make an account and a session of this scope, beside the server."""

    async def made(servers: Servers) -> str:
        moderators = Moderators(servers)
        account = await moderators.add(name, role, frozenset(groups)) or await moderators.named(name)
        assert account is not None
        return await moderators.open_session(account.id, scope)

    return Caller(house, "desk=" + beside(house, made))


def end_lease(house: House, case: str) -> None:
    """Let the lease of a case run out now."""

    async def ended(servers: Servers) -> None:
        assert await servers.call("desk", "PEXPIRE", "{desk}:claim:" + case, 1)
        while await servers.call("desk", "EXISTS", "{desk}:claim:" + case):
            pass

    beside(house, ended)


def beside(house: House, work: Callable[[Servers], Awaitable[T]]) -> T:
    """Do something with a house's Redis, beside the house."""

    async def done() -> T:
        servers = Servers(f"unix://{next(house.data.rglob('valkey.sock'))}")
        await servers.start()
        try:
            return await work(servers)
        finally:
            await servers.stop()

    return asyncio.run(done())


def open_danger(house: House, name: str, age_ms: int, level: str = "crisis", title: str = "Porch") -> None:
    """Put a case into the queue as a sweep does, that was opened so long ago."""

    async def opened(servers: Servers) -> None:
        at_ms = time.time_ns() // 1_000_000 - age_ms
        flag = Flag(level, ("suicide",))
        case = Case(name, "message", house.group(title)["id"], 1, "nobody", "Calm Wren", flag, opened_at_ms=at_ms)
        args = (name, case.rank, msgpack.packb(pack_case(case)), 3_600_000)
        await servers.fcall("desk", "alongside_open", 1, "{desk}:", *args)

    beside(house, opened)


def call_moderators(house: House, words: str = "please", title: str = "Porch") -> str:
    """Let a member ask for a moderator and go; gives the handle."""

    async def called() -> str:
        ticket = join(house.url, house.group(title))
        async with Member(ticket) as member:
            await member.enter()
            await member.send({"do": "ask_moderator", "words": words})
            await member.wait_for("received")
        return str(ticket.you["handle"])

    return asyncio.run(called())


def audit(house: House) -> list[Any]:
    """Give the log, oldest first."""
    with contextlib.suppress(ValueError):
        return [json.loads(line) for line in house.run("audit", "show").splitlines()]
    return []


def lapse(house: House) -> None:
    """Let everybody's duty run out now, as when their last desks were lost 90 s ago."""

    async def over(servers: Servers) -> None:
        for account in await servers.call("desk", "HKEYS", "{desk}:duty"):
            await servers.fcall("desk", "alongside_stay_on_duty", 1, "{desk}:", account, 1)
        await servers.call("desk", "SPUBLISH", "{desk}:staff", "look")  # the nodes knew of a later end

    beside(house, over)
