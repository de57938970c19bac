"""A rolling restart: every node is replaced under load, with what is installed now, and nobody loses anything."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatserver.client import Member, State, join
from chatserver.web.door import SPREAD_S
from tests.faults.test_faults import evening
from tests.house import House, change, install, kill
from tests.scrape import scrape

pytestmark = pytest.mark.faults

DRAIN_S = 1  # as tests.house has it
FIRST_MS = 200  # a moment for the close to arrive before anybody knocks elsewhere
SPAN_MS = (DRAIN_S + SPREAD_S) * 1000


def spans(members: int) -> list[int]:
    """Give what a node tells this many members, one each: even steps over the promised span."""
    return [int(FIRST_MS + SPAN_MS * number / members) for number in range(members)]


async def test_nothing_is_lost_and_returns_are_spread_when_every_node_is_replaced_under_load(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten members on two nodes and both encodings talk on: each message once, one order, all back, in even steps."""
    told: list[int] = []
    take = State.take

    def listening(state: State, event: dict[str, object]) -> None:
        if event["ev"] == "goaway":
            told.append(int(str(event["reconnect_in"])))
        take(state, event)

    monkeypatch.setattr(State, "take", listening)
    before = set(own_house.nodes())

    async def reload(house: House, _: random.Random) -> None:
        assert await asyncio.to_thread(house.reload) == "done"

    acknowledged = await evening(own_house, reload)
    assert len(acknowledged) > 100
    assert len(now := set(own_house.nodes())) == 2
    assert not before & now
    assert len(told) >= 10, "somebody was not told when to come back"
    evenly = [sorted(spans(first) + spans(len(told) - first)) for first in range(len(told) + 1)]
    assert sorted(told) in evenly, told
    figures = scrape(own_house)
    assert figures.sum("alongside_reloads_total", outcome="done") == 1
    assert figures.sum("alongside_node_deaths_total") == 0


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[House]:
    """A house that runs a copy of this checkout: what is installed there can be changed under it."""
    root = install(tmp_path / "installed")
    running = House(tmp_path, "--join-proof", "off", "--limits", "off", "--workers", "2", root=root).start()
    yield running
    assert running.stop() == 0


async def test_new_nodes_run_what_is_installed_now_and_broken_code_changes_nothing(copied: House) -> None:
    """Code that cannot start is given up, and who is in the room notices nothing; once mended it is what answers."""
    async with Member(join(copied.url, copied.group())) as member:
        await member.enter()
        before = set(copied.nodes())
        change(copied.root, "chatserver/web/health.py", "from __future__", "broken from __future__")
        assert await asyncio.to_thread(copied.reload) == "given_up"
        assert set(copied.nodes()) == before
        assert await member.say("still here")
        assert scrape(copied).sum("alongside_reloads_total", outcome="given_up") == 1
        change(copied.root, "chatserver/web/health.py", "broken from __future__", "from __future__")
        change(copied.root, "chatserver/web/health.py", '"/health/ready"', '"/health/ready-anew"')
        assert await asyncio.to_thread(copied.reload) == "done"
        assert member.close_code == 1012
        assert copied.get("/health/ready-anew")
        change(copied.root, "chatserver/web/health.py", '"/health/ready-anew"', '"/health/ready"')
        assert await asyncio.to_thread(copied.reload) == "done"
        await member.resume()
        assert await member.say("back")


async def test_both_places_are_held_by_new_nodes_when_the_old_ones_die_meanwhile(own_house: House) -> None:
    """Whoever is killed while its successor starts is not started again beside it."""
    before = own_house.nodes()
    reloading = asyncio.create_task(asyncio.to_thread(own_house.reload))
    async with asyncio.timeout(20):
        while "one by one" not in own_house.log.read_text():  # noqa: ASYNC110 (another process' log)
            await asyncio.sleep(0.01)
    for pid in before:
        kill(pid)
    assert await reloading == "done"
    async with asyncio.timeout(30):
        while len(now := set(own_house.nodes())) != 2 or not own_house.is_ready():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert not set(before) & now
    answers = scrape(own_house)
    assert answers.sum("alongside_node_answers") == 2
