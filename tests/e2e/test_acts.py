"""What moderators do, on the members' pages: everybody's view, and what one member alone is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page, expect

from chatserver.core.moderators import Role
from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import act, write
from tests.house import House
from tests.web.desks import Caller, sign_in

pytestmark = pytest.mark.browser

T = TypeVar("T")
WHY = "Let us all take a breath."


def aside(work: Callable[[], T]) -> T:
    """Do something that runs a loop of its own: this thread's is playwright's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def ordered(house: House, case: str, order: dict[str, Any]) -> Any:
    """Let a lead who has the case do something."""
    lead = aside(lambda: sign_in(house, "Lea of the page", Role.LEAD, set()))
    lead.ask(f"cases/{case}/claim", {})
    return lead.ok(f"cases/{case}/acts", {"reason": WHY, **order})


def called(house: House, page: Page, title: str) -> str:
    """Let this page's person ask for a moderator; gives the case."""
    page.locator("#help").click()
    page.locator("#help-send").click()
    expect(page.locator("#help-said")).to_contain_text("The moderators have it now")
    page.locator("#help-close").click()
    lead: Caller = aside(lambda: sign_in(house, "Lea of the page", Role.LEAD, set()))
    group = {"slug": title.lower(), "title": title}
    return str(lead.wait_for_case(kind="asked", group=group)["id"])


def words(page: Page) -> list[str]:
    """Give what stands in the room, in order."""
    return page.locator(".message:not(.not-sent) .words").all_inner_texts()


def test_a_removed_message_is_gone_for_everybody_and_comes_back_in_its_place(window: OpenWindow, street: House) -> None:
    """Live, and for somebody who was away all the while; its author is told why, quietly."""
    author, other, away = (window(street).join("Paddock") for _ in range(3))
    for line in ("first line", "second line", "third line"):
        write(author, line)
        expect(away.locator(".words", has_text=line)).to_be_visible()
    address = away.url
    away.goto("about:blank")
    act(other, "second line", "Tell a moderator")
    other.locator("#report-send").click()
    expect(other.locator("#report-said")).to_contain_text("The moderators have it now")
    other.locator("#report-close").click()
    lead: Caller = aside(lambda: sign_in(street, "Lea of the page", Role.LEAD, set()))
    case = lead.wait_for_case(kind="concern", group={"slug": "paddock", "title": "Paddock"})["id"]
    ordered(street, case, {"act": "remove"})
    for page in (author, other):
        expect(page.locator(".words", has_text="Removed by a moderator")).to_be_visible()
    expect(author.locator("#letter-title")).to_contain_text("removed a message of yours")
    expect(author.locator("#letter-words")).to_have_text(WHY)
    expect(other.locator("#letter")).to_be_hidden()
    author.locator("#letter-seen").click()
    ordered(street, case, {"act": "restore"})
    away.goto(address)
    ordered(street, case, {"act": "say", "text": "I am here for a while."})
    for page in (author, other, away):
        expect(page.locator(".moderator .words")).to_have_text("I am here for a while.")
        assert words(page) == ["first line", "second line", "third line", "I am here for a while."]
    expect(author.locator("#letter-title")).to_have_text("A message of yours is shown again")
    ordered(street, case, {"act": "fold"})
    expect(other.locator(".fold-line")).to_contain_text("a moderator thought")
    expect(other.locator(".words", has_text="second line").locator(".text")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_muted_member_sees_why_until_when_and_what_is_still_possible(
    window: OpenWindow, street: House, width: int
) -> None:
    """What they had begun to write is kept; after a reload it stands; taken back, they can write at once."""
    page = window(street, viewport={"width": width, "height": 780}).join("Loggia")
    case = called(street, page, "Loggia")
    page.locator("#words").fill("half a sentence")
    answer = ordered(street, case, {"act": "mute", "seconds": 600})
    expect(page.locator("#barred-words")).to_contain_text(f"Why: {WHY}")
    expect(page.locator("#letter-more")).to_contain_text(answer["receipt"])
    expect(page.locator("#send")).to_be_disabled()
    expect(page.locator("#words")).to_have_attribute("placeholder", "Kept for later…")
    page.locator("#words").press("Enter")
    page.locator("#letter-seen").click()
    page.reload()
    expect(page.locator("#barred-words")).to_contain_text("You cannot write here until")
    expect(page.locator("#words")).to_have_value("half a sentence")
    expect(page.locator("#letter")).to_be_hidden()
    page.locator("#help").click()
    page.locator("#help-send").click()
    expect(page.locator("#help-said")).to_contain_text("The moderators have it now")
    page.locator("#help-close").click()
    lead: Caller = aside(lambda: sign_in(street, "Lea of the page", Role.LEAD, set()))
    lead.ok(f"acts/{answer['act']}/undo", {})
    expect(page.locator("#barred")).to_be_hidden()
    expect(page.locator("#letter-title")).to_have_text("A moderator took something back")
    expect(page.locator("#words")).to_have_attribute("placeholder", "Write as you like…")
    page.locator("#words").press("Enter")
    expect(page.locator(".mine .words").last).to_have_text("half a sentence")
