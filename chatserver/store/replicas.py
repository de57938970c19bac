"""Whether a replica holds what was recorded, asked on a link beside the ordered one.

Why beside it: WAIT holds up whatever comes behind it on its connection. On the ordered link a replica that hangs
would hold up every post and every reading of this node. There WAIT counts what its own connection has written, so
each question begins with a small write: what is older than that write is where the write is.

Promises: `told(True)` only when a replica holds everything that the primary had recorded when it was asked for;
`told(False)` when none does after twice WAIT_MS at most, or the link went. One question at a time a primary; whatever
is asked meanwhile is the next one, together. Knows no function, no post and no room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from chatserver.store.link import ConnectionLost, Link, pack

WAIT_MS = 500  # a replica nearby answers within one; two questions end before an author must have heard something

Told = Callable[[bool], None]


class Replicas:
    """Asks for one node."""

    def __init__(self) -> None:
        self._gathered: dict[Link, list[Told]] = {}
        self._busy: set[Link] = set()
        self._loop = asyncio.get_running_loop()

    def ask(self, link: Link, tag: str, told: Told) -> None:
        """Ask whether what `link`'s server has recorded of this tag until now is with a replica."""
        aside = link.aside
        if aside is None or not aside.is_open:
            told(False)
            return
        self._gathered.setdefault(aside, []).append(told)
        if aside not in self._busy:
            self._busy.add(aside)
            self._loop.call_soon(self._question, aside, tag)

    def _question(self, aside: Link, tag: str) -> None:
        asked = self._gathered.pop(aside, [])
        if not asked:
            self._busy.discard(aside)
            return
        written: list[Any] = []

        def waited(count: Any) -> None:
            # Without the write WAIT would count what an earlier question wrote.
            is_held = written == [b"OK"] and isinstance(count, int) and count >= 1
            for told in asked:
                told(is_held)
            self._question(aside, tag)

        try:
            aside.send(pack("SET", "{" + tag + "}:copied", "", "PX", WAIT_MS), written.append)
            aside.send(pack("WAIT", 1, WAIT_MS), waited)
        except ConnectionLost as lost:
            waited(lost)
