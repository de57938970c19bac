"""What a room's boundaries do to words, all of it by the real server: masked, folded, given back, and why."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import write
from tests.house import House

pytestmark = pytest.mark.browser

NUMBER = "020 7946 0958"  # reserved for drama (Ofcom)


def test_a_number_reaches_nobody_when_it_is_written(window: OpenWindow, street: House) -> None:
    """It is masked for all, the author's own page too, and the author is told why."""
    author, other = window(street).join("Brook"), window(street).join("Brook")
    write(author, f"the desk says {NUMBER} and still no answer")
    for page in (author, other):
        expect(page.locator(".masked")).to_be_visible()
        expect(page.locator(".words", has=page.locator(".masked"))).to_contain_text("and still no answer")
        expect(page.locator("#messages")).not_to_contain_text("7946")
    expect(other.locator("#announcer")).to_contain_text("(a detail left out)")
    expect(author.locator(".advice")).to_contain_text("Only you see this.")
    expect(other.locator(".advice")).to_have_count(0)


def test_advice_on_medicine_is_folded_when_it_is_given(window: OpenWindow, street: House) -> None:
    """Readers choose; the author sees what others see, and why."""
    author, other = window(street).join("Belfry"), window(street).join("Belfry")
    write(author, "you should stop your lithium, it is poison")
    line = other.locator(".fold-line")
    expect(line).to_contain_text("Folded: it advises on medicine")
    expect(other.get_by_text("stop your lithium")).to_be_hidden()
    line.get_by_role("button", name="Show").click()
    expect(other.get_by_text("stop your lithium")).to_be_visible()
    expect(author.locator(".fold-line")).to_contain_text("Others see this folded")
    expect(author.locator(".advice")).to_be_visible()


def test_an_insult_comes_back_to_its_author_alone(window: OpenWindow, street: House) -> None:
    """It lies in the composer with what, why and instead; the room never had it; other words go on."""
    author, other = window(street).join("Field"), window(street).join("Field")
    write(author, "you are worthless, nobody wants you here")
    expect(author.locator("#returned")).to_contain_text("Your words came back. Nobody in the room saw them.")
    expect(author.locator("#returned-words")).not_to_be_empty()
    expect(author.locator("#words")).to_have_value("you are worthless, nobody wants you here")
    write(author, "that came out wrong")
    expect(other.locator(".words")).to_have_text(["that came out wrong"])
    expect(author.locator("#returned")).to_be_hidden()
