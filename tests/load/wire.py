"""What the load programs say and read on the wire: frames of both sides, HTTP heads, when a page comes back.

Pure: bytes in, values out. Speaks no more WebSocket and HTTP than a browser of ours needs with this server.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FIRST_S, LONGEST_S = 0.5, 20.0  # static/js/state/reconnect.js: what a page waits after a lost link
RESUME_CODES, RESUME_S = (4000, 4001), 0.3
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"set-cookie: ([^;\r]+)", re.IGNORECASE)
_RETRY = re.compile(rb"retry-after: (\d+)", re.IGNORECASE)


def frame(opcode: int, payload: bytes) -> bytes:
    """Give one masked frame; the mask is zero, so the payload goes as it is."""
    size = len(payload)
    head = struct.pack("!BB", 0x80 | opcode, 0x80 | size) if size < 126 else b""
    return (head or struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)) + b"\0\0\0\0" + payload


def frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give `(opcode, start, stop)` of every whole frame of the server in `data`; last of all `(-1, rest, rest)`."""
    at, end = 0, len(data)
    while at + 2 <= end:
        size, start = data[at + 1], at + 2
        if size == 126:
            start += 2
            size = int.from_bytes(data[at + 2 : start], "big")
        elif size == 127:
            start += 8
            size = int.from_bytes(data[at + 2 : start], "big")
        if start + size > end:
            break
        yield data[at] & 15, start, start + size
        at = start + size
    yield -1, at, at


class Answer:
    """An HTTP answer's head, and whether its body has come as well."""

    __slots__ = ("cookie", "is_whole", "retry_after_s", "status")

    def __init__(self, data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        length, cookie, retry = _LENGTH.search(head), _COOKIE.search(head), _RETRY.search(head)
        self.status = int(head[9:12] or b"0")
        self.cookie = "" if cookie is None else cookie[1].decode()
        self.retry_after_s = 1.0 if retry is None else float(retry[1])
        self.is_whole = len(body) >= (0 if length is None else int(length[1]))


def comes_back_s(code: int, tries: int, chance: float, goaway_s: float | None) -> float:
    """Give how long a page waits after its socket closed, as `afterClose` of static/js/state/reconnect.js does.

    `tries`: how often in a row it failed before; `chance`: 0 to 1; `goaway_s`: what a leaving node asked for.
    """
    if goaway_s is not None:
        return goaway_s
    if code in RESUME_CODES and tries == 0:
        return chance * RESUME_S
    return float(min(LONGEST_S, FIRST_S * 2 ** min(tries, 10))) * (0.5 + chance / 2)
