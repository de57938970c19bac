"""WebSocket frames (RFC 6455), server side, without I/O: bytes in, messages and control frames out.

Why not the library's parser: it keeps several kilobytes of objects per connection and costs ten times as much per
message; uvicorn and `websockets` still do the handshake. `FrameReader` holds nothing for an idle connection but empty
fields.

Promises: any split of the same bytes gives the same events and the same fault; whatever arrives, only `FrameFault` is
raised, with the close code the RFC asks for; nothing longer than the bound is ever buffered. Extensions are not spoken
(no permessage-deflate). Knows no socket.
"""

from __future__ import annotations

import codecs
import contextlib
import struct
from dataclasses import dataclass

from websockets.utils import apply_mask

with contextlib.suppress(ImportError):  # the C version, where the wheel carries it
    from websockets.speedups import apply_mask

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MAX_MESSAGE_BYTES = 16 * 1024  # docs/protocol.md: over it 1009
MAX_FRAGMENTS = 1_024  # a message of empty fragments must not grow for ever
MAX_CONTROL_BYTES = 125  # RFC 6455, 5.5
_FIN, _RSV, _OPCODE, _MASKED, _LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
_LEGAL_CLOSE = frozenset({*range(1000, 1004), *range(1007, 1015)})  # RFC 6455, 7.4 and its registry; beside 3000-4999


class FrameFault(Exception):
    """The peer broke the WebSocket protocol.

    `code` is what to close with; `before` is what came whole before the fault in the same bytes, in order.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.before: tuple[FrameEvent, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One whole data message; the payload of a text has been checked to be UTF-8."""

    is_text: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class Ping:
    """Answer with a pong of the same payload."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """The peer is alive."""


@dataclass(frozen=True, slots=True)
class Close:
    """The peer closes; 1005 when it gave no code."""

    code: int


FrameEvent = Message | Ping | Pong | Close


def frame(opcode: int, payload: bytes) -> bytes:
    """Give one whole unmasked frame.

    >>> frame(TEXT, b"hi")
    b'\\x81\\x02hi'
    """
    size = len(payload)
    if size < 126:
        return b"%c%c%b" % (_FIN | opcode, size, payload)
    if size < 65536:
        return struct.pack("!BBH", _FIN | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FIN | opcode, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Give a close frame; the reason is cut, between characters, to what a control frame holds."""
    cut = reason.encode()[: MAX_CONTROL_BYTES - 2].decode(errors="ignore")
    return frame(CLOSE, struct.pack("!H", code) + cut.encode())


def _check_close(payload: bytes) -> int:
    if not payload:
        return 1005
    if len(payload) == 1:
        raise FrameFault(1002, "half a close code")
    code = int.from_bytes(payload[:2], "big")
    if (code not in _LEGAL_CLOSE and not 3000 <= code <= 4999) or code in (1004, 1005, 1006):
        raise FrameFault(1002, "not a close code")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        raise FrameFault(1007, "a close reason that is not UTF-8") from None
    return code


