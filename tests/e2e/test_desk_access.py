"""What a machine can say of access to the desk, dark and light, small and wide: queue, case, form, dialogs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import LIVE_TIMEOUT_MS, bring_a_case, open_desk
from tests.e2e.test_access import faults
from tests.e2e.windows import write
from tests.house import House

pytestmark = pytest.mark.browser


def looked_over(page: Page) -> None:
    """Find no fault, and nothing that scrolls sideways."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "title"), [(390, "Shore"), (1280, "Cliff")])
def test_axe_finds_nothing_on_the_desk_when_anything_is_open(
    window: OpenWindow, street: House, width: int, title: str
) -> None:
    """The empty queue, a full one, a case with its words, the form to close it, settings and keys."""
    is_small = width < 1000
    desk = open_desk(
        window,
        street,
        f"Ada {title}",
        title.lower(),
        viewport={"width": width, "height": 800},
        has_touch=is_small,
        is_mobile=is_small,
        reduced_motion="reduce",
    )
    expect(desk.locator("#calm")).to_be_visible()
    looked_over(desk)
    member = bring_a_case(window, street, title)
    write(member, "you should meet me at 12 Hill Street, my number is 020 7946 0958, I want to die")
    expect(desk.locator(".row").nth(1)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    desk.get_by_text("How much you have seen").click()
    expect(desk.locator("#care")).not_to_be_empty()
    desk.evaluate("document.getElementById('pause').hidden = false")  # what a closed crisis brings
    looked_over(desk)
    desk.locator(".row").first.click()
    desk.locator("#claim").click()
    desk.locator("#words-open").click()
    expect(desk.locator("#words")).to_be_visible()
    looked_over(desk)
    desk.locator("#close-open").click()
    desk.locator("#close-send").click()
    expect(desk.locator("#close-said")).not_to_be_empty()
    looked_over(desk)
    desk.locator("#more").click()
    desk.locator("#more-acts").get_by_role("button", name="Mute them for a time").click()
    looked_over(desk)
    for dialog in ("choices", "keys"):
        desk.evaluate("name => document.getElementById(name).showModal()", dialog)
        looked_over(desk)
        desk.keyboard.press("Escape")
