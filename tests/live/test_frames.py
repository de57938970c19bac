"""Tests of chatserver.live.frames."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.utils import apply_mask

from chatserver.live.frames import (
    BINARY,
    CLOSE,
    CONT,
    MAX_MESSAGE_BYTES,
    PING,
    TEXT,
    Close,
    FrameEvent,
    FrameFault,
    FrameReader,
    Message,
    Ping,
    Pong,
    close_frame,
    frame,
)

MASK = b"\x01\x02\x03\x04"


def masked(opcode: int, payload: bytes, *, fin: bool = True, first: int | None = None) -> bytes:
    """Give a client's frame."""
    head = bytes([first if first is not None else (0x80 if fin else 0) | opcode])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += struct.pack("!BH", 0x80 | 126, size)
    else:
        head += struct.pack("!BQ", 0x80 | 127, size)
    return head + MASK + apply_mask(payload, MASK)


def read(data: bytes, cuts: list[int] | None = None) -> list[FrameEvent]:
    """Feed bytes, cut at some places."""
    reader, events, start = FrameReader(), [], 0
    for cut in [*sorted(cuts or []), len(data)]:
        if data[start:cut]:
            events += reader.receive(data[start:cut])
        start = max(start, cut)
    return events


STREAM = st.lists(
    st.one_of(
        st.builds(lambda t: masked(TEXT, t.encode()), st.text(max_size=300)),
        st.builds(lambda b: masked(BINARY, b), st.binary(max_size=300)),
        st.builds(lambda b: masked(PING, b), st.binary(max_size=125)),
        st.builds(
            lambda a, p, b: masked(BINARY, a, fin=False) + masked(PING, p) + masked(CONT, b),
            st.binary(max_size=50),
            st.binary(max_size=9),
            st.binary(max_size=50),
        ),
    ),
    max_size=6,
).map(b"".join)


def read_all(data: bytes, cuts: list[int]) -> tuple[list[FrameEvent], int | None]:
    """Feed bytes until the reader must not be fed again: what came, and the fault's code."""
    reader, start = FrameReader(), 0
    events: list[FrameEvent] = []
    for cut in [*sorted(cuts), len(data)]:
        try:
            events += reader.receive(data[start:cut])
        except FrameFault as fault:
            return [*events, *fault.before], fault.code
        if events and isinstance(events[-1], Close):
            break
        start = max(start, cut)
    return events, None


@given(STREAM, st.binary(max_size=40), st.data())
def test_events_and_fault_are_the_same_when_the_bytes_are_cut_anywhere(
    stream: bytes, rubbish: bytes, data: st.DataObject
) -> None:
    """Any split of the same bytes gives the same events, and the same fault after them."""
    stream += rubbish
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    assert read_all(stream, cuts) == read_all(stream, [])


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=3))
def test_bytes_that_were_kept_come_before_what_is_received_next(payload: bytes, cuts: list[int]) -> None:
    """Keeping and receiving gives what receiving all of it gives."""
    stream = masked(BINARY, payload) + masked(PING, payload[:125])
    reader, start = FrameReader(), 0
    for cut in sorted(min(cut, len(stream)) for cut in cuts):
        reader.keep(stream[start:cut])
        start = cut
    assert reader.receive(stream[start:]) == [Message(False, payload), Ping(payload[:125])]


@given(st.text(max_size=200))
def test_a_close_frame_is_whole_when_its_reason_is_long(reason: str) -> None:
    """A reason is cut between characters, never inside one."""
    payload = close_frame(4000, reason)[2:]
    assert len(payload) <= 125
    assert reason.startswith(payload[2:].decode())


@given(st.binary(max_size=300))
def test_nothing_but_a_frame_fault_is_raised_when_bytes_are_arbitrary(data: bytes) -> None:
    """Whatever arrives, the fault carries a close code that may be sent."""
    try:
        events = read(data)
    except FrameFault as fault:
        assert fault.code in (1002, 1007, 1009)
    else:
        assert all(isinstance(event, Message | Ping | Pong | Close) for event in events)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535 // 8, MAX_MESSAGE_BYTES])
def test_a_message_is_read_when_its_length_takes_any_form(size: int) -> None:
    """Short, 16-bit and bounded lengths."""
    assert read(masked(BINARY, b"x" * size)) == [Message(False, b"x" * size)]


FAULTS = {
    "reserved bits": (masked(TEXT, b"a", first=0xC1), 1002),
    "unknown opcode": (masked(3, b"a"), 1002),
    "unknown control": (masked(11, b"a"), 1002),
    "not masked": (frame(TEXT, b"a"), 1002),
    "long ping": (masked(PING, b"x" * 126), 1002),
    "fragmented ping": (masked(PING, b"x", fin=False), 1002),
    "continuation of nothing": (masked(CONT, b"x"), 1002),
    "message in a message": (masked(TEXT, b"a", fin=False) + masked(TEXT, b"b"), 1002),
    "bad utf-8": (masked(TEXT, b"\xff"), 1007),
    "bad utf-8 in a fragment": (masked(TEXT, b"\xce", fin=False) + masked(CONT, b"a"), 1007),
    "half a character at the end": (masked(TEXT, b"\xce", fin=False) + masked(CONT, b""), 1007),
    "half a close code": (masked(CLOSE, b"\x03"), 1002),
    "reserved close code": (masked(CLOSE, struct.pack("!H", 1005)), 1002),
    "close code of nobody": (masked(CLOSE, struct.pack("!H", 2999)), 1002),
    "close reason not utf-8": (masked(CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007),
    "too large": (masked(BINARY, b"x" * (MAX_MESSAGE_BYTES + 1)), 1009),
    "too large in fragments": (masked(BINARY, b"x" * MAX_MESSAGE_BYTES, fin=False) + masked(CONT, b"x"), 1009),
    "too many fragments": (masked(BINARY, b"", fin=False) + masked(CONT, b"", fin=False) * 1100, 1009),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_connection_fails_with_the_code_of_the_rfc_when_a_frame_is_wrong(name: str) -> None:
    """RFC 6455's rules, one by one."""
    data, code = FAULTS[name]
    with pytest.raises(FrameFault) as caught:
        read(data)
    assert caught.value.code == code


def test_a_huge_frame_is_refused_from_its_header() -> None:
    """Nothing of it is buffered first."""
    with pytest.raises(FrameFault, match="too large"):
        read(struct.pack("!BBQ", 0x82, 0xFF, 2**62))


def test_a_close_is_read_with_its_code() -> None:
    """With a code, without one, and what we send ourselves is well formed."""
    assert read(masked(CLOSE, struct.pack("!H", 1000) + b"bye")) == [Close(1000)]
    assert read(masked(CLOSE, b"")) == [Close(1005)]
    assert len(close_frame(4000, "x" * 500)) <= 127
