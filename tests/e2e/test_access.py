"""What a machine can say of access: axe-core finds nothing on any screen, with anything open, dark and light, small and
wide. (axe finds about half of what can be wrong; the keyboard and what is read aloud have tests of their own.)
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.test_moderated import BECAUSE, LINES
from tests.e2e.test_pages import SMALL_TARGETS
from tests.e2e.windows import act, write
from tests.e2e.wire import Frame, Wire
from tests.house import House

pytestmark = pytest.mark.browser

axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
AXE = (files(axe) / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# A modal dialog is all there is while it is open; what lies behind it is looked at without it.
RUN = """rules => axe.run(document.querySelector('dialog[open]') ?? document,
    {runOnly: rules, resultTypes: ['violations']})"""


def faults(page: Page) -> list[str]:
    """Give what axe finds, dark and light, as scheme, rule and place; on a touch screen, see to the targets' size too.
    It runs as a debugger's script does, which the page's policy does not stop.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    if page.evaluate("matchMedia('(hover: none)').matches"):
        assert page.evaluate(SMALL_TARGETS) == []
    return [fault for scheme in ("light", "dark") for fault in _faults(page, scheme)]


def _faults(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    found: dict[str, Any] = page.evaluate(RUN, RULES)
    assert found["passes"], "axe looked at nothing"
    return [f"{scheme} {fault['id']}: {node['html']}" for fault in found["violations"] for node in fault["nodes"]]


def test_axe_finds_a_fault_when_there_is_one(window: OpenWindow, street: House) -> None:
    """The other test of this file can fail."""
    page = window(street).door("Granary")
    page.evaluate("document.querySelector('label').replaceWith(document.querySelector('#remember'))")
    assert [fault for fault in faults(page) if " label:" in fault]


def choose_country(page: Page) -> None:
    """Open the lines of an invented country, before joining anything."""
    page.locator("#find-lines summary").click()
    page.locator("#find-lines select").select_option(label="Arland")
    expect(page.locator("#find-lines .line-list li")).to_contain_text("nobody here has called it yet")


def alter(frame: Frame) -> Frame:
    """Fold one message of the other, and tell the author of one of ours what became of it."""
    if frame["ev"] == "message" and "folded" in frame["text"]:
        return {**frame, "folded": {"why": "harassment", "spans": []}}
    return {**frame, "because": BECAUSE} if frame["ev"] == "sent" else frame


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_when_anything_is_open(window: OpenWindow, street: House, width: int) -> None:
    """Directory, joining, the room, a message's menu, folds, advice, the card, each dialog."""
    one = window(
        street,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
        has_touch=width < 1000,
        is_mobile=width < 1000,
    )
    page = one.page
    wire = Wire(page, alter)
    page.route("**/api/helplines", lambda route: route.fulfill(json=LINES))
    page.goto(street.url)
    expect(page.get_by_role("link", name="Gazebo")).to_be_visible()
    choose_country(page)
    assert faults(page) == []
    one.door("Gazebo")
    choose_country(page)
    assert faults(page) == []
    page.locator("#join").click()
    one.arrived()
    other = window(street).join("Gazebo")
    for words in ("an open line", "a folded line"):
        write(other, words)
        expect(page.locator(".words", has_text=words).last).to_be_attached()
    page.locator("#words").fill("an answer ▒▒▒ here")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".advice").last).to_be_visible()
    wire.say({"ev": "card", "card": "c1", "about": None})
    expect(page.locator("#card")).to_be_visible()
    assert faults(page) == []
    page.locator("#card-lines").click()
    page.locator("#card-list select").select_option(label="Arland")
    assert faults(page) == []
    page.locator("#lines-close").click()
    page.locator("#card-close").click()
    page.locator(".fold-open").last.click()
    page.locator(".more").last.click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    for button in ("#who", "#help"):
        page.locator(button).click()
        assert faults(page) == []
        page.keyboard.press("Escape")
    act(page, "an open line", "Tell a moderator")
    assert faults(page) == []
