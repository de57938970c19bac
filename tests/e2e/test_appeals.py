"""Asking for another look, on the members' pages: from the letter, from the line above the field, and from outside."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from chatserver.core.moderators import Role
from tests.e2e.conftest import OpenWindow
from tests.e2e.test_acts import aside, called, ordered
from tests.house import House
from tests.web.desks import sign_in

pytestmark = pytest.mark.browser


def decided(house: House, receipt: str, *, uphold: bool, reason: str) -> None:
    """Let another moderator decide the appeal of this receipt."""

    def decide() -> Any:
        other = sign_in(house, "Oda of the page", Role.LEAD, set())
        case = other.wait_for_case(id=f"appeal-{receipt}")["id"]
        other.ok(f"cases/{case}/claim", {})
        return other.ok(f"cases/{case}/decide", {"uphold": uphold, "reason": reason})

    aside(decide)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_muted_member_asks_for_another_look_and_reads_the_answer(
    window: OpenWindow, street: House, width: int
) -> None:
    """By the keyboard alone; what comes of it is told privately, and where it is granted they write at once."""
    page = window(street, viewport={"width": width, "height": 780}).join("Arcade")
    case = called(street, page, "Arcade")
    receipt = ordered(street, case, {"act": "mute", "seconds": 3600})["receipt"]
    page.locator("#letter-appeal").press("Enter")
    expect(page.locator("#appeal-about")).to_contain_text(receipt)
    page.locator("#appeal-words").fill("It was a quote, please look again.")
    page.locator("#appeal-send").press("Enter")
    expect(page.locator("#appeal-said")).to_contain_text("will look at it again")
    page.keyboard.press("Enter")  # the focus is on Close
    expect(page.locator("#appeal-dialog")).to_be_hidden()
    page.locator("#letter-seen").click()
    expect(page.locator("#barred-appeal")).to_be_visible()
    decided(street, receipt, uphold=False, reason="You were right.")
    expect(page.locator("#letter-words")).to_have_text("You were right.")
    expect(page.locator("#letter-more")).to_have_text("It is over.")
    expect(page.locator("#letter-appeal")).to_be_hidden()
    expect(page.locator("#barred")).to_be_hidden()
    expect(page.locator("#send")).to_be_enabled()


def test_whoever_is_out_asks_from_the_page_that_says_so(window: OpenWindow, street: House) -> None:
    """Not granted, it says so when they are in again; granted, the room is there after a reload."""
    page = window(street, may_complain=True).join("Atrium")
    case = called(street, page, "Atrium")
    receipt = ordered(street, case, {"act": "exclude", "seconds": 7200})["receipt"]
    page.locator("#out-appeal").fill("Please look again.")
    page.locator("#out-send").click()
    expect(page.locator("#out-said")).to_contain_text("will look at it again")
    decided(street, receipt, uphold=False, reason="Welcome back.")
    page.reload()
    expect(page.locator("#words")).to_be_visible()
    for words in ("Let us all take a breath.", "Welcome back."):
        expect(page.locator("#letter-words")).to_have_text(words)
        page.locator("#letter-seen").click()
    expect(page.locator("#send")).to_be_enabled()
