"""The operators' page in a real browser: the way in, the figures, what is wrong, access, and when nobody answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import invite, with_authenticator
from tests.e2e.test_desk_access import looked_over
from tests.house import House
from tests.web.crowds import crowd
from tests.web.test_ops import DEADLINE_S

pytestmark = pytest.mark.browser

WAIT_MS = 2 * DEADLINE_S * 1000  # a browser holds several lines to a node that hangs, and gives up one after the other


@pytest.fixture
def own(tmp_path: Path) -> Iterator[House]:
    """A house that a test may hurt."""
    running = House(tmp_path, "--join-proof", "off", "--limits", "off", "--workers", "2").start()
    yield running
    running.stop()


def open_ops(window: OpenWindow, house: House, name: str, *, may_complain: bool = False, **options: object) -> Page:
    """Let a new operator in at the desk, and go to their page."""
    page = window(house, may_complain=may_complain, **options).page
    with_authenticator(page)
    page.goto(invite(house, name, role="ops"))
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.locator("#who")).to_contain_text("operator")
    looked_over(page)
    page.get_by_role("link", name="How rooms and nodes are").click()
    expect(page.locator("#health")).to_be_visible()
    return page


def ops_url(house: House) -> str:
    """Give the page's address."""
    return house.desk_url.removesuffix("/desk") + "/ops"


def test_the_page_asks_to_sign_in_when_nobody_is(window: OpenWindow, street: House) -> None:
    """Nothing is shown, and the way to the desk is."""
    page = window(street, may_complain=True).page  # a refused request is an error of the console's
    page.goto(ops_url(street))
    expect(page.locator("#said")).to_contain_text("sign in at the desk")
    expect(page.locator("#health")).to_be_hidden()
    looked_over(page)
    page.get_by_role("link", name="To the desk").click()
    expect(page.locator("#sign-in")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_operator_reads_figures_and_what_is_wrong_and_axe_finds_nothing(
    window: OpenWindow, own: House, tmp_path: Path, width: int
) -> None:
    """Rooms, nodes, sentences; a node that falls silent comes to the top by itself; sign-out closes the page."""
    is_small = width < 1000
    size = {"viewport": {"width": width, "height": 900}, "has_touch": is_small, "is_mobile": is_small}
    with crowd(own, 7) as porch, crowd(own, 2, "Garden"):
        porch.say(*(f"line {number}" for number in range(6)))
        page = open_ops(window, own, "Ole", may_complain=True, **size)
        room = page.locator("#rooms tr:has-text('Porch') + .of-room")
        expect(room.locator("td").first).to_have_text("5", timeout=WAIT_MS)
        expect(page.locator("#rooms tr", has_text="Garden").locator("td").first).to_have_text("fewer than 5")
        expect(page.locator("#wrong")).to_contain_text("Nobody is on duty for any group.")
        toggle = page.locator("#rooms tr", has_text="Porch").get_by_role("button")
        if is_small:  # rooms are opened group by group
            expect(room).to_be_hidden()
            toggle.click()
        expect(room).to_be_visible()
        looked_over(page)
        page.emulate_media(color_scheme="light")
        page.screenshot(path=tmp_path / f"ops-{width}.png", full_page=True)
        toggle.click()
        expect(room).to_be_hidden()
        pid = own.nodes()[0]
        os.kill(pid, signal.SIGSTOP)
        try:
            expect(page.locator("#wrong")).to_contain_text("does not answer", timeout=WAIT_MS)
            expect(room).to_be_hidden()  # a refresh opens nothing
            page.emulate_media(color_scheme="dark")
            page.screenshot(path=tmp_path / f"ops-dark-{width}.png", full_page=True)
            looked_over(page)
        finally:
            os.kill(pid, signal.SIGCONT)


def test_the_page_says_so_when_it_cannot_refresh(window: OpenWindow, own: House) -> None:
    """What stood there stays, with its time; Redis away is said as such; and it goes on by itself."""
    page = open_ops(window, own, "Ole", may_complain=True)
    expect(page.locator("#nodes tr")).to_have_count(2)

    def away(route: Route) -> None:
        route.abort()

    page.route("**/ops/api/health", away)
    stale = page.locator("#stale")
    expect(stale).to_contain_text("The server does not answer. What stands here is as of", timeout=WAIT_MS)
    expect(page.locator("#nodes tr")).to_have_count(2)
    looked_over(page)
    page.unroute("**/ops/api/health", away)
    expect(page.locator("#stale")).to_be_hidden(timeout=WAIT_MS)
    os.kill(own.valkey(), signal.SIGSTOP)
    try:
        expect(page.locator("#stale")).to_contain_text("Redis cannot be reached", timeout=WAIT_MS)
    finally:
        os.kill(own.valkey(), signal.SIGCONT)
    expect(page.locator("#stale")).to_be_hidden(timeout=WAIT_MS)


def test_the_page_closes_when_the_session_is_over(window: OpenWindow, own: House) -> None:
    """Signed out in another tab, nothing of it stays to be read."""
    page = open_ops(window, own, "Ole", may_complain=True)
    desk = page.context.new_page()
    desk.goto(own.desk_url)
    desk.get_by_role("button", name="Sign out").click()
    expect(desk.locator("#said")).to_have_text("You are signed out.")
    desk.close()
    expect(page.locator("#said")).to_contain_text("sign in at the desk", timeout=WAIT_MS)
    expect(page.locator("#health")).to_be_hidden()
