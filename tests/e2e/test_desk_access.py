"""What a machine can say of access to the desk, dark and light, small and wide: queue, case, form, dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import LIVE_TIMEOUT_MS, bring_a_case, open_desk
from tests.e2e.test_access import faults
from tests.e2e.test_desk_acts import order
from tests.e2e.test_handoff import SCHEMES
from tests.e2e.windows import Album, write
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
    desk.get_by_text("Rooms", exact=True).click()
    desk.locator("#rooms summary").first.click()
    desk.locator("#rooms").get_by_role("button", name="Only moderators write").first.click()
    desk.locator("#room-act-send").click()
    expect(desk.locator("#room-act-said")).not_to_be_empty()
    looked_over(desk)
    desk.locator(".row").first.click()
    desk.locator("#claim").click()
    desk.locator("#words-open").click()
    expect(desk.locator("#words")).to_be_visible()
    looked_over(desk)
    desk.locator("#words summary").first.click()
    desk.locator("#words").get_by_role("button", name="Fold the message").click()
    expect(desk.locator("#act-target")).not_to_be_empty()
    looked_over(desk)
    desk.locator("#act-cancel").click()
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


@pytest.mark.parametrize(("width", "title"), [(390, "Castle"), (1280, "Forge")])
def test_axe_finds_nothing_on_the_desk_when_a_talk_is_open(
    window: OpenWindow, street: House, width: int, title: str, tmp_path: Path
) -> None:
    """Offered, agreed to, with words of both, and over; then the bar that says so covers no button one cannot reach."""
    is_small, picture = width < 1000, Album(tmp_path)
    screen: dict[str, Any] = {"viewport": {"width": width, "height": 800}, "has_touch": is_small, "is_mobile": is_small}
    desk = open_desk(window, street, f"Ada {title}", title.lower(), reduced_motion="reduce", **screen)
    member = bring_a_case(window, street, title)

    def shown(name: str) -> None:
        looked_over(desk)
        for scheme in SCHEMES:
            desk.emulate_media(color_scheme=scheme)
            picture(desk, f"{name}-{width}-{scheme}")

    desk.locator(".row").first.click(timeout=LIVE_TIMEOUT_MS)
    desk.locator("#claim").click()
    desk.locator("#first-acts").get_by_role("button", name="Offer to talk").click()
    desk.locator("#act-send").click()
    expect(desk.locator("#talk-said")).to_contain_text("They have your offer", timeout=LIVE_TIMEOUT_MS)
    shown("offered")
    member.locator("#offer-yes").click()
    expect(desk.locator("#talk-enter")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    shown("accepted")
    desk.locator("#talk-enter").click()
    desk.get_by_label("Your words to them").fill("I am here, take your time.")
    desk.get_by_role("button", name="Send").click()
    expect(member.locator("#talk-messages")).to_contain_text("take your time", timeout=LIVE_TIMEOUT_MS)
    member.locator("#talk-words").fill("thank you, that is good to read")
    member.locator("#talk-words").press("Enter")
    expect(desk.get_by_role("log", name="The talk")).to_contain_text("good to read", timeout=LIVE_TIMEOUT_MS)
    shown("talk")
    order(desk, "End the talk, back to the group", "calmer now")
    expect(desk.locator("#talk-said")).to_contain_text("The talk is over", timeout=LIVE_TIMEOUT_MS)
    shown("over")
