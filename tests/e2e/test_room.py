"""Two people in two browsers, against the server as it is started."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.house import House, kill

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


class Watched:
    """A browser window of its own that remembers complaints and foreign requests."""

    def __init__(self, browser: Browser, house: House, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on(
            "request", lambda r: None if r.url.startswith((house.url, "data:")) else self.foreign.append(r.url)
        )
        self.house = house

    def join(self, title: str = "Porch") -> Page:
        """Come in through the front door."""
        self.page.goto(self.house.url)
        self.page.get_by_role("link", name=title).click()
        self.page.get_by_role("button", name="I agree, take me in").click()
        expect(self.page.locator("#words")).to_be_visible(timeout=20_000)
        expect(self.page.locator("#who")).to_contain_text("here", timeout=10_000)
        return self.page


def write(page: Page, words: str) -> None:
    """Type and send."""
    page.locator("#words").fill(words)
    page.locator("#words").press("Enter")


def test_words_reach_the_other_browser_when_two_people_have_joined(browser: Browser, house: House) -> None:
    """What one writes the other reads, once; no page complains or asks anybody else for anything."""
    one, two = Watched(browser, house), Watched(browser, house)
    first, second = one.join(), two.join()
    write(first, "the kettle is on <b>")
    expect(second.get_by_text("the kettle is on <b>")).to_have_count(2)  # the list, and what is read aloud
    expect(first.locator(".mine .words", has_text="the kettle is on")).to_have_count(1)
    expect(first.locator(".state")).to_have_count(0)
    first.reload()
    expect(first.locator(".mine .words", has_text="the kettle is on")).to_have_count(1)
    expect(first.locator("#announcer p")).to_have_count(0)
    assert one.complaints + two.complaints == []
    assert one.foreign + two.foreign == []


def test_words_written_offline_arrive_once_when_the_link_is_back(browser: Browser, own_house: House) -> None:
    """A node is killed; what was written meanwhile is kept, said to wait, and sent exactly once."""
    one, two = Watched(browser, own_house), Watched(browser, own_house)
    first, second = one.join(), two.join()
    one.context.set_offline(True)
    for node in own_house.nodes():
        kill(node)
    expect(first.locator("#link")).to_contain_text("The connection is lost", timeout=10_000)
    write(first, "said in the dark")
    expect(first.locator(".state")).to_contain_text("Sending")
    one.context.set_offline(False)
    expect(first.locator("#link")).to_be_hidden(timeout=30_000)
    expect(first.locator(".state")).to_have_count(0, timeout=10_000)
    expect(second.locator(".words", has_text="said in the dark")).to_have_count(1, timeout=20_000)


def test_the_page_is_wiped_when_escape_is_pressed(browser: Browser, house: House) -> None:
    """One key empties the page, and the browser holds nothing to come back with."""
    one = Watched(browser, house)
    page = one.join("Garden")
    write(page, "nobody should read this later")
    expect(page.locator(".mine .words")).to_have_count(1)
    page.keyboard.press("Escape")
    page.wait_for_url("**/blank.html")
    assert page.locator("body").inner_text() == ""
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window_when_the_room_is_shown(
    browser: Browser, house: House, tmp_path: Path, width: int, scheme: str
) -> None:
    """From a small phone to a desktop, dark and light, no page scrolls sideways."""
    one = Watched(browser, house, viewport={"width": width, "height": 760}, color_scheme=scheme)
    one.page.goto(house.url)
    one.page.screenshot(path=tmp_path / "directory.png")
    page = one.join("Garden")
    write(page, "a long word: " + "m" * 200)
    expect(page.locator(".mine .words").last).to_be_visible()
    page.screenshot(path=tmp_path / "room.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_person_joins_and_writes_with_the_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    """Tab and Enter lead from the directory into the room, past the proof of work."""
    house = House(tmp_path).start()
    try:
        page = Watched(browser, house).page
        page.goto(house.url)
        expect(page.get_by_role("link", name="Porch")).to_be_visible()
        for _ in range(10):
            page.keyboard.press("Tab")
            if "Porch" in page.evaluate("document.activeElement.textContent"):
                break
        page.keyboard.press("Enter")
        expect(page.locator("#join")).to_be_visible()
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "join":
                break
        page.keyboard.press("Enter")
        expect(page.locator("#words")).to_be_focused(timeout=20_000)
        page.keyboard.type("hello from the keyboard")
        page.keyboard.press("Enter")
        expect(page.locator(".mine .words")).to_have_text("hello from the keyboard")
    finally:
        house.stop()
