"""A page that was loaded before a deploy: it goes on, says calmly that there is a new one, a reload loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import open_desk
from tests.e2e.test_access import faults
from tests.e2e.windows import Album, act, say
from tests.house import House, change, install

pytestmark = pytest.mark.browser

BACK_MS = 60_000  # a drain of 1 s, a return spread over 6 s, pauses; a busy machine takes longer
NEWER = "There is a new version of this page. Reload when it suits you."
PHONE = {"viewport": {"width": 390, "height": 700}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose program can be changed under it."""
    folder = tmp_path_factory.mktemp("installed")
    root = install(folder / "program")
    running = House(folder, "--join-proof", "off", "--limits", "off", "--workers", "2", root=root).start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Album:
    """Where the pictures are."""
    return Album(tmp_path_factory.mktemp("pictures"))


def deploy(house: House) -> None:
    """Install pages that differ, and replace the nodes."""
    with (house.root / "static" / "css" / "base.css").open("a") as css:
        css.write("/* another version */\n")
    assert house.reload() == "done"


def seen(page: Page, album: Album, name: str) -> None:
    """Take the line's picture, dark and light, and let axe look at it."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        album(page, f"{name}-{scheme}")
    assert faults(page) == []


def told_old(page: Page, words: str = NEWER) -> None:
    """Wait for the line."""
    expect(page.locator("#fresh-words")).to_have_text(words, timeout=BACK_MS)


def come_back(page: Page) -> None:
    """Wait until the room is there after a reload; while Redis is away the page offers to try again."""
    entered_or_not = page.locator("#words, #page-state button").filter(visible=True)
    expect(entered_or_not).to_have_count(1, timeout=BACK_MS)
    if (again := page.locator("#page-state button")).is_visible():
        again.click()
    expect(page.locator("#who")).to_contain_text("here", timeout=BACK_MS)


def escape(page: Page) -> None:
    """Leave at once; nothing of the page is left in the tab, nor when somebody goes back to it."""
    address = page.url
    page.locator("#words").press("Escape")
    expect(page).to_have_url("about:blank")
    page.goto(address)
    expect(page.locator("#join")).to_be_visible(timeout=BACK_MS)
    assert page.evaluate("Object.keys(sessionStorage)") == []


@pytest.mark.parametrize("device", [PHONE, WIDE], ids=["phone", "wide"])
def test_an_old_page_goes_on_and_a_reload_keeps_every_word(
    window: OpenWindow, installed: House, album: Album, device: dict[str, object]
) -> None:
    """The draft, what it answers and what was not sent yet are there again, sent once; Escape wipes all of it."""
    page = window(installed, may_complain=True, **device).join()
    width = page.evaluate("innerWidth")
    question, heard, unsent = (
        f"{words} ({width})" for words in ("are you there?", "an old page hears it", "not sent yet")
    )
    other = window(installed, may_complain=True).join()
    say(other, question)
    act(page, question, "Reply")
    page.locator("#words").fill("half a sentence")
    deploy(installed)
    told_old(page)
    expect(page.locator("#words")).to_have_value("half a sentence")
    seen(page, album, f"room-{width}")
    expect(page.locator("#replying-to")).to_contain_text(question)
    say(other, heard)
    expect(page.locator(".words", has_text=heard)).to_have_count(1)
    valkey = installed.valkey()
    os.kill(valkey, signal.SIGSTOP)
    try:
        say(page, unsent)
        expect(page.locator(".state", has_text="Sending")).to_be_visible()
        act(page, question, "Reply")
        page.locator("#words").fill("the other half")
        page.locator("#fresh-reload").click()
        expect(page.locator("#fresh")).to_be_hidden()
    finally:
        os.kill(valkey, signal.SIGCONT)
    come_back(page)
    expect(page.locator(".mine .words", has_text=unsent)).to_have_count(1)
    expect(page.locator(".state", has_text="Sending")).to_have_count(0)
    expect(page.locator("#words")).to_have_value("the other half")
    expect(page.locator("#replying-to")).to_contain_text(question)
    expect(page.locator("#fresh")).to_be_hidden()
    escape(page)


def test_a_page_that_speaks_what_the_server_no_longer_does_is_told_to_reload_at_once(
    window: OpenWindow, installed: House, album: Album
) -> None:
    """It cannot come back; it says so beside the button, tries no more, and the new page finds the draft."""
    page = window(installed, may_complain=True, **PHONE).join("Garden")
    page.locator("#words").fill("half a sentence")
    for file in ("chatserver/core/codec.py", "static/js/state/build.js"):
        change(installed.root, file, '"alongside.v1+json"', '"alongside.v9+json"')
    assert installed.reload() == "done"
    told_old(
        page, "The server was updated, and this page no longer fits it. Reload to come back: what you wrote is kept."
    )
    expect(page.locator("#link")).to_be_hidden()
    expect(page.locator("#fresh-later")).to_be_hidden()
    seen(page, album, "apart-390")
    page.locator("#fresh-reload").click()
    come_back(page)
    expect(page.locator("#words")).to_have_value("half a sentence")
    say(page, "spoken anew")
    expect(page.locator(".mine .words", has_text="spoken anew")).to_have_count(1)


def test_the_desk_and_the_operators_page_say_it_too(window: OpenWindow, installed: House, album: Album) -> None:
    """A lead has both open; "Later" puts the line away."""
    desk = open_desk(window, installed, "Lea", role="lead", may_complain=True, **WIDE)
    ops = desk.context.new_page()
    ops.set_viewport_size({"width": 390, "height": 700})
    ops.goto(installed.desk_url.removesuffix("/desk") + "/ops")
    expect(ops.locator("#health")).to_be_visible()
    deploy(installed)
    for page, name in ((desk, "desk-1280"), (ops, "ops-390")):
        told_old(page)
        seen(page, album, name)
    desk.locator("#fresh-later").click()
    expect(desk.locator("#fresh")).to_be_hidden()
    ops.locator("#fresh-reload").click()
    expect(ops.locator("#health")).to_be_visible()
