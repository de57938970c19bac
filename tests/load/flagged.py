"""From a flagged message to a moderator's desk: how long it takes while a full room talks.

`python -m tests.load.flagged` starts our server, seats 1,000 members in one room who say 50 messages a second together,
and lets one more say a line that risks a life once a second. Timed from before the line is written to when the desk's
socket has the case, this program's own reading included; printed, nothing is asserted. A run takes about a minute, of
which --seconds are measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from chatserver.client import Member, Ticket, join
from chatserver.core.moderators import Role, Scope
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers
from chatserver.web.deskdoor import SUBPROTOCOL
from tests.load import servers
from tests.load.joining import group_of, seat_in_order, write_each
from tests.load.machine import describe

MEMBERS, RATE = 1000, 50
LINE = "I am going to kill myself tonight"
EVERY_S = 1.0
SETTLE_S, WARM_S = 4, 3  # the load program's members come in and begin to talk
COME_S = 120.0
LATE_S = 20.0  # a case that is not there by then is lost, and the run fails


def percentile(values: Sequence[float], part: float) -> float:
    """Give the smallest of the values that at least this part of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]


async def moderator(redis: str) -> str:
    """Make a lead and a session, beside the server; gives the cookie."""
    beside = Servers(redis)
    await beside.start()
    try:
        moderators = Moderators(beside)
        account = await moderators.add("bench", Role.LEAD, frozenset())
        assert account is not None
        return "desk=" + await moderators.open_session(account.id, Scope.FULL)
    finally:
        await beside.stop()


class Desk:
    """One desk: when it was first told of each case (by `time.monotonic`)."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._known: set[str] = set()

    async def next_case(self) -> float:
        """Wait for a case that is new; gives when it came."""
        async with asyncio.timeout(LATE_S):
            async for raw in self._socket:
                at_s, told = time.monotonic(), json.loads(raw)
                names = {case["id"] for case in told.get("cases", ())}
                is_new, self._known = bool(names - self._known), self._known | names
                if is_new:
                    return at_s
        raise RuntimeError("the desk was closed")


async def flag(ticket: Ticket, redis: str, port: int, seconds: float) -> list[float]:
    """Say a flagged line every second for so long; gives the seconds each took to the desk."""
    took: list[float] = []
    cookie = await moderator(redis)
    async with (
        connect(
            f"ws://localhost:{port}/desk/live",
            origin=Origin(f"http://localhost:{port}"),
            additional_headers={"Cookie": cookie},
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            max_size=None,
            proxy=None,
        ) as socket,
        Member(ticket) as member,
    ):
        desk, began = Desk(socket), time.monotonic()
        await member.enter()
        while (next_s := began + len(took) * EVERY_S) < began + seconds:
            await asyncio.sleep(max(0.0, next_s - time.monotonic()))
            said_s = time.monotonic()
            await member.send({"do": "say", "id": f"flagged-{len(took)}", "text": LINE})
            took.append(await desk.next_case() - said_s)
    return took


def measure(seconds: float, folder: Path) -> tuple[list[float], dict[str, object]]:
    """Run server, load and flags; gives the delays (s) and what the load program saw."""
    with servers.ours(folder, MEMBERS + 1) as running:
        group = group_of(running.port)
        write_each(folder / "each", group, seat_in_order(group, MEMBERS), MEMBERS)
        base = f"http://127.0.0.1:{running.port}"
        ticket = join(base, {"id": group.id, "agreement": {"version": group.version}})
        options = {
            "port": running.port, "pid": running.pid, "conns": MEMBERS, "rooms": 1, "each": folder / "each",
            "subproto": "alongside.v1+json", "settle": SETTLE_S, "warm": WARM_S, "senders": RATE, "rate": RATE,
            "secs": seconds + WARM_S, "first": '{"do":"enter","after":null}',
            "tmpl": '{"do":"say","id":"%s","text":"%p"}',
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.load.client", "--text"]
        command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
        load = subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=servers.ROOT, preexec_fn=lambda: servers.pin(servers.LOAD_CORE)
        )
        try:
            _wait_until_it_talks(running.port)
            redis = f"unix://{next((folder / 'data').rglob('valkey.sock'))}"
            took = asyncio.run(flag(ticket, redis, running.port, seconds))
            said, _ = load.communicate(timeout=seconds + 60)
        finally:
            load.kill()
            load.wait()
    return took, json.loads(said)


def _wait_until_it_talks(port: int) -> None:
    """Until everybody is in the room and messages come."""
    deadline = time.monotonic() + COME_S
    while _sent(port) < RATE:
        if time.monotonic() > deadline:
            raise RuntimeError("nobody says anything")
        time.sleep(0.2)


def _sent(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    name = "alongside_messages_total{"
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name) and 'outcome="sent"' in line)


def report(took: Sequence[float], load: dict[str, object]) -> str:
    """Give the result as text."""
    machine, parts = describe(), {"p50": 0.5, "p90": 0.9, "p99": 0.99}
    delays = ", ".join(f"{name} {percentile(took, part) * 1000:.0f} ms" for name, part in parts.items())
    return "\n".join(
        [
            f"{machine['cpu']}, {machine['cores']} cores, {machine['kernel']}, Python {machine['python']}",
            f"{load['conns']} members, {load['msgs_per_s']} messages/s, their own delays (us): {load['lat_us']}",
            f"message to desk, {len(took)} flagged lines: {delays}, longest {max(took) * 1000:.0f} ms",
        ]
    )


def main() -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser(description="from a flagged message to a moderator's desk, under load")
    parser.add_argument("--seconds", type=float, default=25.0, help="how long is measured, at most 60")
    seconds = min(60.0, parser.parse_args().seconds)
    with tempfile.TemporaryDirectory(prefix="alongside-flag-") as name:
        took, load = measure(seconds, Path(name))
    sys.stdout.write(report(took, load) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
