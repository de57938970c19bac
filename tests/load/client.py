"""The load program: many members in one process, on epoll and plain sockets. Speaks no more WebSocket than it needs.

`python -m tests.load.client --port ... ` prints one JSON object. Every message carries a mark (tests.load.marks): its
sender's number, its own number and the time it left. Deliveries are counted by their marks in whatever the kernel gives
in one read; one member in ORDER_SAMPLE is read in full: each message once, in its sender's order. Saturated
(`--window`): so many messages are in flight, a message being done when its room's members have it. Paced (`--rate`):
every delivery is read in full and timed from sending to receipt, this program's own reading included; only then is
there a `lat_us`. Knows no server.

The options and the answer are a part of those of the project's C++ load program, which may stand in its place.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import socket
import sys
import time
from pathlib import Path

from tests.load import marks
from tests.load.procs import Used, used_by
from tests.load.quantiles import PARTS, quantile
from tests.load.wire import BINARY, TEXT, frame

ORDER_SAMPLE = 20
READ_BYTES = 256 * 1024
AT_ONCE = 64  # handshakes under way together
CONNECT_TIMEOUT_S = 120.0
DRAIN_TIMEOUT_S = 4.0
STALLED_S = 5.0


class Member:
    """One connection."""

    __slots__ = ("count", "is_sampled", "line", "room", "seen", "tail")

    def __init__(self, line: socket.socket, room: int, is_sampled: bool) -> None:
        self.line, self.room, self.is_sampled = line, room, is_sampled
        self.tail = b""
        self.count = 0
        self.seen: dict[int, int] = {}


class Load:
    """All members, and what came of their talk."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.poll = select.epoll()
        self.members: list[Member] = []
        self.by_fd: dict[int, Member] = {}
        self.closed = self.received = self.disordered = self.expected = self.sent = 0
        self.delays_us: list[int] | None = None
        self._numbers = [0] * options.conns
        rooms = options.rooms
        self.sizes = [options.conns // rooms + (i < options.conns % rooms) for i in range(rooms)]
        self._each = Path(options.each).read_text().splitlines() if options.each else []

    # -- connecting --------------------------------------------------------------------------------------------------

    def connect(self) -> float:
        """Open every connection, AT_ONCE at a time; gives the seconds it took."""
        began = time.monotonic()
        for start in range(0, self.options.conns, AT_ONCE):
            batch = [self._ask(i) for i in range(start, min(start + AT_ONCE, self.options.conns))]
            for number, line in enumerate(batch, start):
                self._greeted(number, line)
            if time.monotonic() - began > CONNECT_TIMEOUT_S:
                raise SystemExit("connecting takes too long")
        return time.monotonic() - began

    def _ask(self, number: int) -> socket.socket:
        options, room = self.options, number % self.options.rooms
        path, header = options.path.replace("%r", str(room)), ""
        if self._each:
            path, _, header = self._each[number % len(self._each)].partition("\t")
        lines = [
            f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{options.port}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            f"Origin: http://127.0.0.1:{options.port}",
            *([f"Sec-WebSocket-Protocol: {options.subproto}"] if options.subproto else []),
            *([header] if header else []),
        ]  # fmt: skip
        line = socket.create_connection((options.host, options.port), timeout=20)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall("\r\n".join([*lines, "\r\n"]).encode())
        return line

    def _greeted(self, number: int, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = line.recv(4096)
            if not more:
                break
            head += more
        if not head.startswith(b"HTTP/1.1 101"):
            raise SystemExit("refused: " + head.split(b"\r\n")[0].decode(errors="replace"))
        line.setblocking(False)
        member = Member(line, number % self.options.rooms, bool(self.options.rate) or number % ORDER_SAMPLE == 0)
        self.members.append(member)
        self.by_fd[line.fileno()] = member
        self.poll.register(line.fileno(), select.EPOLLIN)
        for first in self.options.first:
            line.sendall(frame(TEXT, first.encode()))

    # -- reading -----------------------------------------------------------------------------------------------------

    def turn(self, wait_s: float) -> None:
        """Read what has come, waiting so long for something."""
        for fd, _ in self.poll.poll(wait_s):
            member = self.by_fd[fd]
            try:
                data = member.line.recv(READ_BYTES)
            except BlockingIOError:
                continue
            except ConnectionError:
                data = b""
            if data:
                self._read(member, data)
            else:
                self._gone(fd)

    def _gone(self, fd: int) -> None:
        self.poll.unregister(fd)
        self.by_fd.pop(fd).line.close()
        self.closed += 1

    def _read(self, member: Member, data: bytes) -> None:
        if not member.is_sampled:
            data = member.tail + data
            member.tail = data[1 - len(marks.MARK) :]  # too short for a whole mark: none is counted twice
            count = data.count(marks.MARK)
        else:
            data = member.tail + data
            member.tail = data[1 - marks.MARK_BYTES :]
            count = self._read_in_full(member, marks.STAMP.findall(data))
        member.count += count
        self.received += count

    def _read_in_full(self, member: Member, stamps: list[tuple[bytes, bytes]]) -> int:
        delays = self.delays_us
        now = time.monotonic_ns() // 1000 if delays is not None else 0
        for name, left in stamps:
            sender, number = marks.sender_of(name), marks.number_of(name)
            if number != member.seen.get(sender, -1) + 1:
                self.disordered += 1
            member.seen[sender] = number
            if delays is not None:
                delays.append(now - marks.time_of(name + left))
        return len(stamps)

    # -- saying ------------------------------------------------------------------------------------------------------

    def say(self, number: int) -> None:
        """Send one message."""
        member = self.members[number]
        mark = marks.stamp(number, self._numbers[number], time.monotonic_ns() // 1000)
        text = marks.words(number, self._numbers[number], mark).decode()
        self._numbers[number] += 1
        said = self.options.tmpl.replace("%s", mark.decode()).replace("%p", text)
        # A whole small frame: the kernel takes it, or the server has stopped reading and the run is worth nothing.
        member.line.send(frame(TEXT if self.options.text else BINARY, said.encode()))
        self.sent += 1
        self.expected += self.sizes[member.room]

    def talk(self, seconds: float) -> None:
        """Let the senders talk for so long, each in its turn."""
        options, senders = self.options, min(self.options.senders, len(self.members))
        began = progress = time.monotonic()
        number = last = 0
        while (now := time.monotonic()) - began < seconds:
            if options.rate:
                due = int((now - began) * options.rate)
                while number < due:
                    self.say(number % senders)
                    number += 1
                self.turn(max(0.0, began + (number + 1) / options.rate - time.monotonic()))
                continue
            size = self.options.conns / options.rooms
            while self.expected - self.received < options.window * size:
                self.say(number % senders)
                number += 1
            self.turn(0.05)
            if self.received != last:
                last, progress = self.received, now
            elif now - progress > STALLED_S:
                raise SystemExit("nothing is delivered any more")

    def settle(self, seconds: float) -> None:
        """Read for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.turn(left)

    def drain(self) -> None:
        """Read until everything expected has come, or nothing has for a while."""
        last, progress = self.received, time.monotonic()
        while self.received < self.expected and time.monotonic() - progress < DRAIN_TIMEOUT_S:
            self.turn(0.05)
            if self.received != last:
                last, progress = self.received, time.monotonic()


def run(options: argparse.Namespace) -> dict[str, object]:
    """Do what the options say; gives what was seen."""
    before = used_by(options.pid)
    load = Load(options)
    connect_s = load.connect()
    load.settle(options.settle)
    idle = used_by(options.pid)
    seen: dict[str, object] = {
        "conns": len(load.by_fd),
        "connect_s": round(connect_s, 2),
        "rss0": {"kb_per_conn": round((idle.rss_kb - before.rss_kb) / options.conns, 2)},
    }
    if options.secs:
        load.talk(options.warm)
        seen |= _measure(load)
    return seen


def _measure(load: Load) -> dict[str, object]:
    options = load.options
    load.delays_us = [] if options.rate else None
    used, received, sent, own, began = used_by(options.pid), load.received, load.sent, os.times(), time.monotonic()
    load.talk(options.secs)
    seconds = time.monotonic() - began
    later, cpu = used_by(options.pid), os.times()
    deliveries, messages = load.received - received, load.sent - sent
    delays = sorted(load.delays_us or [])
    load.delays_us = None
    load.drain()
    timed = {"lat_us": {name: round(quantile(delays, part)) for name, part in PARTS.items()}} if delays else {}
    return timed | {
        "secs": round(seconds, 2),
        "msgs_per_s": round(messages / seconds),
        "deliv_per_s": round(deliveries / seconds),
        "lost": load.expected - load.received,
        "ooo": load.disordered,
        "closed": load.closed,
        "gen_cpu": round((cpu.user + cpu.system - own.user - own.system) / seconds, 2),
        "pid0": _cost(used, later, deliveries, messages, seconds),
    }


def _cost(before: Used, after: Used, deliveries: int, messages: int, seconds: float) -> dict[str, float]:
    cpu_s = after.cpu_s - before.cpu_s
    return {
        "cpu": round(cpu_s / seconds, 3),
        "user": round((after.user_s - before.user_s) / seconds, 3),
        "us_per_deliv": round(cpu_s * 1e6 / max(1, deliveries), 3),
        "us_per_msg": round(cpu_s * 1e6 / max(1, messages), 1),
    }


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="many members in one process")
    for name, kind, default in (
        ("port", int, 0), ("pid", int, 0), ("conns", int, 1), ("rooms", int, 1), ("senders", int, 1),
        ("window", int, 64),
        ("rate", float, 0.0), ("secs", float, 0.0), ("warm", float, 1.0), ("settle", float, 1.0),
        ("host", str, "127.0.0.1"), ("path", str, "/ws/%r"), ("each", str, ""), ("subproto", str, ""),
        ("tmpl", str, "%p"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--first", action="append", default=[])
    parser.add_argument("--text", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(read_options())) + "\n")
