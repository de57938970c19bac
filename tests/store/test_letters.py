"""Tests of chatserver.store.letters and functions/letters.lua, on a real server."""

from __future__ import annotations

from chatserver.core.letters import LETTER_MS, MAX_LETTERS, Letter, LetterId, word_body
from chatserver.core.seats import Seat
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import outcome


async def test_a_letter_stands_for_its_member_alone_until_it_is_seen(
    record: RoomRecord, wren: Seat, otter: Seat
) -> None:
    """Oldest first; somebody else neither reads it nor puts it away; twice seen changes nothing."""
    boxes = record.letters
    first = await boxes.write(wren.member, word_body("good evening"))
    second = await boxes.write(wren.member, word_body("are you there"))
    assert [letter.id for letter in await boxes.standing(wren.member)] == [first, second]
    assert (await boxes.standing(wren.member))[0].fields() == {
        "ev": "word",
        "letter": first,
        "at": int(first.partition("-")[0]),
        "text": "good evening",
    }
    assert await boxes.standing(otter.member) == []
    assert await outcome(lambda done: boxes.seen(otter.member, first, done)) is None
    assert str(await outcome(lambda done: boxes.seen(wren.member, first, done))) == first
    assert await outcome(lambda done: boxes.seen(wren.member, first, done)) is None
    assert [letter.id for letter in await boxes.standing(wren.member)] == [second]


async def test_the_oldest_letters_go_when_there_are_too_many(record: RoomRecord, wren: Seat) -> None:
    """A box is bounded."""
    for number in range(MAX_LETTERS + 3):
        await record.letters.write(wren.member, word_body(str(number)))
    texts = [letter.body["text"] for letter in await record.letters.standing(wren.member)]
    assert texts == [str(number) for number in range(3, MAX_LETTERS + 3)]


async def test_a_letter_goes_when_its_time_is_over_though_newer_ones_came(
    servers: Servers, record: RoomRecord, wren: Seat
) -> None:
    """By its own age: a new letter renews the box, not what is in it."""
    key = record.letters.key(wren.member)
    time = await servers.call(record.tag, "TIME")
    old = LetterId(f"{int(time[0]) * 1000 - LETTER_MS - 1000}-0")
    await servers.call(record.tag, "XADD", key, old, "l", b"\x81\xa2ev\xa4word")
    new = await record.letters.write(wren.member, word_body("new"))
    assert [letter.id for letter in await record.letters.standing(wren.member)] == [new]
    assert 0 < await servers.call(record.tag, "PTTL", key) <= LETTER_MS


def test_a_letter_hides_its_words_when_it_is_printed() -> None:
    """Nothing of it can come into a log by accident."""
    assert "secret" not in repr(Letter(LetterId("1-0"), word_body("secret")))
