"""What calms a room, and being out of a group, on the members' pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chatserver.core.moderators import Role
from tests.e2e.conftest import OpenWindow
from tests.e2e.test_acts import WHY, aside, called, ordered
from tests.e2e.windows import write
from tests.house import House
from tests.web.desks import sign_in

pytestmark = pytest.mark.browser


def test_a_calm_room_says_so_and_keeps_what_was_typed(window: OpenWindow, street: House) -> None:
    """Slow mode lets words go by themselves later; a quiet room holds the button; both are told with the reason."""
    page = window(street).join("Gallery")
    case = called(street, page, "Gallery")
    ordered(street, case, {"act": "slow", "seconds": 3600})
    expect(page.locator("#calm")).to_have_text("Slow mode: everybody can write once in 3600 seconds.")
    expect(page.locator(".notice", has_text=WHY)).to_be_visible()
    write(page, "the first one")
    expect(page.locator(".mine .words").last).to_have_text("the first one")
    write(page, "too early")
    expect(page.locator(".state").last).to_contain_text("slow mode")
    ordered(street, case, {"act": "slow", "seconds": 0})
    expect(page.locator("#calm")).to_be_hidden()
    expect(page.locator(".mine .words").last).to_have_text("too early")
    expect(page.locator(".state")).to_have_count(0)
    ordered(street, case, {"act": "quiet", "on": True})
    expect(page.locator("#calm")).to_contain_text("Only moderators write here just now")
    page.locator("#words").fill("kept")
    page.locator("#words").press("Enter")
    expect(page.locator("#send")).to_be_disabled()
    expect(page.locator("#words")).to_have_value("kept")
    page.reload()
    expect(page.locator("#calm")).to_contain_text("Only moderators write here just now")
    ordered(street, case, {"act": "quiet", "on": False})
    expect(page.locator("#send")).to_be_enabled()


@pytest.mark.parametrize("width", [390, 1280])
def test_who_is_out_of_a_group_sees_why_until_when_and_where_help_is(
    window: OpenWindow, street: House, width: int
) -> None:
    """At once, after a reload too; not in a way that judges; let in again, the room is there."""
    page = window(street, may_complain=True, viewport={"width": width, "height": 780}).join("Cloister")
    case = called(street, page, "Cloister")
    answer = ordered(street, case, {"act": "exclude", "seconds": 7200})
    for _ in range(2):
        expect(page.locator("#out-words")).to_contain_text(f"Why: {WHY}", timeout=10_000)
        expect(page.locator("#out-more")).to_contain_text(answer["receipt"])
        expect(page.locator("#words")).to_be_hidden()
        page.reload()
    lead = aside(lambda: sign_in(street, "Lea of the page", Role.LEAD, set()))
    lead.ok(f"acts/{answer['act']}/undo", {})
    page.reload()
    expect(page.locator("#words")).to_be_visible()
