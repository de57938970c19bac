"""Many members in one process, as pages behave: they join, come in, talk, lose their links and come back.

On epoll and plain sockets. Every message carries a mark (tests.load.marks); every delivery is read, timed and checked
against the ledger. After a lost link a member waits as the page does, enters with its last position and repeats what
nobody answered. Times include this program's own reading; by how much it lagged behind is in `late_ms`. Knows our
server's protocol and no scenario.
"""

from __future__ import annotations

import errno
import heapq
import json
import random
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from tests.load import marks
from tests.load.heard import Heard
from tests.load.ledger import Ledger
from tests.load.member import AWAY, ENTERING, INSIDE, JOINING, OPENING, Member
from tests.load.wire import CLOSE, PING, PONG, TEXT, Answer, comes_back_s, frame, frames

READ_BYTES = 256 * 1024
AT_ONCE = 64  # connections under way together, where a scenario does not say otherwise
SAID_A_TURN = 200
TURN_S = 0.05
_MESSAGE, _SENT, _HERE = b'{"ev":"message","pos":"', b'{"ev":"sent","id":"', b'{"ev":"here"'
_ID_BYTES = marks.NAME_LETTERS + marks.TIME_LETTERS
_ENTER = b'{"do":"enter","after":%b}'
_SAY = b'{"do":"say","id":"%b","text":"%b"}'


def now_us() -> int:
    """Give the time by which messages are marked."""
    return time.monotonic_ns() // 1000


