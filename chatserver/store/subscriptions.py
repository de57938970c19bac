"""What this node hears over pub/sub, whichever link it comes on.

Promises: a channel that was added is heard until it is dropped, on the link to the server that its hash tag belongs to;
what was published while no subscription stood is not repeated, and `on_again` says that one stands (again). Waits for
nothing. Knows no room and no message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chatserver.core.errors import StoreUnavailable
from chatserver.store.link import Link

OnMessage = Callable[[bytes], None]


@dataclass(slots=True)
class _Subscription:
    tag: str
    on_message: OnMessage
    on_again: Callable[[], None]
    link: Link | None = None


class Subscriptions:
    """The channels of one node. `link_of` gives the link of a hash tag, `look_again` begins a search for new ones."""

    def __init__(self, link_of: Callable[[str], Link], look_again: Callable[[], None]) -> None:
        self._link_of, self._look_again = link_of, look_again
        self._known: dict[bytes, _Subscription] = {}

    def add(self, tag: str, channel: bytes, on_message: OnMessage, on_again: Callable[[], None]) -> None:
        """Hear a channel from now on; `on_again` is called each time the subscription stands (again), the first
        included: read there what may have been missed.
        """
        self._known[channel] = _Subscription(tag, on_message, on_again)
        self._stand(channel)

    def drop(self, channel: bytes) -> None:
        """Hear a channel no longer."""
        known = self._known.pop(channel, None)
        if known is not None and known.link is not None and known.link.is_open:
            known.link.subscribe(b"SUNSUBSCRIBE", channel)

    def stand(self) -> None:
        """Subscribe whatever does not stand on the link it belongs to."""
        for channel in list(self._known):
            self._stand(channel)

    def _stand(self, channel: bytes) -> None:
        known = self._known[channel]
        try:
            link = self._link_of(known.tag)
        except StoreUnavailable:
            return
        if known.link is not link:
            known.link = link
            link.subscribe(b"SSUBSCRIBE", channel)

    def pushed(self, push: list[Any]) -> None:
        """Take what a link was pushed."""
        kind, known = push[0], self._known.get(push[1]) if len(push) > 1 else None
        if known is None:
            return
        if kind == b"smessage":
            known.on_message(push[2])
        elif kind == b"ssubscribe":
            known.on_again()
        elif kind in (b"sunsubscribe", b"refused"):  # the slot is another server's now
            known.link = None
            self._look_again()

    def lost(self, link: Link) -> None:
        """A link has gone: what stood on it stands no more."""
        for known in self._known.values():
            if known.link is link:
                known.link = None
