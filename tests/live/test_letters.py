"""Letters on a running house: told to one member's sockets on every node, and again after each entering until seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chatserver.client import Member, Ticket, join
from chatserver.core.letters import LetterId, word_body
from chatserver.store.letters import LetterBoxes
from chatserver.store.posting import Posting
from chatserver.store.servers import Servers
from tests.house import House
from tests.web.desks import beside

WORDS = "canary-letter-words"


def boxes(house: House, work: Callable[[LetterBoxes], Awaitable[Any]]) -> Awaitable[Any]:
    """Do something with the letter boxes of the porch's first room, beside the house."""
    tag = f"{house.group()['id']}.1"

    async def done(servers: Servers) -> Any:
        return await work(LetterBoxes(servers, Posting(servers), tag))

    return asyncio.to_thread(beside, house, done)


async def write(house: House, ticket: Ticket, words: str) -> LetterId:
    """Write a letter to one member."""
    name: LetterId = await boxes(house, lambda box: box.write(ticket.you["member"], word_body(words)))
    return name


async def heard_until(member: Member, kind: str) -> list[str]:
    """Give the kinds of all events a member has heard, up to the first of this kind."""
    heard: list[str] = []
    async with asyncio.timeout(10):
        async for event in member.events():
            heard.append(event["ev"])
            if event["ev"] == kind:
                break
    return heard


@pytest.mark.parametrize("codec", ["json", "msgpack"])
async def test_a_letter_reaches_its_members_sockets_and_comes_again_until_it_is_seen(house: House, codec: str) -> None:
    """Live at two sockets, whichever nodes they met; after entering again; never once it is seen; nobody else's."""
    ticket = join(house.url, house.group())
    stranger = join(house.url, house.group())
    async with Member(ticket, codec) as one, Member(ticket, codec) as two, Member(stranger, codec) as other:
        for member in (one, two, other):
            await member.enter()
        name = await write(house, ticket, WORDS)
        told = await one.wait_for("word")
        assert told == {"ev": "word", "letter": name, "at": int(name.partition("-")[0]), "text": WORDS}
        assert await two.wait_for("word") == told
        await one.resume()
        assert await one.wait_for("word") == told
        await one.send({"do": "seen", "letter": name})
        for member in (one, two):
            assert await member.wait_for("seen") == {"ev": "seen", "letter": name}
        later = await write(house, ticket, "later")
        await two.resume()
        assert (await two.wait_for("word"))["letter"] == later
        await two.send({"do": "seen", "letter": name})
        assert await two.wait_for("seen") == {"ev": "seen", "letter": name}
        await other.send({"do": "seen", "letter": later})
        await other.send({"do": "say", "id": "last", "text": "ordinary words"})
        assert "word" not in await heard_until(other, "sent")
    left = await boxes(house, lambda box: box.standing(ticket.you["member"]))
    assert [letter.id for letter in left] == [later]


@pytest.mark.parametrize("letter", [None, 7, "", "x", "1", "1-", "-1", "1-0 ", "1" * 40 + "-0"])
async def test_a_letter_that_cannot_be_is_refused_and_the_session_goes_on(house: House, letter: object) -> None:
    """The frame is answered with an error that repeats nothing of it."""
    async with Member(join(house.url, house.group())) as member:
        await member.enter()
        await member.send({"do": "seen", "letter": letter})
        assert (await member.wait_for("error"))["code"] == "bad_field"
        await member.say("still here")


async def test_a_letter_that_was_published_while_nobody_listened_is_told_when_hearing_begins_again(
    own_house: House,
) -> None:
    """A lost subscription loses no letter."""
    ticket = join(own_house.url, own_house.group())
    async with Member(ticket) as member:
        await member.enter()
        tag = f"{own_house.group()['id']}.1"

        async def quietly(servers: Servers) -> None:
            box = "{" + tag + "}:letters:" + ticket.you["member"]
            await servers.call(tag, "XADD", box, "*", "l", b"\x82\xa2ev\xa4word\xa4text\xa2hi")
            for line in (await servers.call(tag, "CLIENT", "LIST", "TYPE", "pubsub")).decode().splitlines():
                await servers.call(tag, "CLIENT", "KILL", "ID", line.split()[0].partition("=")[2])

        await asyncio.to_thread(beside, own_house, quietly)
        assert (await member.wait_for("word"))["text"] == "hi"
