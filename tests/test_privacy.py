"""Nothing about anybody in what the process writes: canaries go in everywhere, and none may come out."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
from pathlib import Path

from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from chatserver.client import Member, join
from chatserver.core.moderators import Role
from tests.house import House, kill
from tests.scrape import scrape
from tests.web.desks import Caller, sign_in

WORDS = "canary-words-2f9c"
NAME = "Canary Bea"


def moderated(house: House, pos: str) -> str:
    """Let a moderator say something to the room and to whoever asked, and fold a message; gives the receipt."""
    lead = sign_in(house, "Lea", Role.LEAD, set())
    case = lead.wait_for_case(kind="asked")["id"]
    lead.ok(f"cases/{case}/claim", {})
    for act in ("say", "word"):
        lead.ok(f"cases/{case}/acts", {"act": act, "text": WORDS, "reason": "a test", "attempt": WORDS + act})
    return str(lead.ok(f"cases/{case}/acts", {"act": "fold", "pos": pos, "reason": "a test"})["receipt"])


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
            receipt = await asyncio.to_thread(moderated, house, pos)
            await member.send({"do": "appeal", "receipt": receipt, "words": WORDS})
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


async def test_no_word_name_or_session_is_written_when_moderators_work_and_things_break(tmp_path: Path) -> None:
    """The other side: names, reasons, words to members, sessions; well-formed, malformed, and while Redis is away."""
    house = House(tmp_path, "--join-proof", "off", "--limits", "off", "--log", "json").start()
    try:
        ticket = join(house.url, house.group())
        async with Member(ticket) as member:
            await member.enter()
            await member.send({"do": "ask_moderator", "words": WORDS})
            await member.wait_for("received")
            bea = await asyncio.to_thread(sign_in, house, NAME, Role.MODERATOR, {"porch"})
            await asyncio.to_thread(_work, house, bea)
            await asyncio.to_thread(_look_at_the_desk, house, bea)
            kill(house.valkey())
            for path, body in (("cases", None), ("duty", {"on": True}), (f"cases/{WORDS}/claim", {})):
                await asyncio.to_thread(bea.ask, path, body)
            text = (await asyncio.to_thread(scrape, house)).text
        kill(house.nodes()[0])
    finally:
        house.stop()
    written = house.log.read_text()
    session = bea.cookie.partition("=")[2]
    for canary in (WORDS, NAME, session, ticket.you["handle"], ticket.you["member"]):
        assert canary not in written
        assert canary not in text
    logged = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {"event", "level", "logger", "pid", "at"} <= set.intersection(*(set(line) for line in logged))
    assert any("embedded server died" in line["event"] for line in logged)
    assert "127.0.0.1" not in "".join(line["event"] for line in logged)


def _work(house: House, bea: Caller) -> None:
    """Everything a moderator writes, and what no desk would send."""
    case = bea.wait_for_case(kind="asked")["id"]
    bea.ok(f"cases/{case}")
    bea.ok(f"cases/{case}/claim", {})
    bea.ok("duty", {"on": True})
    for act in ({"act": "word", "text": WORDS}, {"act": "say", "text": WORDS}, {"act": "mute", "seconds": 60}):
        bea.ok(f"cases/{case}/acts", {**act, "reason": WORDS})
    bea.ok(f"cases/{case}/offer", {})
    for path, body in (
        (f"cases/{WORDS}", None),
        (f"cases/{case}/acts", {"act": WORDS, "reason": WORDS}),
        (f"cases/{case}/close", {"outcome": WORDS, "reason": WORDS}),
        ("link", {"token": WORDS}),
        ("signin", {"ceremony": WORDS, "credential": {WORDS: WORDS}}),
        (WORDS, {WORDS: 1}),
    ):
        assert bea.ask(path, body)[0] >= 400
    Caller(house, f"desk={WORDS}").ask("cases")
    house.run("moderators", "list")


def _look_at_the_desk(house: House, bea: Caller) -> None:
    """Its socket, opened and cut."""
    with connect(
        house.desk_url.replace("http", "ws") + f"/live?{WORDS}",
        subprotocols=[Subprotocol("alongside.desk.v1+json")],
        additional_headers={"Cookie": bea.cookie},
        origin=Origin(house.desk_url.removesuffix("/desk")),
    ) as desk:
        assert json.loads(desk.recv(timeout=10))["ev"] == "queue"
        desk.socket.close()
