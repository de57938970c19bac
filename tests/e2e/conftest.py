"""A browser for the tests of this folder, and windows that are closed and asked what went wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.windows import CHROMIUM, QUIET, Watched
from tests.house import GROUP, House


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; gone when other tests follow, because Playwright's loop runs in this thread until then."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


# A group a test, so that none reads another's words: no two files name the same one (tests/test_house.py). Porch and
# Garden, which every house has, are for looking at from outside, and for houses of one's own.
NAMES = (
    "Attic", "Cellar", "Shed", "Loft", "Hall", "Barn", "Kitchen", "Veranda", "Balcony", "Pantry",
    "Study",
    "Gallery",
    "Brook",
    "Mill",
    "Field",
    "Bench",
    "Hedge",
    "Landing",
    "Stairs",
    "Yard",
    "Terrace",
    "Cabin",
    "Windmill",
    "Ravine",
    "Tower",
    "Hamlet",
    "Granary",
    "Gazebo",
    "Paddock",
    "Loggia",
    "Arcade",
    "Atrium",
    "Belfry",
    "Cloister",
    "Causeway",
    "Arbour",
    "Lodge",
)  # fmt: skip

# Those of the desk's tests.
DESK_NAMES = (
    "Dock", "Quay", "Pier", "Jetty", "Wharf", "Lagoon", "Harbour", "Estuary", "Beacon", "Shore",
    "Cliff", "Ferry", "Canal", "Orchard", "Meadow", "Bridge", "Bakery", "Market", "Library",
    "Chapel", "Abbey", "Museum", "Station", "Theatre", "Priory", "Minster", "Convent",
    "Castle", "Forge", "Tavern", "Bazaar",
)  # fmt: skip


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running server with a group for each test that needs one to itself, two nodes and no limits."""
    folder = tmp_path_factory.mktemp("street")
    running = House(folder, "--join-proof", "off", "--limits", "off", "--workers", "2")
    for name in (*NAMES, *DESK_NAMES):
        (folder / "groups" / f"{name.lower()}.toml").write_text(GROUP.format(title=name, seats=20))
    running.start()
    yield running
    assert running.stop() == 0


class OpenWindow(Protocol):
    """Opens a window at a house. `may_complain` when the test cuts lines, which a browser reports as errors."""

    def __call__(self, house: House, *, may_complain: bool = False, **options: object) -> Watched:
        """Open it."""
        ...


@pytest.fixture
def window(browser: Browser) -> Iterator[OpenWindow]:
    """Windows; at the end none may have complained or asked anybody else for anything."""
    opened: list[tuple[Watched, bool]] = []

    def open_window(house: House, *, may_complain: bool = False, **options: object) -> Watched:
        opened.append((Watched(browser, house, **options), may_complain))
        return opened[-1][0]

    yield open_window
    for watched, _ in opened:
        watched.context.close()
    assert [foreign for watched, _ in opened for foreign in watched.foreign] == []
    assert [said for watched, may_complain in opened if not may_complain for said in watched.complaints] == []
