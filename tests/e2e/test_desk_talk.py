"""A talk of a moderator and a member, from the desk's side, with real pages of both."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import LIVE_TIMEOUT_MS, bring_a_case, handle_of, open_desk
from tests.e2e.test_desk_acts import claim, order
from tests.house import House

pytestmark = pytest.mark.browser


def offer(desk: Page) -> None:
    """Claim the first case, and offer its member a talk."""
    claim(desk)
    desk.locator("#first-acts").get_by_role("button", name="Offer to talk, only you two").click()
    desk.locator("#act-send").click()
    expect(desk.locator("#talk-said")).to_contain_text("They have your offer", timeout=LIVE_TIMEOUT_MS)


def test_a_moderator_and_a_member_talk_alone_and_it_ends_with_the_way_back(window: OpenWindow, street: House) -> None:
    """Offered, agreed to, talked, also while no case is open; a second moderator looks in and cannot write."""
    one, two = open_desk(window, street, "Ada Chapel", "chapel"), open_desk(window, street, "Noa Chapel", "chapel")
    member = bring_a_case(window, street, "Chapel")
    handle = handle_of(member)
    offer(one)
    member.locator("#offer-yes").click()
    expect(one.locator("#alarm")).to_have_text(
        f"{handle} said yes to your offer, and waits for you.", timeout=LIVE_TIMEOUT_MS
    )
    one.locator("#talk-enter").click()
    expect(one.get_by_label("Your words to them")).to_be_focused()
    one.keyboard.type("I am here. x c r")
    one.keyboard.press("Enter")
    expect(member.locator("#talk-messages")).to_contain_text("I am here. x c r")
    one.keyboard.press("Escape")
    expect(one.locator("#case")).to_be_hidden()
    member.locator("#talk-words").fill("thank you for coming")
    member.locator("#talk-words").press("Enter")
    expect(one.locator("#alarm")).to_have_text(f"{handle} has written to you.")
    one.locator(".row").click()
    expect(one.get_by_role("log", name="The talk")).to_contain_text("thank you for coming")
    two.locator(".row").click()
    order(two, "Look into the talk", "asked to")
    two.locator("#talk-enter").click()
    expect(two.get_by_role("log", name="The talk")).to_contain_text("thank you for coming")
    expect(two.get_by_label("Your words to them")).to_have_count(0)
    expect(one.get_by_role("log", name="The talk")).to_contain_text("A second moderator is looking in")
    order(one, "End the talk, back to the group", "calmer now")
    expect(one.locator("#talk-said")).to_contain_text("they are shown back to the group", timeout=LIVE_TIMEOUT_MS)
    expect(one.get_by_role("log", name="The talk")).to_have_count(0)
    expect(two.get_by_role("log", name="The talk")).to_have_count(0, timeout=LIVE_TIMEOUT_MS)


def test_a_no_is_told_and_nothing_follows(window: OpenWindow, street: House) -> None:
    """The moderator reads it in a plain line; the case stays theirs."""
    desk = open_desk(window, street, "Ada Abbey", "abbey")
    member = bring_a_case(window, street, "Abbey")
    offer(desk)
    member.locator("#offer-no").click()
    expect(desk.locator("#talk-said")).to_have_text("They said no to a talk. Nothing follows from that.")
    expect(desk.locator("#hold-said")).to_contain_text("You have this case")
