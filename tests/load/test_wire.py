"""Tests of what the load reads and writes: frames in any pieces, HTTP heads, and the pauses of a page."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from chatserver.live.frames import FrameReader, Message
from chatserver.live.frames import frame as server_frame
from tests.load.wire import FIRST_S, LONGEST_S, TEXT, Answer, comes_back_s, frame, frames

PAYLOADS = st.lists(st.text(max_size=300).map(str.encode), max_size=4)
RECONNECT = Path(__file__).parents[2] / "static" / "js" / "state" / "reconnect.js"


@given(PAYLOADS, st.integers(1, 50))
def test_every_frame_is_found_however_the_bytes_come(payloads: list[bytes], size: int) -> None:
    """What is not whole yet is kept."""
    data = b"".join(server_frame(TEXT, payload) for payload in payloads)
    found, rest = [], b""
    for at in range(0, len(data), size):
        piece = rest + data[at : at + size]
        for opcode, start, stop in frames(piece):
            if opcode == TEXT:
                found.append(piece[start:stop])
            else:
                rest = piece[start:]
    assert (found, rest) == (payloads, b"")


@given(PAYLOADS)
def test_the_server_reads_what_the_load_writes(payloads: list[bytes]) -> None:
    """By the server's own reader."""
    reader = FrameReader()
    read = [one for payload in payloads for one in reader.receive(frame(TEXT, payload)) if isinstance(one, Message)]
    assert [bytes(one.payload) for one in read] == payloads


def test_an_answer_is_whole_when_its_body_has_come() -> None:
    """And gives the cookie, or when to come back."""
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nset-cookie: seat=abc; Path=/g\r\n\r\n"
    assert not Answer(head + b"{").is_whole
    assert (Answer(head + b"{}").is_whole, Answer(head + b"{}").cookie) == (True, "seat=abc")
    busy = Answer(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n")
    assert (busy.status, busy.retry_after_s, busy.is_whole) == (503, 7.0, True)


def test_a_member_waits_as_the_page_does() -> None:
    """Longer each time, as a leaving node asks, at once after a lost record; by the page's own numbers."""
    first_ms, longest_ms = re.findall(r"_MS = ([\d_]+)", RECONNECT.read_text())
    assert (int(first_ms) / 1000, int(longest_ms.replace("_", "")) / 1000) == (FIRST_S, LONGEST_S)
    assert [comes_back_s(1006, tries, 1.0, None) for tries in range(7)] == [0.5, 1, 2, 4, 8, 16, 20]
    assert comes_back_s(1006, 3, 0.0, None) == 2
    assert comes_back_s(1012, 0, 0.5, 1.7) == 1.7
    assert comes_back_s(4001, 0, 1.0, None) == 0.3
