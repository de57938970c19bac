"""Nothing about anybody in what the process writes: canaries go in everywhere, and none may come out."""

from __future__ import annotations

import contextlib
import http.client
from pathlib import Path

from chatserver.client import Member, join
from tests.house import House, kill

WORDS = "canary-words-2f9c"


async def test_no_word_address_or_secret_is_written_when_people_talk_and_things_break(tmp_path: Path) -> None:
    """The whole process's output, the data folder but for the record itself, and every header of an answer."""
    house = House(tmp_path, "--join-proof", "off", "--limits", "off").start()
    try:
        ticket = join(house.url, house.group())
        secret = ticket.cookie.partition("=")[2]
        async with Member(ticket) as member:
            await member.enter()
            await member.say(WORDS)
            pos = await member.say(f"{WORDS} i want to kill myself tonight")
            await member.wait_for("card")
            for ask in (
                {"do": "ask_moderator", "words": WORDS},
                {"do": "report", "pos": pos, "why": "rule", "words": WORDS},
            ):
                await member.send(ask)
                await member.wait_for("received")
            await member.send({"do": "say", "id": WORDS, "text": WORDS, WORDS: 1})
            await member.send({"do": WORDS})
            await member.wait_for("error")
            kill(house.valkey())
            await member.say(WORDS + "again")
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", house.port)) as line:
            cookies = {"Cookie": f"alongside={WORDS}", "X-Forwarded-For": "203.0.113.77"}
            line.request("GET", f"/{WORDS}?{WORDS}", headers=cookies)
            assert WORDS.encode() not in line.getresponse().read()
        kill(house.nodes()[0])
    finally:
        house.stop()
    written = house.log.read_text()
    assert "Alongside is running" in written
    for canary in (WORDS, secret, ticket.you["handle"], ticket.you["member"], "203.0.113.77"):
        assert canary not in written
    assert "127.0.0.1:" not in written.replace(house.url, "")
    record = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert WORDS.encode() in record  # the record itself holds the words for a day: the search does find things
    for canary in (secret.encode(), b"203.0.113.77", b"127.0.0.1"):
        assert canary not in record
    key = (tmp_path / "data" / "key").read_text().strip()
    valkey = b"".join(path.read_bytes() for path in (tmp_path / "data" / "valkey").rglob("*") if path.is_file())
    assert key.encode() not in valkey
    assert bytes.fromhex(key) not in valkey
