"""One member of the load's crowd: what a page remembers, and what it asks for over HTTP. Knows no epoll."""

from __future__ import annotations

import json
import socket
from typing import Any

from tests.load import marks
from tests.load.ledger import Ledger, Place

AWAY, JOINING, OPENING, ENTERING, INSIDE = range(5)


class Member:
    """Member `number` of a group; `state` is one of the five above."""

    __slots__ = (
        "close_code", "cookie", "goaway_s", "group", "in_us", "is_waiting", "line", "number", "place", "pos", "rest",
        "said", "state", "tries", "unanswered", "version", "wanted_us",
    )  # fmt: skip

    def __init__(self, number: int, group: str, version: str) -> None:
        self.number, self.group, self.version = number, group, version
        self.state, self.is_waiting = AWAY, False
        self.cookie, self.pos, self.rest = "", b"", b""
        self.line: socket.socket
        self.place: Place | None = None
        self.unanswered: dict[bytes, bytes] = {}
        self.said = self.tries = self.wanted_us = self.in_us = 0
        self.goaway_s: float | None = None
        self.close_code = 1006

    def join(self, port: int) -> bytes:
        """Give the request that asks for a seat."""
        body = json.dumps({"agreed": self.version, "remember": False, "proof": None})
        return _request(
            f"POST /g/{self.group}/join", port, f"Content-Length: {len(body)}", "Content-Type: application/json"
        ) + body.encode()  # fmt: skip

    def upgrade(self, port: int) -> bytes:
        """Give the request that opens the socket."""
        return _request(
            f"GET /g/{self.group}/live", port, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Origin: http://127.0.0.1:{port}",
            "Sec-WebSocket-Protocol: alongside.v1+json", f"Cookie: {self.cookie}",
        )  # fmt: skip

    def take_place(self, event: dict[str, Any], ledger: Ledger) -> None:
        """Be in the room that this `entered` event is about: the epoch of its positions names it."""
        self.pos = event["pos"].encode()
        room = ledger.room(self.pos.partition(b".")[0])
        if self.place is None or self.place.room is not room:
            self.place = Place(room)
            if not room.log and not event["events"]:
                self.place.at = 0

    def catch_up(self, event: dict[str, Any], ledger: Ledger) -> int:
        """Hear the messages that came with this `entered` event; gives how many."""
        if self.place is None:
            return 0
        if not event["complete"]:
            self.place.at = None
        count = 0
        for one in event["events"]:
            mark = one["text"].encode().rpartition(marks.MARK)[2] if one["ev"] == "message" else b""
            if len(mark) == marks.NAME_LETTERS + marks.TIME_LETTERS:
                ledger.hear(self.place, marks.name_of(mark))
                count += 1
        return count


def _request(first: str, port: int, *headers: str) -> bytes:
    return "\r\n".join([f"{first} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, "\r\n"]).encode()
