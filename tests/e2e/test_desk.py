"""The moderators' way in, with a real browser and its virtual authenticator."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import invite, link_in, with_authenticator
from tests.house import House

pytestmark = pytest.mark.browser


def test_a_moderator_registers_a_passkey_and_comes_back_with_it(house: House, window: OpenWindow) -> None:
    """An invitation opens the registering alone; afterwards the passkey opens the desk, until it is revoked."""
    page = window(house).page
    with_authenticator(page)
    link = invite(house, "Ada")
    page.goto(link)
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.locator("#who")).to_contain_text("Ada, you are signed in as a moderator")
    assert "#" not in page.url
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#who")).to_contain_text("Ada")
    house.run("moderators", "revoke", "Ada")
    page.reload()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_link_is_good_once(house: House, window: OpenWindow) -> None:
    """The second use is told so; the first lead's link stands in what the server prints."""
    deadline = time.monotonic() + 15
    while "operators:" not in house.log.read_text():  # printed a moment after members are let in
        assert time.monotonic() < deadline
        time.sleep(0.05)
    link = link_in(house.log.read_text())
    page = window(house).page
    page.goto(link)
    expect(page.locator("#who")).to_contain_text("first lead, you are signed in as a lead moderator for every group")
    expect(page.get_by_role("button", name="Register one")).to_be_visible()
    other = window(house, may_complain=True).page
    other.goto(link)
    expect(other.locator("#said")).to_contain_text("has been used")


def test_a_device_that_does_not_know_its_person_registers_nothing(house: House, window: OpenWindow) -> None:
    """User verification is required: the ceremony is broken off, and said so."""
    page = window(house).page
    with_authenticator(page, is_verified=False)
    page.goto(invite(house, "Bea", role="lead"))
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.locator("#said")).to_contain_text("broken off", timeout=15_000)
    assert "Bea\tlead\tevery group\t0 passkeys" in house.run("moderators", "list")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_way_in_does_not_scroll_sideways(house: House, window: OpenWindow, width: int, scheme: str) -> None:
    """On a phone and on a desk, in both colours."""
    page = window(house, viewport={"width": width, "height": 800}, color_scheme=scheme).page
    page.goto(house.desk_url)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
