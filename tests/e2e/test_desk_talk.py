"""A talk of a moderator and a member, from the desk's side, with real pages of both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import LIVE_TIMEOUT_MS, bring_a_case, handle_of, open_desk
from tests.e2e.test_access import faults
from tests.e2e.test_desk_acts import claim, order
from tests.e2e.test_moderated import LINES
from tests.house import House
from tests.web.desks import end_lease

pytestmark = pytest.mark.browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


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
    assert faults(one) == []
    assert faults(two) == []
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


@pytest.mark.parametrize(("width", "title"), [(390, "Priory"), (1280, "Minster")])
def test_words_for_an_emergency_are_at_hand_and_axe_finds_nothing(
    window: OpenWindow, street: House, tmp_path: Path, width: int, title: str
) -> None:
    """One press puts them into the field, after what is there; they go only when the moderator sends them."""
    small = width < 1000
    desk = open_desk(
        window, street, f"Ada {title}", title.lower(), viewport={"width": width, "height": 800}, has_touch=small
    )
    desk.route("**/api/helplines", lambda route: route.fulfill(json=LINES))
    member = bring_a_case(window, street, title)
    offer(desk)
    member.locator("#offer-yes").click()
    desk.locator("#talk-enter").click(timeout=LIVE_TIMEOUT_MS)
    words = desk.get_by_label("Your words to them")
    words.fill("I read you.")
    desk.get_by_text("Words for an emergency, by region").click()
    desk.get_by_label("Where are they?").select_option(label="Arland")
    passed_on = (
        "In Arland there is also The Night Line: call 0800 555 0100; Text HELLO to 555 (24/7)."
        " We have not called there ourselves."
    )
    desk.get_by_role("button", name=f"Put into your words: {passed_on}").click()
    expect(words).to_have_value(f"I read you.\n\n{passed_on}")
    expect(words).to_be_focused()
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for scheme in SCHEMES:
        desk.emulate_media(color_scheme=scheme)
        words.scroll_into_view_if_needed()
        desk.screenshot(path=tmp_path / f"desk-{width}-{scheme}.png")
    expect(member.locator("#talk-messages .text")).to_have_count(0)
    desk.locator(".talk-form").get_by_role("button", name="Send").click()
    expect(member.locator("#talk-messages .text")).to_contain_text(passed_on)


def test_a_moderator_who_is_lost_is_followed_by_another_who_reads_what_was_said(
    window: OpenWindow, street: House
) -> None:
    """The first one's browser is gone; the case calls out again, and whoever claims it comes into the same room."""
    one = open_desk(window, street, "Ada Convent", "convent")
    two = open_desk(window, street, "Noa Convent", "convent")
    member = bring_a_case(window, street, "Convent")
    offer(one)
    case = one.evaluate("fetch('/desk/api/cases').then((a) => a.json()).then((a) => a.cases[0].id)")
    member.locator("#offer-yes").click()
    one.locator("#talk-enter").click(timeout=LIVE_TIMEOUT_MS)
    expect(member.locator("#talk-state")).to_have_text("The moderator is here.")
    member.locator("#talk-words").fill("it is about my brother")
    member.locator("#talk-words").press("Enter")
    expect(one.get_by_role("log", name="The talk")).to_contain_text("it is about my brother")
    one.close()
    expect(member.locator("#talk-state")).to_contain_text("on the way")
    with ThreadPoolExecutor(1) as aside:  # playwright's own loop runs in this thread
        aside.submit(end_lease, street, case).result()
    expect(member.locator("#talk-state")).to_contain_text("Another one is being called", timeout=LIVE_TIMEOUT_MS)
    expect(two.locator(".row", has_text="A talk that lost its moderator")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    claim(two)
    two.locator("#talk-enter").click(timeout=LIVE_TIMEOUT_MS)
    expect(two.get_by_role("log", name="The talk")).to_contain_text("it is about my brother")
    expect(member.locator("#talk-state")).to_have_text("The moderator is here.")
