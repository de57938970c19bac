"""What a socket and its owner promise each other: what the owner hears, and how much a peer may ask of the socket.

Knows nothing of transports, frames or rooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chatserver.live.frames import MAX_FRAGMENTS, MAX_MESSAGE_BYTES

MAX_BUFFERED_BYTES = 1024 * 1024  # about an hour of a busy room; a reader further behind is better off resuming


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one peer may ask of its socket."""

    max_message_bytes: int = MAX_MESSAGE_BYTES
    max_fragments: int = MAX_FRAGMENTS
    max_buffered_bytes: int = MAX_BUFFERED_BYTES


BOUNDS = Bounds()
"""What members get; other bounds are for tests."""


class Handler(Protocol):
    """Whoever a socket belongs to."""

    def received(self, payload: bytes) -> None:
        """One whole data message of the agreed kind has come."""
        ...

    def drained(self) -> None:
        """What `buffered_bytes` counted has been taken."""
        ...

    def closed(self, code: int) -> None:
        """The socket is over, once, whatever the cause: nothing more comes or goes."""
        ...
