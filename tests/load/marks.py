"""What the load's members say: everyday lines, each with a mark that names its sender, its number and when it left.

A mark is letters only and one long word: digits would be masked as a telephone number now and then, and count as lost.
Knows no socket and no clock.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

LINES = Path(__file__).parents[1] / "moderation" / "lines"
MARK = b"zqxzq"  # five letters that no mark holds, so that no random id looks like one
NAME_LETTERS, TIME_LETTERS = 8, 11  # 16 bits of sender, 16 of number; 44 bits of microseconds: 203 days of uptime
MARK_BYTES = len(MARK) + NAME_LETTERS + TIME_LETTERS
_DIGITS, _LETTERS = b"0123456789abcdef", b"bcdfghjklmnprstv"
_WRITE, _READ = bytes.maketrans(_DIGITS, _LETTERS), bytes.maketrans(_LETTERS, _DIGITS)
DRAWN_OUT = re.compile(r"(.)\1{4}")
STAMP = re.compile(rb"zqxzq([bcdfghjklmnprstv]{8})([bcdfghjklmnprstv]{11})")


def stamp(sender: int, number: int, at_us: int) -> bytes:
    """Give the mark (without MARK) of one message: its name, then its time; both below 65,536.

    >>> stamp(1, 2, 255)
    b'bbbcbbbdbbbbbbbbbvv'
    """
    return (b"%04x%04x%011x" % (sender, number, at_us)).translate(_WRITE)


def name_of(mark: bytes) -> bytes:
    """Give which message it is: sender and number, as they stand in a mark without MARK."""
    return mark[:NAME_LETTERS]


def time_of(mark: bytes) -> int:
    """Give when it left, in microseconds.

    >>> time_of(stamp(1, 2, 255))
    255
    """
    return int(mark[NAME_LETTERS:].translate(_READ), 16)


def sender_of(name: bytes) -> int:
    """Give the sender's number."""
    return int(name[:4].translate(_READ), 16)


def number_of(name: bytes) -> int:
    """Give the message's number, counted from 0 by its sender."""
    return int(name[4:NAME_LETTERS].translate(_READ), 16)


@cache
def chat_lines() -> tuple[bytes, ...]:
    """Give everyday lines of the moderation's invented examples, as they stand inside a JSON string: 53 letters each.

    Lines of the kind `chat` that their author called harmless, in English. One with a letter many times over is left
    out: under limits it would be given back as flood.
    """
    found = []
    for file in ("dev", "young", "grown"):
        for raw in (LINES / f"{file}.jsonl").read_text().splitlines():
            line = json.loads(raw)
            is_chat = (line["kind"], line["level"], line["lang"]) == ("chat", "green", "en")
            if is_chat and not DRAWN_OUT.search(line["text"]):
                found.append(json.dumps(line["text"])[1:-1].encode())
    return tuple(found)


def words(sender: int, number: int, mark: bytes) -> bytes:
    """Give what this member says now, mark included, as it stands inside a JSON string."""
    lines = chat_lines()
    return b"%b %b%b" % (lines[(sender * 31 + number) % len(lines)], MARK, mark)
