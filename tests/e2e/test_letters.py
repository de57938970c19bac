"""A letter on the member's page: quiet, theirs alone, there again after a reload, gone everywhere once put away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from chatserver.core.letters import word_body
from chatserver.store.letters import LetterBoxes
from chatserver.store.posting import Posting
from chatserver.store.servers import Servers
from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import write
from tests.house import House
from tests.web.desks import beside

pytestmark = pytest.mark.browser

WORDS = "Would you like to talk for a moment? You are not in trouble."


def post(house: House, page: Page, title: str, words: str) -> None:
    """Write a letter to whoever sits at this page."""
    group = house.group(title)["id"]
    member = page.evaluate("group => fetch(`/g/${group}/me`).then((a) => a.json()).then((a) => a.you.member)", group)

    async def posted(servers: Servers) -> None:
        await LetterBoxes(servers, Posting(servers), f"{group}.1").write(member, word_body(words))

    with ThreadPoolExecutor(1) as aside:  # playwright's own loop runs in this thread
        aside.submit(beside, house, posted).result()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_letter_stands_until_it_is_put_away_in_every_window(window: OpenWindow, street: House, width: int) -> None:
    """It takes no focus, covers no composer, comes again after a reload; the second follows the first."""
    mine = window(street, viewport={"width": width, "height": 780})
    page, other = mine.join("Causeway"), window(street).join("Causeway")
    second = mine.tab()
    second.goto(page.url)
    write(page, "typed before it came")
    page.locator("#words").fill("half a sente")
    post(street, page, "Causeway", WORDS)
    post(street, page, "Causeway", "And a second one.")
    for tab in (page, second):
        expect(tab.locator("#letter-words")).to_have_text(WORDS)
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#words")).to_have_value("half a sente")
    assert page.get_by_role("button", name="Send").is_visible()
    page.reload()
    expect(page.locator("#letter-words")).to_have_text(WORDS)
    page.get_by_role("button", name="All right").click()
    for tab in (page, second):
        expect(tab.locator("#letter-words")).to_have_text("And a second one.")
    expect(page.locator("#letter-title")).to_be_focused()
    second.locator("#letter-seen").press("Enter")
    for tab in (page, second):
        expect(tab.locator("#letter")).to_be_hidden()
    expect(other.locator("#letter")).to_be_hidden()
