"""Posting: one Redis Function call per act, all calls of one event-loop turn in one write, an answer for every post
within 2 s.

Promises: posts of one node into one room are recorded in the order they were given; a post whose link was lost in
between is sent again under the same client id, so it is recorded once; a post that Redis has not answered in time is
answered here, and may yet be recorded: under the same client id its author learns where. Where the server has a
replica, `Sent` is answered only after a replica holds it too. Knows nothing of sockets, sessions or what a body says.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import hiredis

from chatserver.core.errors import Barred, StoreUnavailable
from chatserver.core.messages import Position
from chatserver.store.link import ConnectionLost, Link, pack
from chatserver.store.replicas import Replicas
from chatserver.store.servers import Servers

DEADLINE_S = 1.8  # the author must hear something within 2 s
LOOK_S = 0.1  # how often it is seen who has waited too long
RETRY_S = 0.05
# Posts without an answer, under way or waiting for a lost server; beyond it a post is refused at once. Some 10 MB; what
# 10,000 members can say in the 1.8 s, with two words a second for all that one of them may say in two.
MAX_UNANSWERED = 10_000
RETRY_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Held:
    """The message waits, outside the record, for the moderator of this case."""

    case: str


@dataclass(frozen=True, slots=True, repr=False)
class GivenBack:
    """A moderator gave the held message back to its author; `why` is for the author alone."""

    why: str


@dataclass(frozen=True, slots=True)
class Calmed:
    """A moderator calmed the room: moderators alone write (`quiet`), or this member must wait `wait_ms` (`slow`)."""

    why: Literal["quiet", "slow"]
    wait_ms: int = 0


Outcome = Position | Held | GivenBack | StoreUnavailable | Barred | Calmed | None
"""Where the act stands in the record; why it does not; None when what it is about is not there (or not the asker's)."""

Done = Callable[[Outcome], None]


@dataclass(slots=True, repr=False)
class _Post:
    tag: str
    command: bytes
    done: Done | None
    """None once its author has heard."""
    deadline: float


class Posting:
    """The one way by which anything gets into a room's record."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._parked: deque[_Post] = deque()
        self._by_age: deque[_Post] = deque()
        self._unanswered = 0
        self._loop = asyncio.get_running_loop()
        self._replicas = Replicas()
        self.repeats = 0
        """How many posts were answered with the position of an earlier attempt."""

    def submit(
        self, tag: str, name: str, keys: tuple[str, ...], args: tuple[bytes | str | int, ...], done: Done
    ) -> None:
        """Call one function of `room.lua` for a room; `done` is called exactly once, at the latest after 2 s."""
        if self._unanswered >= MAX_UNANSWERED:
            done(StoreUnavailable(RETRY_AFTER_S))
            return
        self._unanswered += 1
        command = pack("FCALL", self._servers.function(name), len(keys), *keys, *args)
        post = _Post(tag, command, done, self._loop.time() + DEADLINE_S)
        if not self._by_age:
            self._loop.call_later(LOOK_S, self._tell_late)
        self._by_age.append(post)
        if self._parked:
            self._park(post)  # nothing overtakes what waits
        else:
            self._send(post)

    def oldest_s(self) -> float:
        """Give for how long the oldest post has waited for its answer; 0 when none waits."""
        oldest = next((post for post in self._by_age if post.done is not None), None)
        return 0.0 if oldest is None else self._loop.time() - (oldest.deadline - DEADLINE_S)

    def _finish(self, post: _Post, outcome: Outcome) -> None:
        """Tells the author, once."""
        done, post.done = post.done, None
        if done is not None:
            self._unanswered -= 1
            done(outcome)

    def _tell_late(self) -> None:
        """Forgets whom Redis has answered and tells who has waited too long."""
        posts, now = self._by_age, self._loop.time()
        while posts and (posts[0].done is None or posts[0].deadline <= now):
            self._finish(posts.popleft(), StoreUnavailable(RETRY_AFTER_S))
        if posts:
            self._loop.call_later(LOOK_S, self._tell_late)

    def _send(self, post: _Post) -> None:
        try:
            link = self._servers.link(post.tag)
            if link.replicas:
                link.send(post.command, partial(self._recorded, link, post))
            else:
                link.send(post.command, partial(self._answered, post))
        except (StoreUnavailable, ConnectionLost):
            self._park(post)

    def _recorded(self, link: Link, post: _Post, reply: Any) -> None:
        if isinstance(reply, Exception):
            self._answered(post, reply)
        else:
            self._replicas.ask(link, post.tag, partial(self._copied, post, reply))

    def _copied(self, post: _Post, reply: Any, is_held: bool) -> None:
        """Without a copy the post goes through it all again: the replica, or the primary, may be another one now."""
        if is_held:
            self._answered(post, reply)
        elif post.done is not None:
            self._servers.look_again()
            self._park(post)

    def _answered(self, post: _Post, reply: Any) -> None:
        if isinstance(reply, ConnectionLost):
            self._park(post)
        elif isinstance(reply, hiredis.ReplyError):
            if self._servers.is_misplaced(reply):
                self._park(post)
            else:
                self._finish(post, StoreUnavailable(RETRY_AFTER_S))
        else:
            self._finish(post, self._outcome(reply))

    def _outcome(self, reply: list[bytes]) -> Outcome:
        kind = reply[0]
        if kind == b"again":
            self.repeats += 1
        if kind == b"held":
            return Held(reply[1].decode())
        if kind in (b"sent", b"again"):
            return _stands(reply[1].decode())
        if kind == b"quiet":
            return Calmed("quiet")
        if kind == b"slow":
            return Calmed("slow", int(reply[1]))
        if kind == b"barred":
            return Barred(int(reply[1].partition(b":")[0]))
        return None

    def _park(self, post: _Post) -> None:
        if not self._parked:
            self._loop.call_later(RETRY_S, self._retry)
        self._parked.append(post)

    def _retry(self) -> None:
        """Tries everything parked again, in order, but for those whose authors have heard that it took too long."""
        waiting, self._parked = self._parked, deque()
        for post in waiting:
            if post.done is None:
                continue
            if self._parked:
                self._parked.append(post)
            else:
                self._send(post)


def _stands(where: str) -> Outcome:
    kind, _, rest = where.partition(":")
    match kind:
        case "held":
            return Held(rest)
        case "back":
            return GivenBack(rest)
        case _:
            return Position(where)
