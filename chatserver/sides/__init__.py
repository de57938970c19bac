"""One node, put together side by side: what it keeps (kept), then for members, for the desk, for operators.

Nothing is decided here but who gets what. A side knows those named before it, and tells its routes and what of it must
be looked after all the time. Opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chatserver.core.groups import Group
from chatserver.live.guard import Guard
from chatserver.web.pages import Pages


@dataclass(frozen=True, slots=True, repr=False)
class Common:
    """What the nodes of a machine have in common when they are born; each has its own copy of it, a fork's."""

    key: bytes
    groups: tuple[Group, ...]
    guard: Guard
    pages: Pages


class Caretaker(Protocol):
    """Something that looks after its own as long as the node lives."""

    async def run(self) -> None:
        """Do so until cancelled."""
        ...