class FrameReader:
    """Reads one connection's frames. After a FrameFault or a Close it must not be fed again."""

    __slots__ = ("_buffer", "_fragments", "_is_text", "_max_bytes", "_max_fragments", "_parts", "_size", "_utf8")

    def __init__(self, max_message_bytes: int = MAX_MESSAGE_BYTES, max_fragments: int = MAX_FRAGMENTS) -> None:
        self._max_bytes = max_message_bytes
        self._max_fragments = max_fragments
        self._buffer = b""
        self._parts: list[bytes] | None = None
        self._fragments = self._size = 0
        self._is_text = False
        self._utf8: codecs.IncrementalDecoder | None = None

    def receive(self, data: bytes) -> list[FrameEvent]:
        """Take what came from the network; give what is complete, in order. Raises: FrameFault."""
        if not self._buffer and self._parts is None and (message := self._whole(data)) is not None:
            return [message]
        events: list[FrameEvent] = []
        try:
            self._read(data, events)
        except FrameFault as fault:
            fault.before = tuple(events)
            raise
        return events

    def keep(self, data: bytes) -> None:
        """Take bytes without reading them yet: they come before whatever is received next."""
        self._buffer += data

    def _read(self, data: bytes, events: list[FrameEvent]) -> None:
        data = self._buffer + data
        self._buffer = b""
        start = 0
        while (header := self._header(data, start)) is not None:
            first, body, end = header
            if end > len(data):
                break
            payload = apply_mask(data[body:end], data[body - 4 : body])
            start = end
            event = self._control(first, payload) if first & 8 else self._data(first, payload)
            if event is not None:
                events.append(event)
                if isinstance(event, Close):
                    return
        self._buffer = data[start:]

    def _whole(self, data: bytes) -> Message | None:
        """The common case without a loop: exactly one small, whole, masked data frame in one read."""
        size = len(data)
        if size < 6 or (data[0] != 0x81 and data[0] != 0x82):
            return None
        length = data[1] ^ _MASKED
        if length < 126 and size == length + 6:
            payload = apply_mask(data[6:], data[2:6])
        elif length == 126 and size > 133 and size == (data[2] << 8 | data[3]) + 8 and size - 8 <= self._max_bytes:
            payload = apply_mask(data[8:], data[4:8])
        else:
            return None
        is_text = data[0] == 0x81
        if is_text:
            _check_text(payload)
        return Message(is_text, payload)

    def _header(self, data: bytes, start: int) -> tuple[int, int, int] | None:
        """Gives first byte, where the payload begins and where it ends; None when the header is not all there."""
        have = len(data) - start
        if have < 2:
            return None
        first, second = data[start], data[start + 1]
        if first & _RSV:
            raise FrameFault(1002, "reserved bits")
        if not second & _MASKED:
            raise FrameFault(1002, "not masked")
        length, body = second & _LENGTH, start + 6
        self._check_kind(first, length)
        if length == 126:
            if have < 4:
                return None
            length, body = int.from_bytes(data[start + 2 : start + 4], "big"), start + 8
        elif length == 127:
            if have < 10:
                return None
            length, body = int.from_bytes(data[start + 2 : start + 10], "big"), start + 14
        if self._size + length > self._max_bytes and not first & 8:
            raise FrameFault(1009, "too large")
        return first, body, body + length

    def _check_kind(self, first: int, length: int) -> None:
        opcode = first & _OPCODE
        if opcode & 8:
            if opcode > PONG:
                raise FrameFault(1002, "unknown opcode")
            if length > MAX_CONTROL_BYTES or not first & _FIN:
                raise FrameFault(1002, "a control frame is short and whole")
        elif opcode > BINARY:
            raise FrameFault(1002, "unknown opcode")
        elif (opcode == CONT) == (self._parts is None):
            raise FrameFault(1002, "a fragment out of turn")

    def _control(self, first: int, payload: bytes) -> FrameEvent:
        opcode = first & _OPCODE
        if opcode == PING:
            return Ping(payload)
        if opcode == PONG:
            return Pong()
        return Close(_check_close(payload))

    def _data(self, first: int, payload: bytes) -> Message | None:
        if first & _OPCODE != CONT:
            self._parts, self._fragments, self._size = [], 0, 0
            self._is_text = first & _OPCODE == TEXT
            self._utf8 = codecs.getincrementaldecoder("utf-8")() if self._is_text else None
        assert self._parts is not None
        self._fragments += 1
        if self._fragments > self._max_fragments:
            raise FrameFault(1009, "too many fragments")
        is_last = bool(first & _FIN)
        if self._utf8 is not None:
            try:
                self._utf8.decode(payload, final=is_last)
            except UnicodeDecodeError:
                raise FrameFault(1007, "not UTF-8") from None
        self._parts.append(payload)
        self._size += len(payload)
        if not is_last:
            return None
        whole = b"".join(self._parts)
        self._parts, self._utf8, self._size = None, None, 0
        return Message(self._is_text, whole)


def _check_text(payload: bytes) -> None:
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise FrameFault(1007, "not UTF-8") from None
