"""Tests of chatserver.live.people: who is here, over sockets and nodes."""

from __future__ import annotations

import pytest

from chatserver.core.errors import CloseCode
from chatserver.core.seats import Seat
from chatserver.live.people import People
from chatserver.store.heard import Here


class Ear:
    """A socket that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def tell(self, fields: object) -> None:
        """Keep it."""
        self.told.append(fields)

    def end(self, code: CloseCode, reason: str) -> None:
        """Nobody is sent away here."""


class Clock:
    """A time (ms) that tests set."""

    now_ms = 0

    def __call__(self) -> int:
        """Give it."""
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    """At zero."""
    return Clock()


@pytest.fixture
def people(clock: Clock) -> People:
    """Nobody yet."""
    return People(clock)


def test_a_member_is_here_until_the_last_socket_goes(people: People, wren: Seat) -> None:
    """Only the first that comes and the last that goes are news to other nodes."""
    one, two = Ear(), Ear()
    changes = []
    for change in (people.arrive, people.depart):
        for ear in (one, two):
            people.is_untold = False
            change(wren, ear)
            changes.append((people.is_untold, len(people.local)))
    assert changes == [(True, 1), (False, 1), (False, 1), (True, 0)]
    people.depart(wren, one)
    assert people.count == 0


def test_what_a_member_is_told_comes_to_all_of_their_sockets_and_to_no_other(
    people: People, wren: Seat, otter: Seat
) -> None:
    """Somebody who is not here is told nothing."""
    ears = [Ear(), Ear(), Ear()]
    for seat, ear in zip((wren, wren, otter), ears, strict=True):
        people.arrive(seat, ear)
    people.tell(wren.member, {"ev": "word"})
    people.tell("nobody", {"ev": "word"})
    assert [ear.told for ear in ears] == [[{"ev": "word"}], [{"ev": "word"}], []]


def test_everybody_counts_once_over_all_nodes_until_a_node_falls_silent(
    people: People, clock: Clock, wren: Seat, otter: Seat
) -> None:
    """A member on two nodes is one person; a silent node's members go, and that is shown."""
    people.arrive(wren, Ear())
    people.merge(Here("there", {wren.member: wren.handle, otter.member: otter.handle}, 25_000))
    assert (people.count, people.fields()["count"], people.is_unshown) == (2, 2, True)
    people.is_unshown = False
    people.merge(Here("there", {wren.member: wren.handle, otter.member: otter.handle}, 25_000))
    people.expire()
    assert (people.count, people.is_unshown) == (2, False)
    clock.now_ms = 25_000
    people.expire()
    assert (people.count, people.is_unshown) == (1, True)
