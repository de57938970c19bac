"""Whether a moderator is here, on the member's page: calm, live, and what stays possible in a room for reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chatserver.core.moderators import Role
from tests.e2e.conftest import OpenWindow
from tests.e2e.test_acts import aside
from tests.e2e.windows import write
from tests.house import House
from tests.web.desks import Caller, sign_in

pytestmark = pytest.mark.browser

LATER = 'requires_staff = true\n\n[schedule]\nzone = "UTC"\nmonday = ["03:00-03:01"]\n'


@pytest.fixture
def quiet_house(tmp_path: Path) -> Iterator[House]:
    """A house whose garden requires staff, with a schedule; its porch has neither."""
    house = House(tmp_path, "--join-proof", "off", "--limits", "off")
    garden = tmp_path / "groups" / "garden.toml"
    garden.write_text(garden.read_text() + LATER)
    yield house.start()
    assert house.stop() == 0


@pytest.fixture
def bea(quiet_house: House) -> Caller:
    """A moderator of the garden."""
    return aside(lambda: sign_in(quiet_house, "Quillon", Role.MODERATOR, {"garden"}))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_room_for_reading_says_so_keeps_words_and_opens_live(
    quiet_house: House, bea: Caller, window: OpenWindow, width: int
) -> None:
    """The words stay with their author, to be tried again; nothing of who is on duty shows."""
    page = window(quiet_house, viewport={"width": width, "height": 780}).join("Garden")
    expect(page.locator("#staff")).to_contain_text("No moderator until")
    expect(page.locator("#staff")).to_contain_text("for reading")
    write(page, "is somebody here")
    expect(page.locator(".not-sent")).to_contain_text("this room is for reading")
    aside(lambda: bea.ok("duty", {"on": True}))
    expect(page.locator("#staff")).to_have_text("A moderator is here.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".not-sent")).to_have_count(0)
    expect(page.locator(".message .text", has_text="is somebody here")).to_have_count(1)
    assert "Quillon" not in page.content()
    aside(lambda: bea.ok("duty", {"on": False}))
    expect(page.locator("#staff")).to_contain_text("No moderator until")
    porch = window(quiet_house).join("Porch")
    expect(porch.locator("#staff")).to_have_text("No moderator is here just now.")
    write(porch, "the porch is open")
    expect(porch.locator(".message", has_text="the porch is open").locator(".text")).to_be_visible()
