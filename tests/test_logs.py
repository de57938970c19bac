"""What may stand in a line of the log, and what may not, whoever logs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from chatserver.logs import BURST, WINDOW_S, WITHHELD, Form, Rationed, formatter, safe

CANARY = "i feel so alone tonight"


def record(name: str, words: str, *args: object, fault: BaseException | None = None) -> logging.LogRecord:
    """Make what a logger hands on."""
    info = None if fault is None else (type(fault), fault, fault.__traceback__)
    return logging.LogRecord(name, logging.ERROR, "file.py", 1, words, args, info)


@pytest.mark.parametrize("value", [3, 2.5, None, True, "a1B2.3", "OSError", "status 500", "room-7:x"])
def test_numbers_ids_and_kinds_pass(value: object) -> None:
    """What an operator needs."""
    assert safe(value) == value


@pytest.mark.parametrize(
    "value",
    [CANARY, "hi there", "203.0.113.7", "203.0.113.7:443", "2001:db8::7", "[2001:db8::7]:443", "x" * 65, "ä", ""],
)
def test_words_and_addresses_do_not_pass(value: object) -> None:
    """Whatever is no id."""
    assert safe(value) == WITHHELD


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_line_holds_the_sentence_and_the_place_and_nobodys_words(form: Form) -> None:
    """The exception's message and what was put in are withheld; type, places, numbers and ids are there."""
    try:
        raise ValueError(CANARY)
    except ValueError as caught:
        fault = caught
    logged = record("chatserver.live.room", "room %s: %s of %d failed", "g.1", CANARY, 3, fault=fault)
    line = formatter(form).format(logged)
    assert CANARY not in line
    for part in ("room g.1: (withheld) of 3 failed", "ValueError", "test_logs.py:", "chatserver.live.room"):
        assert part in line
    if form == "json":
        assert json.loads(line)["level"] == "error"


def test_a_sentence_stays_whole_when_a_number_was_withheld() -> None:
    """Words where a number should be break no line."""
    line = formatter("console").format(record("chatserver.x", "%d of %s", CANARY, "a"))
    assert CANARY not in line
    assert WITHHELD in line


@pytest.mark.parametrize(
    "words",
    [
        '%s - "GET /g/abc?secret HTTP/1.1" 200',
        "socket.send() raised for <socket raddr=('203.0.113.7', 4711)>",
        f"Traceback\n{CANARY}",
        "peer 203.0.113.7:4711 went",
        "peer [2001:db8::7]:4711 went",
        f"cannot read '{CANARY}'",
    ],
)
def test_others_lines_are_kept_without_what_they_quote(words: str) -> None:
    """uvicorn and asyncio put addresses, paths and messages of exceptions into theirs."""
    line = formatter("json").format(record("uvicorn.error", words, "203.0.113.7"))
    for canary in (CANARY, "203.0.113", "2001:db8", "4711", "secret"):
        assert canary not in line


def test_one_kind_is_written_a_few_times_a_minute() -> None:
    """The rest is counted, and said with the first of the next minute; other kinds are not touched."""
    now = [0.0]
    rationed = Rationed(lambda: now[0])
    passed = [rationed.filter(record("a", "it failed: %s", str(number))) for number in range(100)]
    assert passed == [True] * BURST + [False] * (100 - BURST)
    assert rationed.filter(record("a", "another thing"))
    now[0] = WINDOW_S
    later = record("a", "it failed: %s", "again")
    assert rationed.filter(later)
    assert json.loads(formatter("json").format(later))["left_out"] == 100 - BURST


def test_what_nobody_caught_is_told_without_its_message() -> None:
    """In the main thread, in another one, and where Python can only warn."""
    code = f"""
import threading
from chatserver.logs import set_up_logs
set_up_logs("json")
def fail(): raise ValueError("{CANARY}")
thread = threading.Thread(target=fail); thread.start(); thread.join()
class Bad:
    def __del__(self): fail()
Bad()
fail()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, cwd=Path(__file__).parent.parent
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["fault"] for line in lines] == ["ValueError"] * 3
    assert CANARY not in ended.stderr