class Crowd:
    """All members of one scenario, at the house on this port. `repeats`: what is not sent is said again when told."""

    def __init__(self, port: int, *, seed: int = 7, repeats: bool = True, at_once: int = AT_ONCE) -> None:
        self.port, self.repeats, self.at_once = port, repeats, at_once
        self.members: list[Member] = []
        self.ledger = Ledger()
        self.heard = Heard(time.monotonic())
        self.inside = self.unanswered = 0
        self._chance = random.Random(seed)
        self._poll = select.epoll()
        self._by_fd: dict[int, Member] = {}
        self._coming = 0
        self._waiting: deque[Member] = deque()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._ticket = 0

    def close(self) -> None:
        """Let go of every socket."""
        for member in self._by_fd.values():
            member.line.close()
        self._by_fd.clear()
        self._poll.close()

    # -- who is there ------------------------------------------------------------------------------------------------

    def add(self, group: str, version: str, count: int) -> list[Member]:
        """Add members who have not joined yet; gives them."""
        first = len(self.members)
        new = [Member(first + n, group, version) for n in range(count)]
        self.members.extend(new)
        return new

    def begin(self) -> Heard:
        """Begin a new stretch; gives what the one before has brought."""
        before, self.heard = self.heard, Heard(time.monotonic())
        return before

    def come(self, members: Iterable[Member], within_s: float = 0.0) -> None:
        """Let these members come, spread over so many seconds by chance; those without a seat join first."""
        now = time.monotonic()
        for member in members:
            in_s = self._chance.uniform(0, within_s) if within_s else 0.0
            self._later(now + in_s, lambda one=member: self._wants_in(one))  # type: ignore[misc] # bound now

    def come_all(self, members: Sequence[Member], limit_s: float) -> None:
        """Let these members come and wait until they are in. Raises: TimeoutError."""
        wanted = self.inside + sum(member.state != INSIDE for member in members)
        self.come(members)
        self.until(lambda: self.inside >= wanted, limit_s)

    def until(self, is_so: Callable[[], bool], limit_s: float) -> None:
        """Go on until something is so. Raises: TimeoutError."""
        end = time.monotonic() + limit_s
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {limit_s} s: {self.inside} of {len(self.members)} inside")
            self.turn(TURN_S)

    def drop(self, members: Iterable[Member], code: int = 1006) -> None:
        """Cut these members' links; they come back as pages do."""
        for member in members:
            if member.state != AWAY:
                self._lost(member, code)

    def want_again(self) -> None:
        """Count from now on how long those who are away take to be in again."""
        for member in self.members:
            if member.state != INSIDE:
                member.wanted_us = now_us()

    # -- saying ------------------------------------------------------------------------------------------------------

    def say(self, member: Member) -> None:
        """Let a member say its next line; kept until it can go, when there is no link."""
        mark = marks.stamp(member.number, member.said, now_us())
        text = marks.words(member.number, member.said, mark)
        member.said += 1
        self.heard.said += 1
        self.unanswered += 1
        member.unanswered[mark] = framed = frame(TEXT, _SAY % (mark, text))
        if member.state == INSIDE:
            self._send(member, framed)

    def talk(self, members: Sequence[Member], per_s: float, seconds: float) -> None:
        """Let these members talk, so many messages a second together, each in its turn whatever becomes of the last."""
        order = list(members)
        self._chance.shuffle(order)
        began, number = time.monotonic(), 0
        while (now := time.monotonic()) < began + seconds:
            due = int((now - began) * per_s)
            for _ in range(min(due - number, SAID_A_TURN)):
                self.heard.late_us.append(int((now - began - (number + 1) / per_s) * 1e6))
                self.say(order[number % len(order)])
                number += 1
            self.turn(max(0.0, min(TURN_S, began + (number + 1) / per_s - time.monotonic())))

    def press(self, members: Sequence[Member], window: int, seconds: float) -> None:
        """Let these members talk so that `window` messages are always unanswered."""
        order = list(members)
        self._chance.shuffle(order)
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            for _ in range(min(window - self.unanswered, SAID_A_TURN)):
                self.say(order[number % len(order)])
                number += 1
            self.turn(TURN_S)

    def sit(self, seconds: float) -> None:
        """Let nobody say anything for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.turn(left)

    def soon(self, in_s: float, what: Callable[[], None]) -> None:
        """Do something while members talk."""
        self._later(time.monotonic() + in_s, what)

    def settle(self, quiet_s: float = 0.5, limit_s: float = 10.0) -> None:
        """Read until everything is answered and nothing has come for a while, or so long at most."""
        end, last, since = time.monotonic() + limit_s, -1, time.monotonic()
        while (now := time.monotonic()) < end:
            heard = self.heard.deliveries + self.heard.replayed + self.heard.sent
            if heard != last or self.unanswered:
                last, since = heard, now
            elif now - since > quiet_s:
                return
            self.turn(TURN_S)

    def wrongs(self) -> dict[str, int]:
        """Give what is wrong now that everything has been said: the ledger's faults, and who was never answered."""
        places = [member.place for member in self.members if member.place is not None and member.state == INSIDE]
        return {**self.ledger.missing(places), "unanswered": self.unanswered}

    # -- one turn ----------------------------------------------------------------------------------------------------

    def turn(self, wait_s: float) -> None:
        """Do what is due and read what has come, waiting so long for something."""
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
        if self._due:
            wait_s = max(0.0, min(wait_s, self._due[0][0] - now))
        while self._waiting and self._coming < self.at_once:
            self._open(self._waiting.popleft())
        for fd, what in self._poll.poll(wait_s):
            member = self._by_fd.get(fd)
            if member is None:
                continue
            if what & select.EPOLLOUT:
                self._opened(member)
            else:
                self._readable(member)
        self.heard.sample(time.monotonic(), self.inside)

    def _later(self, at_s: float, what: Callable[[], None]) -> None:
        self._ticket += 1
        heapq.heappush(self._due, (at_s, self._ticket, what))

    # -- coming in ---------------------------------------------------------------------------------------------------

    def _wants_in(self, member: Member) -> None:
        if member.state == AWAY and not member.is_waiting:
            member.is_waiting = True
            member.wanted_us = member.wanted_us or now_us()
            self._waiting.append(member)

    def _open(self, member: Member) -> None:
        member.is_waiting = False
        line = socket.socket()
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        member.line, member.rest = line, b""
        member.state = OPENING if member.cookie else JOINING
        self._coming += 1
        self._by_fd[line.fileno()] = member
        if line.connect_ex(("127.0.0.1", self.port)) not in (0, errno.EINPROGRESS):
            self._failed(member, "connect")
            return
        self._poll.register(line.fileno(), select.EPOLLOUT)

    def _opened(self, member: Member) -> None:
        if member.line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._failed(member, "connect")
            return
        self._poll.modify(member.line.fileno(), select.EPOLLIN)
        self._send(member, member.join(self.port) if member.state == JOINING else member.upgrade(self.port))

    def _let_go(self, member: Member) -> None:
        """Closes a member's connection, whatever it was."""
        if member.state in (JOINING, OPENING, ENTERING):
            self._coming -= 1
        elif member.state == INSIDE:
            self.inside -= 1
        del self._by_fd[member.line.fileno()]  # the kernel forgets a closed socket's registration by itself
        member.line.close()
        member.state, member.rest = AWAY, b""

    def _failed(self, member: Member, what: str, in_s: float | None = None) -> None:
        self.heard.refused[what] += 1
        self._let_go(member)
        self._comes_back(member, 1006, in_s)

    def _lost(self, member: Member, code: int) -> None:
        self.heard.closed[code] += 1
        self._let_go(member)
        member.wanted_us = now_us()
        self._comes_back(member, code, None)

    def _comes_back(self, member: Member, code: int, in_s: float | None) -> None:
        if in_s is None:
            in_s = comes_back_s(code, member.tries, self._chance.random(), member.goaway_s)
        member.tries += 1
        member.goaway_s = None
        self._later(time.monotonic() + in_s, lambda: self._wants_in(member))

    # -- reading -----------------------------------------------------------------------------------------------------

    def _readable(self, member: Member) -> None:
        try:
            data = member.line.recv(READ_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._ended(member)
        elif member.state == JOINING:
            self._joined(member, member.rest + data)
        elif member.state == OPENING:
            self._upgraded(member, member.rest + data)
        else:
            self._framed(member, member.rest + data if member.rest else data)

    def _ended(self, member: Member) -> None:
        if member.state == INSIDE:
            self._lost(member, member.close_code)
        else:
            self._failed(member, "lost while coming")

    def _joined(self, member: Member, data: bytes) -> None:
        member.rest = data
        if b"\r\n\r\n" not in data or not (answer := Answer(data)).is_whole:
            return
        if answer.status != 200:
            self._failed(member, f"join {answer.status}", answer.retry_after_s * (1 + self._chance.random() / 2))
            return
        member.cookie = answer.cookie
        self._let_go(member)
        self._waiting.appendleft(member)  # not opened here: the kernel would give a number that this turn's events hold

    def _upgraded(self, member: Member, data: bytes) -> None:
        member.rest = data
        if b"\r\n\r\n" not in data:
            return
        status = data[9:12].decode()
        if status != "101":
            self._failed(member, f"socket {status}")
            return
        member.state, member.rest, member.close_code = ENTERING, b"", 1006
        self._send(member, frame(TEXT, _ENTER % (b'"%b"' % member.pos if member.pos else b"null")))
        if rest := data.partition(b"\r\n\r\n")[2]:
            self._framed(member, rest)

    def _framed(self, member: Member, data: bytes) -> None:
        at_us = now_us()
        for opcode, start, stop in frames(data):
            if opcode == TEXT:
                if data.startswith(_MESSAGE, start):
                    self._message(member, data, start, stop, at_us)
                elif data.startswith(_SENT, start):
                    self._sent(member, data[start + len(_SENT) : start + len(_SENT) + _ID_BYTES], at_us)
                elif not data.startswith(_HERE, start):
                    self._told(member, json.loads(data[start:stop]))
            elif opcode == PING:
                self._send(member, frame(PONG, data[start:stop]))
            elif opcode == CLOSE:
                member.close_code = int.from_bytes(data[start : start + 2], "big") or 1006
            elif opcode == -1:
                member.rest = data[start:]
            if member.state == AWAY:
                return

    def _message(self, member: Member, data: bytes, start: int, stop: int, at_us: int) -> None:
        where = start + len(_MESSAGE)
        member.pos = data[where : data.index(b'"', where)]
        at = data.rfind(marks.MARK, where, stop) + len(marks.MARK)
        mark = data[at : at + _ID_BYTES]
        if len(mark) < _ID_BYTES or member.place is None:
            return
        self.ledger.hear(member.place, mark[: marks.NAME_LETTERS])
        left_us = marks.time_of(mark)
        if left_us >= member.in_us:
            self.heard.deliveries += 1
            self.heard.receipt_us.append(at_us - left_us)
        else:
            self.heard.replayed += 1

    def _sent(self, member: Member, mark: bytes, at_us: int) -> None:
        if member.unanswered.pop(mark, None) is None:
            return
        self.unanswered -= 1
        self.heard.sent += 1
        self.heard.answer_us.append(at_us - marks.time_of(mark))
        if member.place is not None:
            member.place.room.accepted.add(mark[: marks.NAME_LETTERS])

    def _told(self, member: Member, event: dict[str, object]) -> None:
        match event["ev"]:
            case "entered":
                self._entered(member, event)
            case "not_sent" | "held":
                self._not_sent(member, str(event["id"]).encode(), str(event.get("code", "held")), event)
            case "sent":  # with more fields than usual
                self._sent(member, str(event["id"]).encode(), now_us())
            case "goaway":
                member.goaway_s = float(str(event["reconnect_in"])) / 1000
                self.heard.goaway_s.append(member.goaway_s)
            case _:
                pass

    def _entered(self, member: Member, event: dict[str, object]) -> None:
        self._coming -= 1
        self.inside += 1
        member.take_place(event, self.ledger)
        self.heard.replayed += member.catch_up(event, self.ledger)
        member.state, member.tries, member.in_us = INSIDE, 0, now_us()
        self.heard.back_us.append(member.in_us - member.wanted_us)
        member.wanted_us = 0
        for framed in list(member.unanswered.values()):
            self._send(member, framed)

    def _not_sent(self, member: Member, mark: bytes, code: str, event: dict[str, object]) -> None:
        self.heard.told[code] += 1
        retry = event.get("retry_after")
        if self.repeats and retry is not None and mark in member.unanswered:
            self._later(time.monotonic() + float(str(retry)), lambda: self._again(member, mark))
        elif member.unanswered.pop(mark, None) is not None:
            self.unanswered -= 1

    def _again(self, member: Member, mark: bytes) -> None:
        framed = member.unanswered.get(mark)
        if framed is not None and member.state == INSIDE:
            self._send(member, framed)

    def _send(self, member: Member, data: bytes) -> None:
        if member.state == AWAY:
            return
        try:
            member.line.send(data)  # small, and the server reads: the kernel takes it whole
        except (ConnectionError, BlockingIOError):
            self._ended(member)
