"""A held message on its author's page, when a moderator decides while the author is there, and while not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import expect

from chatserver.core.moderators import Role
from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import write
from tests.house import House
from tests.web.desks import sign_in

pytestmark = pytest.mark.browser

BAD_WORDS = "all immigrants are vermin"
WHY = "Please say it without calling people that."


def decide(house: House, act: str) -> None:
    """Let a moderator act on the newest held message."""

    def decided() -> Any:
        ada = sign_in(house, "Ada of the page", Role.LEAD, set())
        case = ada.wait_for_case(kind="held", claim=None)["id"]
        ada.ok(f"cases/{case}/claim", {})
        return ada.ok(f"cases/{case}/acts", {"act": act, "reason": WHY})

    with ThreadPoolExecutor(1) as aside:
        aside.submit(decided).result()


def test_held_words_go_into_the_room_or_come_back_with_the_reason(window: OpenWindow, street: House) -> None:
    """Given back: in the composer again, with why. Let through: a message like any other. Nothing stays held."""
    author, other = window(street).join("Mill"), window(street).join("Mill")
    write(author, BAD_WORDS)
    expect(author.locator(".state")).to_contain_text("It waits for a moderator")
    decide(street, "give_back")
    expect(author.locator("#words")).to_have_value(BAD_WORDS)
    expect(author.locator("#returned-words")).to_have_text(WHY)
    expect(author.locator("#letter")).to_be_hidden()
    expect(author.locator(".state")).to_have_count(0)
    author.locator("#words").press("Enter")
    expect(author.locator(".state")).to_contain_text("It waits for a moderator")
    decide(street, "let_through")
    for page in (author, other):
        expect(page.locator(".words", has_text=BAD_WORDS)).to_have_count(1)
    expect(author.locator(".state")).to_have_count(0)
    expect(author.locator("#letter")).to_be_hidden()


def test_an_author_who_comes_back_later_is_told(window: OpenWindow, street: House) -> None:
    """The page was closed meanwhile, and what it had kept is gone: the letter says it, once."""
    mine = window(street)
    author = mine.join("Ravine")
    write(author, BAD_WORDS)
    expect(author.locator(".state")).to_contain_text("It waits for a moderator")
    author.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
    author.goto("about:blank")
    decide(street, "give_back")
    author.goto(f"{street.url}/g/{street.group('Ravine')['id']}")
    expect(author.locator("#letter-words")).to_have_text(WHY)
    author.locator("#letter-seen").click()
    expect(author.locator("#letter")).to_be_hidden()
    author.reload()
    write(author, "ordinary")
    expect(author.locator(".mine .words").last).to_have_text("ordinary")
    expect(author.locator("#letter")).to_be_hidden()
