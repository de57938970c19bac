"""Many members at once, in a thread of their own, for as long as a test needs them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from chatserver.client import Member, join
from tests.house import House

DEADLINE_S = 30
T = TypeVar("T")


class Crowd:
    """Members of one group who are in."""

    def __init__(self, loop: asyncio.AbstractEventLoop, members: list[Member]) -> None:
        self._loop, self.members = loop, members

    def say(self, *words: str) -> None:
        """Let the first member say this, one after the other."""
        for line in words:
            _done(self._loop, self.members[0].say(line))


@contextlib.contextmanager
def crowd(house: House, count: int, title: str = "Porch") -> Iterator[Crowd]:
    """Let so many members in; they go at the end."""
    loop = asyncio.new_event_loop()
    with ThreadPoolExecutor(1) as aside:
        aside.submit(loop.run_forever)
        members = [Member(join(house.url, house.group(title))) for _ in range(count)]
        try:
            for member in members:
                _done(loop, member.connect())
                _done(loop, member.enter())
            yield Crowd(loop, members)
        finally:
            for member in members:
                with contextlib.suppress(OSError):
                    _done(loop, member.close())
            loop.call_soon_threadsafe(loop.stop)
            aside.shutdown()
            loop.close()


def _done(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result(DEADLINE_S)
