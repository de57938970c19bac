"""A house for the tests of moderators' acts: everybody who joins a group sits in one room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running server with two nodes, no limits, and seats for all."""
    options = ("--join-proof", "off", "--limits", "off", "--workers", "2")
    running = House(tmp_path_factory.mktemp("hall"), *options, seats=5_000).start()
    yield running
    assert running.stop() == 0
