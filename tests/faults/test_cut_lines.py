"""The same evening over a network that breaks in the middle of frames, in both directions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from tests.faults.cutting import Network
from tests.faults.test_faults import evening
from tests.house import House

pytestmark = pytest.mark.faults

CUTS = 15  # in each direction


@pytest.fixture
async def network(own_house: House) -> AsyncIterator[Network]:
    """A bad network before a house."""
    async with Network(own_house.port, random.Random(11)).open() as network:
        yield network


async def test_nothing_acknowledged_is_lost_or_doubled_when_lines_are_cut_in_mid_frame(
    own_house: House, network: Network
) -> None:
    """Half a frame arrives and then a reset, or the end; whoever said it says it again under its name."""

    async def stay_bad(_: House, __: random.Random) -> None:
        while min(network.cuts["to the server"], network.cuts["to the member"]) < CUTS:  # noqa: ASYNC110 (chance's)
            await asyncio.sleep(0.1)
        network.is_bad = False

    acknowledged = await evening(own_house, stay_bad, through=network.url)
    assert len(acknowledged) > 100
