"""What tests of several folders share: a running house, and the rule that CI skips no browser test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.house import House

pytest_plugins = ["tests.valkey"]

# How long an example takes says how busy the machine is, and nothing of what is promised.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One running server, with an embedded Valkey, two nodes and no limits, for tests that leave it as it is."""
    running = House(
        tmp_path_factory.mktemp("house"), "--join-proof", "off", "--limits", "off", "--workers", "2"
    ).start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A server that a test may hurt."""
    running = House(tmp_path, "--join-proof", "off", "--limits", "off", "--workers", "2").start()
    yield running
    running.stop()


@pytest.hookimpl(trylast=True)  # after the order was made random, which stays within both halves
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, browsers and faults mixed: what is short fills the rest of the time."""
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("faults")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None] | Iterator[pytest.TestReport]:
    """Under REQUIRE_BROWSER a skipped browser test is a failure."""
    report: pytest.TestReport = yield  # type: ignore[misc, assignment]
    if report.skipped and os.environ.get("REQUIRE_BROWSER") and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = "skipped, but REQUIRE_BROWSER is set"
    return report  # type: ignore[return-value]
