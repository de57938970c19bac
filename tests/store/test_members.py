"""Tests of chatserver.store.members and the functions in group.lua, on a real server."""

from __future__ import annotations

import pytest

from chatserver.core.groups import Group
from chatserver.core.identity import MemberId
from chatserver.core.seats import Seat
from chatserver.store.members import Members
from chatserver.store.servers import Servers

WREN, OTTER, FINCH = MemberId("wren-id"), MemberId("otter-id"), MemberId("finch-id")


@pytest.fixture
def members(servers: Servers) -> Members:
    """The keeper of seats."""
    return Members(servers)


async def test_a_member_finds_the_same_seat_when_it_joins_again(members: Members, group: Group) -> None:
    """Handle and room stay, whatever names are offered the second time."""
    seat = await members.seat(group, WREN, ("Calm Wren", "Kind Wren"), remember=False)
    assert seat == Seat(WREN, "Calm Wren", 1)
    assert await members.seat(group, WREN, ("Other Name",), remember=True) == seat
    assert await members.find(group, WREN) == seat
    assert await members.find(group, OTTER) is None


async def test_a_handle_is_given_once_when_two_members_draw_the_same(members: Members, group: Group) -> None:
    """The second one gets its next candidate."""
    names = ("Calm Wren", "Kind Otter")
    assert (await members.seat(group, WREN, names, remember=False)).handle == "Calm Wren"
    assert (await members.seat(group, OTTER, names, remember=False)).handle == "Kind Otter"


async def test_a_new_room_opens_when_all_seats_are_taken_and_a_freed_one_is_used_again(
    members: Members, group: Group
) -> None:
    """The group's rooms have two seats here."""
    rooms = [(await members.seat(group, MemberId(f"m{n}"), (f"Name {n}",), remember=False)).room for n in range(3)]
    assert rooms == [1, 1, 2]
    await members.leave(group, MemberId("m0"))
    assert await members.find(group, MemberId("m0")) is None
    assert (await members.seat(group, FINCH, ("Late Finch",), remember=False)).room == 1


async def test_a_left_members_handle_stays_taken_while_its_messages_may_be_read(members: Members, group: Group) -> None:
    """Nobody speaks under the name of somebody who has just gone."""
    await members.seat(group, WREN, ("Calm Wren",), remember=False)
    await members.leave(group, WREN)
    assert (await members.seat(group, OTTER, ("Calm Wren", "Kind Otter"), remember=False)).handle == "Kind Otter"


async def test_a_challenge_is_spent_once(members: Members, group: Group) -> None:
    """The first caller only."""
    assert await members.spend(group, "c1", 60)
    assert not await members.spend(group, "c1", 60)
    assert await members.spend(group, "c2", 60)


async def test_counts_of_all_nodes_are_added_and_a_node_counts_once(members: Members, group: Group) -> None:
    """Each node's last word stands."""
    await members.tell_count(group, "node-a", 3)
    await members.tell_count(group, "node-b", 4)
    await members.tell_count(group, "node-a", 1)
    assert await members.here([group]) == {group.id: 5}


async def test_joins_are_counted_when_members_are_new(members: Members, group: Group) -> None:
    """Coming back is no join."""
    await members.seat(group, WREN, ("Calm Wren",), remember=False)
    await members.seat(group, WREN, ("Calm Wren",), remember=False)
    await members.seat(group, OTTER, ("Kind Otter",), remember=False)
    assert await members.recent_joins(group) == 2


async def test_all_that_names_a_member_expires_and_staying_never_shortens(
    servers: Servers, members: Members, group: Group
) -> None:
    """Only the number of rooms, which names nobody, has no end; a remembered member keeps the longer time."""
    await members.seat(group, WREN, ("Calm Wren",), remember=True)
    await members.spend(group, "c1", 60)
    await members.tell_count(group, "node-a", 1)
    member_key = "{" + group.id + "}:member:" + WREN
    remembered = await servers.call(group.id, "PTTL", member_key)
    await members.stay(group, 1, [WREN, OTTER])
    assert await servers.call(group.id, "PTTL", member_key) > remembered - 60_000
    endless = [key for key in await servers.call(group.id, "KEYS", "*") if await servers.call(group.id, "TTL", key) < 0]
    assert endless == [b"{porch-id}:rooms"]
