"""Desks in real browsers: moderators who come in, and members who say what brings a case."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Locator, Page, expect

from chatserver import staff
from chatserver.client import Member, NotSent, join
from chatserver.core.moderators import Role
from chatserver.settings import Settings
from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import write
from tests.house import House

CRISIS = "I have the pills here and I am going to kill myself tonight"
LIVE_TIMEOUT_MS = 10_000  # the promise is 1 s, a busy machine may take longer; after 20 s all is told anyway


def with_authenticator(page: Page, *, is_verified: bool = True) -> None:
    """Give the browser a device that knows its person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": is_verified,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def link_in(words: str) -> str:
    """Give the address in what a command says."""
    found = re.search(r"http://\S+/desk#\S+", words)
    assert found is not None, words
    return found[0]


def invite(house: House, name: str, *groups: str, role: str = "moderator") -> str:
    """Invite somebody, as the command does (tests/web/test_signin.py runs it); gives the link where they register."""
    settings = Settings.model_validate({"data_dir": house.data, "port": house.port, "groups": house.groups})
    act = staff.invite(settings, name, Role(role), frozenset(groups))
    with ThreadPoolExecutor(1) as aside:  # in this thread runs playwright's loop
        return link_in(aside.submit(staff.run_staff, settings, act).result())


def open_desk(
    window: OpenWindow,
    house: House,
    name: str,
    *groups: str,
    role: str = "moderator",
    may_complain: bool = False,
    **options: object,
) -> Page:
    """Let a new moderator in, by invitation and passkey, and wait until the desk is live."""
    page = window(house, may_complain=may_complain, **options).page
    with_authenticator(page)
    page.goto(invite(house, name, *groups, role=role))
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.locator("#live")).to_have_text("Live", timeout=LIVE_TIMEOUT_MS)
    return page


def row(page: Page, words: str) -> Locator:
    """Give the case of the queue that says this."""
    return page.locator(".row", has_text=words)


def bring_a_case(window: OpenWindow, house: House, title: str, words: str = CRISIS) -> Page:
    """Let a member say something; gives their page."""
    page = window(house).join(title)
    write(page, words)
    expect(page.locator(".mine .sent, .mine .state").last).to_be_visible()
    return page


def let_say(house: House, title: str, words: str = CRISIS) -> None:
    """Let a member say something whose page nobody looks at."""

    async def said() -> None:
        async with Member(join(house.url, house.group(title))) as member:
            await member.enter()
            try:
                await member.say(words)
            except NotSent as refused:
                assert refused.code == "held"

    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, said()).result()


def handle_of(page: Page) -> str:
    """Give the handle of the member whose page this is."""
    return (page.locator("#people-list li", has_text="(you)").text_content() or "").removesuffix(" (you)")
