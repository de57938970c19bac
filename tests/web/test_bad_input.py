"""Frames no page of ours sends, over real sockets: each gets a clear error, and the session goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgpack
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from chatserver.client import Member, join
from chatserver.core.limits import FRAMES
from chatserver.core.session import MAX_REFUSALS
from tests.house import House

DEADLINE_S = 10
LARGEST = 16_000  # just below the 16 KiB of a frame


@asynccontextmanager
async def socket(house: House, codec: str) -> AsyncIterator[ClientConnection]:
    """A member's bare socket, entered."""
    ticket = join(house.url, house.group())
    async with connect(
        f"ws://127.0.0.1:{house.port}/g/{ticket.group}/live",
        origin=Origin(house.url),
        additional_headers={"Cookie": ticket.cookie},
        subprotocols=[Subprotocol(f"alongside.v1+{codec}")],
        compression=None,
        max_size=None,
        proxy=None,
    ) as line:
        await line.send(packed({"do": "enter", "after": None}, codec))
        await event(line, "entered")
        yield line


def packed(fields: object, codec: str) -> str | bytes:
    """Give a frame's payload."""
    raw: bytes = msgpack.packb(fields)
    return json.dumps(fields, ensure_ascii=False) if codec == "json" else raw


async def event(line: ClientConnection, *kinds: str) -> dict[str, Any]:
    """Give the next event of these kinds."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            raw = await line.recv()
            fields: dict[str, Any] = json.loads(raw) if isinstance(raw, str) else msgpack.unpackb(raw)
            if fields["ev"] in kinds:
                return fields


async def goes_on(line: ClientConnection, codec: str) -> bool:
    """Tell whether the session still takes words."""
    await line.send(packed({"do": "say", "id": "after", "text": "still here"}, codec))
    return str((await event(line, "sent", "not_sent"))["ev"]) == "sent"


WRONG_JSON = {
    "nothing": ("", "bad_frame"),
    "no object": ("[]", "bad_frame"),
    "no JSON": ("{'do': 'say'}", "bad_frame"),
    "deep": ("[" * LARGEST, "bad_frame"),
    "deep in a field": ('{"do": "say", "id": "a", "text": ' + '{"a":' * 2_000 + "1" + "}" * 2_001, "bad_frame"),
    "a huge number": ('{"do": "say", "id": ' + "9" * LARGEST + ', "text": "b"}', "bad_frame"),
    "not a number": ('{"do": "enter", "after": NaN}', "bad_frame"),
    "a number for an act": ('{"do": 5}', "unknown_act"),
    "a field missing": ('{"do": "react", "pos": "a1.5-0", "kind": "hug"}', "missing_field"),
    "a field too many": ('{"do": "typing", "where": "here"}', "unknown_field"),
    "thousands of fields": (json.dumps({"do": "typing", **{str(n): n for n in range(1_000)}}), "unknown_field"),
    "a list for words": ('{"do": "ask_moderator", "words": ["help"]}', "bad_field"),
    "a text for a flag": ('{"do": "react", "pos": "a1.5-0", "kind": "hug", "on": "yes"}', "bad_field"),
    "a number for a position": ('{"do": "take_back", "pos": 5}', "bad_field"),
    "a reason that is none": ('{"do": "report", "pos": "a1.5-0", "why": "boredom"}', "bad_field"),
}


@pytest.mark.parametrize(("raw", "code"), WRONG_JSON.values(), ids=WRONG_JSON.keys())
async def test_a_wrong_text_frame_gets_its_error_and_the_session_goes_on(house: House, raw: str, code: str) -> None:
    """Unknown and missing fields, wrong types, deep and huge values."""
    async with socket(house, "json") as line:
        await line.send(raw)
        assert (await event(line, "error"))["code"] == code
        assert await goes_on(line, "json")


WRONG_MSGPACK = {
    "nothing": (b"", "bad_frame"),
    "deep lists": (b"\x91" * LARGEST, "bad_frame"),
    "deep maps": (b"\x81\xa1a" * (LARGEST // 3), "bad_frame"),
    "a list of four billion": (b"\xdd\xff\xff\xff\xff", "bad_frame"),
    "a map of four billion": (b"\xdf\xff\xff\xff\xff", "bad_frame"),
    "a text of four gigabytes": (b"\xdb\xff\xff\xff\xff", "bad_frame"),
    "bytes of four gigabytes": (b"\xc6\xff\xff\xff\xff", "bad_frame"),
    "an extension of four gigabytes": (b"\xc9\xff\xff\xff\xff\x01", "bad_frame"),
    "a time": (b"\x81\xa2do\xd6\xff\0\0\0\0", "bad_frame"),
    "bad UTF-8": (b"\x81\xa2do\xa3say"[:-3] + b"\xff\xfe\xfd", "bad_frame"),
    "a list in a field": (msgpack.packb({"do": "ask_moderator", "words": [1]}), "bad_frame"),
    "an empty list in a field": (msgpack.packb({"do": "ask_moderator", "words": []}), "bad_field"),
    "more than one value": (msgpack.packb({"do": "typing"}) * 2, "bad_frame"),
    "a number for a name": (msgpack.packb({5: "say"}), "bad_frame"),
    "hundreds of fields": (msgpack.packb({str(n): n for n in range(500)}), "bad_frame"),
    "a reserved byte": (b"\xc1", "bad_frame"),
    "a field missing": (msgpack.packb({"do": "take_back"}), "missing_field"),
    "a field too many": (msgpack.packb({"do": "leave", "why": "tea"}), "unknown_field"),
    "bytes for words": (msgpack.packb({"do": "ask_moderator", "words": b"help"}), "bad_frame"),
}


@pytest.mark.parametrize(("raw", "code"), WRONG_MSGPACK.values(), ids=WRONG_MSGPACK.keys())
async def test_a_wrong_binary_frame_gets_its_error_and_the_session_goes_on(house: House, raw: bytes, code: str) -> None:
    """What claims to be huge is believed in nothing; what is deep, foreign or wrong is refused."""
    async with socket(house, "msgpack") as line:
        await line.send(raw)
        assert (await event(line, "error"))["code"] == code
        assert await goes_on(line, "msgpack")


@pytest.mark.parametrize("codec", ["json", "msgpack"])
async def test_a_wrong_say_is_not_sent_by_its_name_and_the_session_goes_on(house: House, codec: str) -> None:
    """Its author hears which attempt it was: too long, nothing in it, a number, a field of nobody's."""
    wrong: list[tuple[dict[str, object], str]] = [
        ({"text": "x" * 4_001}, "too_long"),
        ({"text": "\u200b \n\u2800"}, "bad_field"),
        ({"text": 5}, "bad_field"),
        ({"text": "a", "note": "x" * 81}, "too_long"),
        ({"text": "a", "reply_to": "nowhere"}, "bad_field"),
        ({"text": "a", "member": "me"}, "unknown_field"),
        ({}, "missing_field"),
    ]
    async with socket(house, codec) as line:
        for number, (fields, code) in enumerate(wrong):
            await line.send(packed({"do": "say", "id": f"a{number}", **fields}, codec))
            answer = await event(line, "not_sent", "sent", "error")
            assert (answer["ev"], answer.get("id"), answer["code"]) == ("not_sent", f"a{number}", code)
        await line.send(packed({"do": "say", "id": "longest", "text": "ö" * 4_000}, codec))
        assert (await event(line, "sent", "not_sent"))["ev"] == "sent"


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that keeps its limits."""
    folder: Path = tmp_path_factory.mktemp("limited")
    house = House(folder, "--join-proof", "off").start()
    yield house
    house.stop()


async def close_code(line: ClientConnection) -> int | None:
    """Read until the line ends; give its code."""
    async with asyncio.timeout(DEADLINE_S):
        try:
            while True:
                await line.recv()
        except ConnectionClosed:
            return line.close_code


async def test_a_program_that_sends_nothing_but_nonsense_is_let_go(limited: House) -> None:
    """Twenty wrong frames are no slip; others go on."""
    async with Member(join(limited.url, limited.group())) as other, socket(limited, "json") as line:
        await other.enter()
        for _ in range(MAX_REFUSALS):
            await line.send("?")
        assert await close_code(line) == 4502
        assert await other.say("calm here")


async def test_a_flood_of_frames_is_let_go_and_hurts_nobody(limited: House) -> None:
    """Far more frames than any page sends: 4500; whoever talks in the same room is answered meanwhile."""
    async with Member(join(limited.url, limited.group())) as other, socket(limited, "msgpack") as line:
        await other.enter()
        typing = msgpack.packb({"do": "typing"})
        for _ in range(int(FRAMES.burst) * 4):
            await line.send(typing)
        assert await other.say("calm here")
        assert await close_code(line) == 4500
