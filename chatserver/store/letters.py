"""The letter boxes of one room's members in Redis (chatserver.core.letters, functions/letters.lua).

Promises: a letter is shown to its member alone; it is told to every node that follows the room, and read again at each
entering until it was seen. Whatever is written here expires. Knows no socket and nothing of what letters say.
"""

from __future__ import annotations

import msgpack

from chatserver.core.letters import LETTER_MS, Body, Letter, LetterId
from chatserver.store.posting import Done, Posting
from chatserver.store.servers import Servers


class LetterBoxes:
    """All boxes of one room, by its hash tag."""

    __slots__ = ("_channel", "_posting", "_root", "_servers", "_tag")

    def __init__(self, servers: Servers, posting: Posting, tag: str) -> None:
        self._servers, self._posting, self._tag = servers, posting, tag
        self._root = "{" + tag + "}:letters:"
        self._channel = "{" + tag + "}:live"

    def key(self, member: str) -> str:
        """Name one member's box: for functions that write a letter in the same step as what it tells of."""
        return self._root + member

    async def write(self, member: str, body: Body) -> LetterId:
        """Write one letter by itself. Waits; raises StoreUnavailable, after which it may or may not be there."""
        packed = msgpack.packb(dict(body))
        reply = await self._servers.fcall(
            self._tag, "alongside_letter", 2, self.key(member), self._channel, member, packed, LETTER_MS
        )
        return LetterId(reply[1].decode())

    async def standing(self, member: str) -> list[Letter]:
        """Read what a member has not seen yet, oldest first. Waits; raises StoreUnavailable."""
        flat = await self._servers.fcall(self._tag, "alongside_letters", 1, self.key(member), LETTER_MS)
        return [read_letter(name, packed) for name, packed in zip(flat[::2], flat[1::2], strict=True)]

    def seen(self, member: str, letter: LetterId, done: Done) -> None:
        """Take a letter away; None when it does not stand there (any more)."""
        keys = (self.key(member), self._channel)
        self._posting.submit(self._tag, "alongside_seen", keys, (member, letter), done)


def read_letter(name: bytes, packed: bytes) -> Letter:
    """Give the letter kept under this id."""
    return Letter(LetterId(name.decode()), msgpack.unpackb(packed))
