"""What somebody in distress meets, all of it from the real server: the private card, its lines, a moderator's ear."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import act, write
from tests.house import House

pytestmark = pytest.mark.browser

HARD_WORDS = "i want to end my life tonight"  # invented; a danger rule's plainest case


def test_hard_words_reach_the_room_and_bring_a_card_to_their_author_alone(window: OpenWindow, street: House) -> None:
    """Others see the message as any other; its author the card, after a reload too, until they say it misread them."""
    author, other = window(street).join("Bench"), window(street).join("Bench")
    write(author, HARD_WORDS)
    words = other.locator(".message", has=other.locator(".words", has_text=HARD_WORDS))
    expect(words.locator(".words")).to_have_text(HARD_WORDS)
    expect(words.locator(".fold-line, .advice")).to_have_count(0)
    expect(author.locator("#card")).to_be_visible()
    expect(other.locator("#card, #card-again")).to_have_count(2)
    for closed in ("#card", "#card-again"):
        expect(other.locator(closed)).to_be_hidden()
    author.reload()
    expect(author.locator("#card")).to_be_visible()
    author.locator("#card-close").click()
    author.reload()
    author.locator("#card-again").click()
    author.get_by_role("button", name="You misread me").click()
    expect(author.locator("#card-said")).to_contain_text("Thank you for saying so")
    author.locator("#card-close").click()
    author.reload()
    write(author, "still here")  # once it is sent, all that belongs to coming in has been heard
    expect(author.locator(".mine .words").last).to_have_text("still here")
    expect(author.locator(".state")).to_have_count(0)
    for closed in ("#card", "#card-again"):
        expect(author.locator(closed)).to_be_hidden()


def test_a_worry_and_a_wish_reach_the_moderators(window: OpenWindow, street: House) -> None:
    """The server confirms both; the lines it gives say of each that nobody here has called it."""
    author, other = window(street).join("Hedge"), window(street).join("Hedge")
    write(author, "an ordinary line")
    expect(other.locator(".words", has_text="an ordinary line")).to_be_visible()
    act(other, "an ordinary line", "Tell a moderator")
    other.locator("#report-send").click()
    expect(other.locator("#report-said")).to_contain_text("The moderators have it now")
    other.locator("#report-close").click()
    other.locator("#help").click()
    other.locator("#help-send").click()
    expect(other.locator("#help-said")).to_contain_text("The moderators have it now")
    choice = other.locator("#help-list select")
    expect(choice.locator("option").nth(20)).to_be_attached()
    choice.select_option(index=20)
    expect(other.locator("#help-list .line-list li").first).to_contain_text("Not confirmed")
