"""The pages themselves: coming in, leaving at once, the keyboard, narrow and wide windows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import JOIN_TIMEOUT_MS, write
from tests.house import House

pytestmark = pytest.mark.browser

# WCAG 2.2, 2.5.5: 44 px each way; half a pixel is rounding.
SMALL_TARGETS = """() => [
    ...document.querySelectorAll(
        'button, a, input:not([type=checkbox], [type=radio]), textarea, select, summary, label.choice')]
    .filter(e => e.checkVisibility()).map(e => [e.id || e.textContent, e.getBoundingClientRect()])
    .filter(([_, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server as anybody starts it: with the proof of work and every limit."""
    running = House(tmp_path_factory.mktemp("guarded")).start()
    yield running
    assert running.stop() == 0


def tab_to(page: Page, reached: str) -> None:
    """Press Tab until the expression is true of the focused element `e`."""
    for _ in range(25):
        if page.evaluate(f"(e => {reached})(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {reached}")


def test_a_person_joins_and_writes_with_the_keyboard_alone(window: OpenWindow, guarded: House) -> None:
    """Tab and Enter lead from the directory into the room, past the proof of work."""
    page = window(guarded).page
    page.goto(guarded.url)
    expect(page.get_by_role("link", name="Porch")).to_be_visible()
    tab_to(page, "e.textContent.includes('Porch') && e.tagName === 'A'")
    page.keyboard.press("Enter")
    expect(page.locator("#join")).to_be_visible()
    tab_to(page, "e.id === 'join'")
    page.keyboard.press("Enter")
    expect(page.locator("#words")).to_be_focused(timeout=JOIN_TIMEOUT_MS)
    page.keyboard.type("hello from the keyboard")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .words")).to_have_text("hello from the keyboard")


def test_joining_goes_on_when_its_answer_was_lost(window: OpenWindow, guarded: House) -> None:
    """The proof is spent, the answer never came: the page makes another and comes in, without asking."""
    one = window(guarded, may_complain=True)
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        body = json.loads(route.request.post_data or "{}")
        one.context.request.post(route.request.url, data=body, headers={"Origin": guarded.url})
        one.context.clear_cookies()
        route.abort()

    one.page.route("**/join", lose_first)
    one.join("Garden")
    assert len(lost) == 1


def test_the_agreement_is_shown_anew_when_it_has_changed(window: OpenWindow, street: House) -> None:
    """Nobody agrees to words they have not seen."""
    one = window(street, may_complain=True)

    def older(route: Route) -> None:
        groups = route.fetch().json()
        for group in groups:
            group["agreement"] = {"version": "an older one", "text": "What was agreed before."}
        route.fulfill(json=groups)

    one.page.route("**/api/groups", older)
    page = one.door("Hall")
    expect(page.locator("#agreement")).to_have_text("What was agreed before.")
    one.page.unroute("**/api/groups")
    page.locator("#join").click()
    expect(page.locator("#join-state")).to_contain_text("The agreement has changed")
    expect(page.locator("#agreement")).to_have_text("Be kind.")
    page.locator("#join").click()
    one.arrived()


@pytest.mark.parametrize("way", ["key", "button", "key while offline"])
def test_the_page_is_wiped_when_somebody_leaves_at_once(window: OpenWindow, street: House, way: str) -> None:
    """One key or button empties the page, network or not, and the browser holds nothing to come back with."""
    one = window(street, may_complain=True)
    page = one.join("Barn")
    write(page, "nobody should read this later")
    expect(page.locator(".mine .words").last).to_be_visible()
    page.locator("#words").fill("nor this")
    one.context.set_offline(way == "key while offline")
    if way == "button":
        page.locator("#quick-exit").click()
    else:
        page.keyboard.press("Escape")
    page.wait_for_url("about:blank")
    assert page.locator("body").inner_text() == ""
    one.context.set_offline(False)
    if way != "key while offline":
        page.goto(street.url)
        page.get_by_role("link", name="Barn").click()
        expect(page.locator("#join")).to_be_visible()
        assert page.evaluate("sessionStorage.length") == 0


def test_escape_closes_what_is_open_when_something_is(window: OpenWindow, street: House) -> None:
    """A dialog and a message's menu close with Escape; the arrow keys go through the messages from one tab stop."""
    page = window(street).join("Hall")
    for words in ("the first", "the second"):
        write(page, words)
        expect(page.locator(".words", has_text=words)).to_have_count(1)
        expect(page.locator(".state")).to_have_count(0)
    page.locator("#who").click()
    expect(page.locator("#people")).to_contain_text("(you)")
    page.keyboard.press("Escape")
    expect(page.locator("#people")).to_be_hidden()
    tab_to(page, "e.classList.contains('more')")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".acts button").first).to_be_focused()
    expect(page.locator(".message", has=page.locator(".acts"))).to_contain_text("the first")
    page.keyboard.press("Escape")
    expect(page.locator(".acts")).to_have_count(0)
    expect(page.locator(".more").first).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_url("about:blank")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_everything_fits_and_can_be_touched_when_the_window_has_any_width(
    window: OpenWindow, street: House, tmp_path: Path, width: int, scheme: str
) -> None:
    """From a small phone to a desktop, dark and light: no page scrolls sideways, no target is too small."""
    one = window(
        street, viewport={"width": width, "height": 760}, color_scheme=scheme, has_touch=width < 1000,
        is_mobile=width < 1000, reduced_motion="reduce",
    )  # fmt: skip
    page = one.door("Garden")
    page.screenshot(path=tmp_path / "joining.png", full_page=True)
    assert page.evaluate(SMALL_TARGETS) == []
    page.locator("#join").click()
    one.arrived()
    page.locator("#words").fill("a long word: " + "m" * 200)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".mine .sent")).to_be_visible()
    page.locator(".more").last.click()
    page.screenshot(path=tmp_path / "room.png")
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
