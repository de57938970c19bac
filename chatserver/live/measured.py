"""Measures one message from its arrival to its author's answer, and hands its position on to whoever sees it written.

Everything that answers a `say` does so through one `tell`: counting there, every way is counted, once, whatever the
floor decides. Knows no words.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from chatserver.live.room import LiveRoom

Tell = Callable[[object], None]


def measured(room: LiveRoom, tell: Tell) -> Tell:
    """Give `tell` as it counts and times the one answer to a message that has come just now."""
    began, tally = perf_counter(), room.tally

    def answer(fields: object) -> None:
        said = cast("dict[str, Any]", fields)
        tally.answered(said, perf_counter() - began)
        if said["ev"] == "sent":
            room.accepted(said["pos"], began)
        tell(fields)

    return answer
