"""More than a house can carry, in real processes: newcomers wait, members notice nothing, danger is always taken."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatserver.client import Member, join
from chatserver.web.arrivals import LIMITS
from chatserver.web.joining import RUSH_JOINS
from tests.house import House
from tests.scrape import scrape

pytestmark = pytest.mark.faults
PLAIN, DANGER = "the bus was late again today", "i want to kill myself tonight"
PLAINS = ("it rained", "i made soup", "my sister called", "the cat slept", "we saw a film", "i read a bit", "tea now")


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[House]:
    """A house with its limits, behind a proxy that it believes."""
    house = House(tmp_path, "--join-proof", "off", "--proxies", "127.0.0.0/8", seats=500).start()
    yield house
    house.stop()


class Visitor:
    """Somebody's requests, over one connection, as the proxy passes them on."""

    def __init__(self, house: House, group: dict[str, Any]) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
        self._path = f"/g/{group['id']}/join"
        self._body = json.dumps({"agreed": group["agreement"]["version"], "remember": False, "proof": None})

    def join(self, address: str, cookie: str = "") -> tuple[int, str, str]:
        """Join; give status, code and when to come back."""
        self._line.request("POST", self._path, self._body, {"X-Forwarded-For": address, "Cookie": cookie})
        answer = self._line.getresponse()
        said = json.loads(answer.read())
        return answer.status, said.get("error", {}).get("code", ""), answer.getheader("Retry-After", "")

    def close(self) -> None:
        """Hang up."""
        self._line.close()


async def answer_to(member: Member, name: str, within_s: float) -> dict[str, Any] | None:
    """Give the answer to one attempt; None when it does not come in time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            async for event in member.events():
                if event.get("id") == name:
                    return dict(event)
    return None


def test_one_address_is_refused_and_the_next_one_comes_in(limited: House) -> None:
    """503 with a time to come back; a header that the visitor made up changes nothing."""
    with contextlib.closing(Visitor(limited, limited.group())) as visitor:
        burst = int(LIMITS["join"].burst)
        answers = [visitor.join("6.6.6.6, 203.0.113.7") for _ in range(burst * 2)]
        assert [status for status, _, _ in answers[:burst]] == [200] * burst
        assert answers[-1][:2] == (503, "busy")
        assert int(answers[-1][2]) >= 1
        assert visitor.join("203.0.113.8")[0] == 200
    told = scrape(limited)
    assert told.sum("alongside_joins_total", outcome="busy") == told.sum("alongside_shed_total", what="join") > 0
    assert "203.0.113" not in limited.log.read_text() + told.text


async def test_a_rush_closes_a_group_to_newcomers_and_its_members_notice_nothing(limited: House) -> None:
    """After 500 joins nobody new comes in; who is there talks, who was there comes back, others are open."""
    ticket = join(limited.url, limited.group())
    async with Member(ticket) as member:
        await member.enter()
        joined, refused = await asyncio.to_thread(rush, limited)
        assert RUSH_JOINS - 1 <= joined <= RUSH_JOINS * 1.2
        assert refused[:2] == (503, "busy")
        assert int(refused[2]) >= 1
        # The newcomer first: the house lets people in again after a while, which a busy machine may take to get here.
        for title, cookie, status in (("Porch", "", 503), ("Porch", ticket.cookie, 200), ("Garden", "", 200)):
            with contextlib.closing(Visitor(limited, limited.group(title))) as visitor:
                assert visitor.join("198.51.100.9", cookie)[0] == status
        assert await member.say(PLAIN)
    async with Member(ticket) as member:
        await member.enter()


def rush(house: House) -> tuple[int, tuple[int, str, str]]:
    """Let people join from everywhere until one is refused; gives how many came in, and the refusal."""
    with contextlib.closing(Visitor(house, house.group())) as visitor:
        for number in range(RUSH_JOINS * 2):
            answer = visitor.join(f"198.18.{number % 250}.{number // 250}")
            if answer[0] != 200:
                return number, answer
    raise AssertionError("nobody was refused")


async def test_plain_words_wait_and_danger_is_taken_when_redis_hangs(limited: House) -> None:
    """Refused at once with a time to come back, typing left out; what may risk a life is kept, with its card."""
    ticket = join(limited.url, limited.group())
    async with Member(ticket) as member:
        await member.enter()
        await member.say(PLAIN)
        os.kill(limited.valkey(), signal.SIGSTOP)
        try:
            refused = await until_busy(member)
            await member.send({"do": "typing"})
            await member.send({"do": "say", "id": "danger", "text": DANGER})
        finally:
            os.kill(limited.valkey(), signal.SIGCONT)
        assert refused["retry_after"] > 0
        answer = await answer_to(member, "danger", 10)
        assert answer is not None
        assert answer["ev"] == "sent"
        told = await asyncio.to_thread(scrape, limited)
    assert told.sum("alongside_shed_total", what="message") >= 1
    assert told.sum("alongside_shed_total", what="typing") == 1
    assert told.sum("alongside_messages_total", outcome="busy") >= 1


async def until_busy(member: Member) -> dict[str, Any]:
    """Say plain words, a few a second, until some are refused as too much."""
    for number in range(7):
        await member.send({"do": "say", "id": f"plain-{number}", "text": PLAINS[number]})
        answer = await answer_to(member, f"plain-{number}", 0.25)
        if answer is not None and answer["ev"] == "not_sent" and answer["code"] == "busy":
            return answer
    raise AssertionError("nothing was refused")
