"""A moderator's desk whose nodes are killed under its hands: repeated under their names, acts are done once."""

from __future__ import annotations

import asyncio
import json
import urllib.error
from collections import Counter
from typing import Any

import pytest

from chatserver.client import Member, join
from chatserver.core.moderators import Role
from chatserver.store.letters import LetterBoxes
from chatserver.store.posting import Posting
from chatserver.store.servers import Servers
from tests.house import House, kill
from tests.web.desks import Caller, audit, beside, sign_in

pytestmark = pytest.mark.faults

DEADLINE_S = 60
WORDS = 60  # said while nodes are killed: a second or two of requests
KILLED_AFTER = (15, 30, 45)


async def repeated(desk: Caller, path: str, body: object) -> Any:
    """Ask until there is an answer that is one; gives it."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                status, answer = await asyncio.to_thread(desk.ask, path, body)
            except (urllib.error.URLError, ConnectionError, json.JSONDecodeError, TimeoutError):
                status, answer = 0, None
            if status not in (0, 500, 502, 503):
                assert status == 200, answer
                return answer
            await asyncio.sleep(0.05)


def receipts(house: House, tag: str, member: str) -> list[Any]:
    """Give the receipts in a member's letter box."""

    async def read(servers: Servers) -> list[Any]:
        return [letter.body["receipt"] for letter in await LetterBoxes(servers, Posting(servers), tag).standing(member)]

    return beside(house, read)


async def test_what_a_desk_repeats_is_done_once_though_nodes_are_killed(own_house: House) -> None:
    """Every word stands once in the room, every sanction has one receipt, and nothing was done without an entry."""
    lead = await asyncio.to_thread(sign_in, own_house, "Lea", Role.LEAD, set())
    ticket = await asyncio.to_thread(join, own_house.url, own_house.group())
    async with Member(ticket) as member:
        await member.enter()
        await member.send({"do": "ask_moderator"})
        await member.wait_for("received")
    case = (await asyncio.to_thread(lead.wait_for_case, handle=ticket.you["handle"]))["id"]
    await repeated(lead, f"cases/{case}/claim", {})
    said: dict[str, str] = {}
    told: set[str] = set()
    for number in range(WORDS):
        if number in KILLED_AFTER:
            kill(own_house.nodes()[number % 2])
        text = f"word {number}"
        order = {"act": "say", "text": text, "reason": "a test", "attempt": f"say-{number}"}
        said[text] = (await repeated(lead, f"cases/{case}/acts", order))["act"]
        limit = {"act": "mute", "seconds": 600, "reason": "a test", "attempt": f"mute-{number // 20}"}
        told.add((await repeated(lead, f"cases/{case}/acts", limit))["receipt"])
    async with Member(ticket) as member:
        events = (await member.resume())["events"]
    letters = await asyncio.to_thread(receipts, own_house, f"{ticket.group}.1", ticket.you["member"])
    assert Counter(e["text"] for e in events if e["ev"] == "message") == dict.fromkeys(said, 1)
    assert set(letters) == told
    assert len(letters) == len(told) == 3
    entries = [entry["act"] for entry in await asyncio.to_thread(audit, own_house)]
    assert entries.count("act.say") >= WORDS
    assert "as they were written" in await asyncio.to_thread(own_house.run, "audit", "verify")
