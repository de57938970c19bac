"""A talk with a moderator on the member's page: offered quietly, in front of the group's room, with a way back at any
time.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from playwright.sync_api import Page, expect

from chatserver.client import Member, Ticket
from chatserver.core.moderators import Role
from tests.e2e.conftest import OpenWindow
from tests.e2e.test_access import faults
from tests.e2e.windows import write
from tests.house import House
from tests.web.desks import Caller, end_lease, sign_in

pytestmark = pytest.mark.browser

T = TypeVar("T")
REASON = {"reason": "only a test"}
LATE_MS = 15_000
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Desk:
    """A moderator beside the browser, in a thread of its own: playwright's loop runs in the test's."""

    def __init__(self, house: House, name: str) -> None:
        self.house, self.name = house, name
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        with ThreadPoolExecutor(1) as aside:
            self.caller: Caller = aside.submit(sign_in, house, name, Role.LEAD, set()).result()
        self.case, self.handoff = "", ""
        self.inside: Member | None = None

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the moderator's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def offer(self, page: Page) -> None:
        """Answer whoever asks for a moderator on this page with an offer."""
        page.locator("#help").click()
        page.locator("#help-send").click()
        expect(page.locator("#help-said")).to_contain_text("moderators have it")
        page.locator("#help-close").click()
        handle = page.evaluate("fetch(`${location.pathname}/me`).then((a) => a.json()).then((a) => a.you.handle)")
        self.case = self.caller.wait_for_case(handle=handle)["id"]
        self.caller.ok(f"cases/{self.case}/claim", {})
        self.handoff = self.caller.ok(f"cases/{self.case}/offer", {})["handoff"]["id"]

    def enter(self) -> None:
        """Come into the private room."""
        base = self.house.desk_url.removesuffix("/desk")
        ticket = Ticket(base, "", self.caller.cookie, {"member": "moderator"})

        async def entered() -> Member:
            member = Member(ticket, path=f"/desk/handoff/{self.handoff}/live")
            await member.connect()
            await member.enter()
            return member

        self.inside = self.do(entered())

    def say(self, words: str) -> None:
        """Write to the member."""
        assert self.inside is not None
        self.do(self.inside.say(words))

    def read(self, words: str) -> None:
        """Wait until the member's words are there."""

        async def seen() -> None:
            assert self.inside is not None
            async with asyncio.timeout(15):
                while not any(event.get("text") == words for event in self.inside.state.events):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

        self.do(seen())

    def close(self) -> None:
        """Go home."""
        if self.inside is not None:
            self.do(self.inside.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def desk(street: House) -> Iterator[Desk]:
    """A lead moderator."""
    moderator = Desk(street, "Lena")
    yield moderator
    moderator.close()


def answer(page: Page, words: str) -> None:
    """Write in the talk."""
    page.locator("#talk-words").fill(words)
    page.locator("#talk-form").get_by_role("button", name="Send").click()  # on a touch screen Enter begins a line


@pytest.mark.parametrize("width", [390, 1280])
def test_a_talk_and_the_way_back(window: OpenWindow, street: House, desk: Desk, width: int) -> None:
    """The offer takes no focus; yes opens a room of two; ending it leads back to where the person was in the group."""
    page, other = (
        window(street, viewport={"width": width, "height": 780}).join("Terrace"),
        window(street).join("Terrace"),
    )
    for number in range(30):
        write(other, f"line {number}")
    expect(page.locator(".message .text").last).to_have_text("line 29")
    page.locator("#scroller").evaluate("(e) => e.scrollTo({ top: 200, behavior: 'instant' })")
    desk.offer(page)
    expect(page.locator("#offer")).to_be_visible(timeout=LATE_MS)
    page.locator("#words").fill("half a sente")
    place = page.locator("#scroller").evaluate("(e) => e.scrollTop")
    page.get_by_role("button", name="Yes, let us talk").click()
    expect(page.locator("#talk-title")).to_have_text("You are talking with a moderator")
    expect(page.locator("#talk-state")).to_contain_text("on the way")
    answer(page, "is somebody there")
    desk.enter()
    expect(page.locator("#talk-state")).to_have_text("The moderator is here.")
    desk.read("is somebody there")
    desk.say("yes, I am")
    expect(page.locator("#talk-messages .moderator .text")).to_have_text("yes, I am")
    expect(page.locator("#talk-messages .moderator .handle")).to_have_text("Moderator")
    write(other, "meanwhile in the group")
    expect(other.locator(".sent").last).to_be_visible()
    desk.caller.ok(f"handoffs/{desk.handoff}/return", REASON)
    expect(page.locator("#talk-title")).to_have_text("Your talk with a moderator is over")
    expect(page.locator("#talk-messages .moderator .text")).to_have_text("yes, I am")
    page.get_by_role("button", name="Back to the group").click()
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.locator("#words")).to_have_value("half a sente")
    expect(page.locator("#words")).to_be_focused()
    assert page.locator("#scroller").evaluate("(e) => e.scrollTop") == place
    expect(page.locator("#latest")).to_contain_text("1 new")
    for anybody in (page, other):
        expect(anybody.get_by_text("yes, I am")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_is_a_full_answer(window: OpenWindow, street: House, desk: Desk) -> None:
    """It is said that nothing follows, and after "All right" it does not come back, nor after a reload."""
    page = window(street).join("Cabin")
    desk.offer(page)
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#talk-over-words")).to_contain_text("Nothing follows from that")
    expect(page.locator("#talk-over-seen")).to_be_focused()
    page.locator("#talk-over-seen").click()
    page.reload()
    expect(page.locator("#who")).to_contain_text("here")
    expect(page.locator("#talk-over")).to_be_hidden()
    assert desk.caller.ok(f"handoffs/{desk.handoff}")["handoff"]["state"] == "declined"


def test_the_member_goes_between_the_two_rooms_and_ends_it(window: OpenWindow, street: House, desk: Desk) -> None:
    """The talk goes on behind; a reload leads back into it; it ends when the member says so, twice."""
    page = window(street).join("Windmill")
    desk.offer(page)
    page.get_by_role("button", name="Yes, let us talk").click()
    expect(page.locator("#talk-state")).to_contain_text("on the way")
    desk.enter()
    expect(page.locator("#talk-state")).to_have_text("The moderator is here.")
    page.get_by_role("button", name="Look into the group").click()
    expect(page.locator("#talk")).to_be_hidden()
    write(page, "said in the group")
    expect(page.locator("#talk-open-state")).to_have_text("The moderator is here.")
    desk.say("I wait here")
    page.get_by_role("button", name="Go to your talk").click()
    expect(page.locator("#talk-messages .text")).to_have_text("I wait here")
    page.reload()
    expect(page.locator("#talk-messages .text")).to_have_text("I wait here", timeout=LATE_MS)
    page.get_by_role("button", name="End the talk").click()
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    page.get_by_role("button", name="Stay").click()
    expect(page.locator("#talk-words")).to_be_focused()
    page.get_by_role("button", name="End the talk").click()
    page.get_by_role("button", name="Yes, end the talk").click()
    expect(page.locator("#talk-state")).to_contain_text("You have ended the talk")
    page.get_by_role("button", name="Back to the group").click()
    expect(page.locator("#messages .text")).to_have_text("said in the group")
    assert desk.caller.ok(f"handoffs/{desk.handoff}")["handoff"]["by"] == "member"


def test_a_lost_moderator_is_said_and_another_comes(window: OpenWindow, street: House, desk: Desk) -> None:
    """Nobody is left looking at a room that says somebody is there."""
    page = window(street).join("Tower")
    desk.offer(page)
    page.get_by_role("button", name="Yes, let us talk").click()
    expect(page.locator("#talk-state")).to_contain_text("on the way")
    with ThreadPoolExecutor(1) as aside:
        aside.submit(end_lease, street, desk.case).result()
    expect(page.locator("#talk-state")).to_contain_text("Another one is being called", timeout=LATE_MS)
    answer(page, "I am still here")
    desk.caller.ok(f"handoffs/{desk.handoff}/take", {})
    expect(page.locator("#talk-state")).to_contain_text("on the way")
    desk.enter()
    expect(page.locator("#talk-state")).to_have_text("The moderator is here.")
    desk.read("I am still here")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_offer_talk_and_end_are_open_to_everybody(
    window: OpenWindow, street: House, desk: Desk, width: int, tmp_path: Path
) -> None:
    """Nothing that axe knows, dark and light; nothing that scrolls sideways; the keyboard alone is enough."""
    page = window(street, viewport={"width": width, "height": 780}, has_touch=width < 1280).join("Hamlet")

    def shown(name: str) -> None:
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=tmp_path / f"{name}-{width}-{scheme}.png")

    desk.offer(page)
    expect(page.locator("#offer")).to_be_visible(timeout=LATE_MS)
    shown("offer")
    page.locator("#offer-yes").press("Enter")
    expect(page.locator("#talk-state")).to_contain_text("on the way")
    desk.enter()
    desk.say("Take your time. I have read what you wrote in the group, and I am glad that you are here.")
    expect(page.locator("#talk-messages .text")).to_contain_text("Take your time")
    answer(page, "thank you, I will")
    desk.read("thank you, I will")
    shown("talk")
    page.locator("#talk-lines summary").press("Enter")
    expect(page.locator("#talk-lines select")).to_be_visible()
    shown("lines")
    page.locator("#talk-lines summary").press("Enter")
    page.locator("#talk-group").press("Enter")
    shown("behind")
    page.locator("#talk-open").press("Enter")
    page.locator("#talk-end").press("Enter")
    shown("sure")
    page.locator("#talk-end-sure").press("Enter")
    expect(page.locator("#talk-back")).to_be_visible()
    shown("over")
    page.locator("#talk-back").press("Enter")
    expect(page.locator("#talk")).to_be_hidden()
