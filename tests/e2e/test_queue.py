"""The desk's queue and one case, with real browsers: live, by keyboard, one moderator a case, nothing typed lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import CRISIS, LIVE_TIMEOUT_MS, bring_a_case, handle_of, let_say, open_desk, row
from tests.e2e.windows import write
from tests.house import House
from tests.web.desks import end_lease, open_danger

pytestmark = pytest.mark.browser

TOLD_ANYWAY_MS = 30_000  # who is here is not published: it is told with the next change, or after 20 s


def aside(work: Callable[..., None], *args: object) -> None:
    """Do something in another thread: the loop that drives the browser runs in this one."""
    with ThreadPoolExecutor(1) as other:
        other.submit(work, *args).result()


def claimed_case(house: House) -> str:
    """Give the id of the case that was claimed last."""
    entries = [json.loads(line) for line in house.run("audit", "show").splitlines()]
    return str([entry for entry in entries if entry["act"] == "case.claimed"][-1]["case"])


def claim(page: Page) -> None:
    """Open the first case and claim it."""
    page.locator(".row").first.click()
    page.locator("#claim").click()
    expect(page.locator("#hold-said")).to_contain_text("You have this case")


def test_a_case_is_taken_through_when_there_is_only_a_keyboard(window: OpenWindow, street: House) -> None:
    """It comes by itself; it is opened, read, claimed and closed by keys; letters that are typed are only letters."""
    desk = open_desk(window, street, "Ada Dock", "dock")
    expect(desk.locator("#calm")).to_contain_text("Nobody is waiting.")
    member = bring_a_case(window, street, "Dock")
    handle = handle_of(member)
    expect(row(desk, handle)).to_contain_text("Crisis", timeout=LIVE_TIMEOUT_MS)
    expect(row(desk, handle)).to_contain_text("Suicide")
    expect(row(desk, handle)).to_contain_text("is here", timeout=TOLD_ANYWAY_MS)
    expect(desk).to_have_title("(1) Desk · Alongside")
    desk.keyboard.press("j")
    expect(row(desk, handle)).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#case-title")).to_be_focused()
    expect(desk.locator("#reasons")).not_to_be_empty()
    assert CRISIS not in desk.content()
    desk.keyboard.press("w")
    expect(desk.locator("#words")).to_contain_text(CRISIS)
    expect(desk.locator("mark").first).to_contain_text("going to kill myself")
    desk.keyboard.press("c")
    expect(desk.locator("#hold-said")).to_contain_text("You have this case")
    expect(desk).to_have_title("Desk · Alongside")
    desk.keyboard.press("x")
    expect(desk.locator("#outcome-helped")).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.type("rest? jk crxw")
    expect(desk.locator("#close-reason")).to_have_value("rest? jk crxw")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#calm")).to_be_visible()
    expect(desk.locator("#board-said")).to_have_text("The case is closed.")
    expect(desk.locator("#queue-title")).to_be_focused()
    desk.get_by_role("button", name="Take a pause").click()
    expect(desk.locator("#board-said")).to_contain_text("You are off duty.")
    expect(desk.locator("#pause")).to_be_hidden()
    desk.get_by_text("How much you have seen").click()
    expect(desk.locator("#care")).to_contain_text("You: 1 to 2 cases, 1 to 2 of them heavy in the last 24 hours")
    expect(member.locator(".words").last).to_have_text(CRISIS)


def test_a_claim_shows_on_every_other_desk(window: OpenWindow, street: House) -> None:
    """The other reads who has it and cannot take it; when it is given back, the other is told and can."""
    one, two = open_desk(window, street, "Ada Quay", "quay"), open_desk(window, street, "Noa Quay", "quay")
    let_say(street, "Quay")
    expect(row(two, "Crisis")).to_contain_text("Nobody has it", timeout=LIVE_TIMEOUT_MS)
    claim(one)
    expect(row(two, "Crisis")).to_contain_text("Ada Quay has it", timeout=LIVE_TIMEOUT_MS)
    row(two, "Crisis").click()
    expect(two.locator("#hold-said")).to_have_text("Ada Quay has this case. You can read along.")
    expect(two.locator("#claim")).to_be_hidden()
    one.keyboard.press("r")
    expect(two.locator("#claim")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    expect(two.locator("#alarm-now")).to_contain_text("Crisis: Suicide")


def test_nothing_typed_is_lost_when_a_claim_is(window: OpenWindow, street: House) -> None:
    """It is said plainly; the words stay through another's claim and a reload; claimed again, they can be sent."""
    desk = open_desk(window, street, "Ada Pier", "pier", may_complain=True)  # a refusal is an error to a browser
    let_say(street, "Pier")
    expect(row(desk, "Crisis")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    claim(desk)
    desk.keyboard.press("x")
    desk.locator("#outcome-acted").check()
    desk.locator("#close-reason").fill("half a sentence")
    aside(end_lease, street, claimed_case(street))
    desk.locator("#close-send").click()
    expect(desk.locator("#close-said")).to_contain_text("You do not have this case (any more).")
    expect(desk.locator("#hold-said")).to_contain_text("Your claim has run out.")
    desk.locator("#close-send").click()
    expect(desk.locator("#close-said")).to_contain_text("Please claim the case first.")
    desk.reload()
    expect(desk.locator("#live")).to_have_text("Live", timeout=LIVE_TIMEOUT_MS)
    claim(desk)
    expect(desk.locator("#close-reason")).to_have_value("half a sentence")
    expect(desk.locator("#outcome-acted")).to_be_checked()
    desk.locator("#close-send").click()
    expect(desk.locator("#calm")).to_be_visible()


def test_a_case_that_another_closed_says_so_when_it_is_open(window: OpenWindow, street: House) -> None:
    """It stays to be read, offers nothing, and is not in the queue any more."""
    one, two = open_desk(window, street, "Ada Jetty", "jetty"), open_desk(window, street, "Noa Jetty", "jetty")
    let_say(street, "Jetty")
    for desk in (one, two):
        expect(row(desk, "Crisis")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    row(two, "Crisis").click()
    claim(one)
    one.keyboard.press("x")
    one.locator("#outcome-helped").check()
    one.locator("#close-reason").fill("talked")
    one.locator("#close-send").click()
    expect(two.locator("#hold-said")).to_contain_text("not in the queue any more", timeout=LIVE_TIMEOUT_MS)
    expect(two.locator("#claim")).to_be_hidden()
    expect(two.locator(".row")).to_have_count(0)
    two.keyboard.press("Escape")
    expect(two.locator("#calm")).to_be_visible()


def test_looking_is_logged_only_when_somebody_looks(window: OpenWindow, street: House) -> None:
    """Opening a case shows no words; the choice to open them with every case lasts as long as the tab."""
    desk = open_desk(window, street, "Ada Wharf", "wharf")
    member = bring_a_case(window, street, "Wharf")
    expect(row(desk, "Crisis")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    row(desk, "Crisis").click()
    expect(desk.locator("#words")).to_be_hidden()

    def looks() -> int:
        return street.run("audit", "show").count('"case.looked"')

    before = looks()
    desk.locator("#words-always").check()
    expect(desk.locator("#words")).to_contain_text(CRISIS)
    assert looks() == before + 1
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    write(member, "I want to die, I cannot do this any more")
    expect(desk.locator(".row")).to_have_count(2, timeout=LIVE_TIMEOUT_MS)
    desk.locator(".row").last.click()
    expect(desk.locator("#words")).to_be_visible()
    assert looks() == before + 2


def test_a_desk_says_that_it_is_not_live_and_catches_up(window: OpenWindow, street: House) -> None:
    """Cut off, it says from when its queue is; back again, what came meanwhile is there and is announced."""
    desk = open_desk(window, street, "Ada Lagoon", "lagoon", may_complain=True)
    desk.context.set_offline(True)
    expect(desk.locator("#link")).to_contain_text("Not live. The connection is lost.")
    expect(desk.locator("#live")).to_have_text("Not live")
    let_say(street, "Lagoon")
    expect(desk.locator(".row")).to_have_count(0)
    desk.context.set_offline(False)
    expect(row(desk, "Crisis")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    expect(desk.locator("#alarm-now")).to_contain_text("New case. Crisis: Suicide, Lagoon.")
    expect(desk.locator("#link")).to_be_hidden()


COUNTING = """
    window.tones = 0; window.notes = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...all) { window.tones += 1; return start.apply(this, all); };
    window.Notification = class { static permission = 'granted'; static async requestPermission() { return 'granted'; }
        constructor(title, more) { window.notes.push(title + ' ' + more.body); } };
    document.hasFocus = () => false;
"""


def test_new_danger_sounds_and_notifies_by_choice_only(window: OpenWindow, street: House) -> None:
    """Off at first; chosen, it lasts; what is not danger makes no noise; no words are in it."""
    desk = open_desk(window, street, "Ada Harbour", "harbour")
    desk.add_init_script(COUNTING)
    desk.reload()
    expect(desk.locator("#live")).to_have_text("Live", timeout=LIVE_TIMEOUT_MS)
    member = bring_a_case(window, street, "Harbour")
    expect(desk.locator("#alarm-now")).to_contain_text("Crisis", timeout=LIVE_TIMEOUT_MS)
    assert desk.evaluate("[tones, notes]") == [0, []]
    desk.locator("#choices-open").click()
    desk.locator("#choice-sound").check()
    desk.locator("#choice-notices").check()
    desk.locator("#sound-try").click()
    expect(desk.locator("#choices-said")).to_have_text("That was it.")
    assert desk.evaluate("tones") == 2
    url, context = desk.url, desk.context
    desk.close()
    desk = context.new_page()
    desk.add_init_script(COUNTING)
    desk.goto(url)
    expect(desk.locator("#live")).to_have_text("Live", timeout=LIVE_TIMEOUT_MS)
    expect(desk.locator("#sound-waits")).to_be_visible()
    desk.keyboard.press("j")
    expect(desk.locator("#sound-waits")).to_be_hidden()
    write(member, "I want to die and nobody would notice")
    expect(desk.locator(".row")).to_have_count(2, timeout=LIVE_TIMEOUT_MS)
    desk.wait_for_function("tones === 2")
    notes = desk.evaluate("notes")
    assert len(notes) == 1
    assert notes[0].startswith("Desk: ")
    assert notes[0].endswith(" Harbour")
    assert handle_of(member) not in notes[0]


def test_single_letters_do_nothing_when_they_are_switched_off(window: OpenWindow, street: House) -> None:
    """WCAG 2.2, 2.1.4. The list of keys opens by ? and by its button; Escape and the arrows go on working."""
    desk = open_desk(window, street, "Ada Estuary", "estuary")
    member = bring_a_case(window, street, "Estuary")
    write(member, "I want to die, I cannot do this any more")
    expect(desk.locator(".row")).to_have_count(2, timeout=LIVE_TIMEOUT_MS)
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    desk.keyboard.press("j")
    desk.locator("#choice-keys").uncheck()
    desk.keyboard.press("Escape")
    desk.locator(".row").first.focus()
    desk.keyboard.press("j")
    desk.keyboard.press("?")
    expect(desk.locator(".row").first).to_be_focused()
    expect(desk.locator("#keys")).to_be_hidden()
    desk.keyboard.press("ArrowDown")
    expect(desk.locator(".row").last).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#case")).to_be_visible()
    desk.keyboard.press("c")
    desk.keyboard.press("Escape")
    expect(desk.locator("#case")).to_be_hidden()
    expect(desk.locator(".row").last).to_be_focused()
    expect(desk.locator(".row").last).to_contain_text("Nobody has it")


def test_a_session_that_is_over_ends_the_desk_and_keeps_what_was_typed(window: OpenWindow, street: House) -> None:
    """Revoked in the middle of a sentence: the page asks to sign in, shows no case, and says why."""
    desk = open_desk(window, street, "Ada Beacon", "beacon", may_complain=True)
    member = bring_a_case(window, street, "Beacon")
    expect(row(desk, "Crisis")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    claim(desk)
    desk.keyboard.press("x")
    desk.locator("#close-reason").fill("half a sentence")
    street.run("moderators", "revoke", "Ada Beacon")
    write(member, "I want to die, I cannot do this any more")
    expect(desk.locator("#said")).to_contain_text("Your session is over.", timeout=30_000)
    expect(desk.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(desk.locator("#board")).to_be_hidden()
    assert "half a sentence" in desk.evaluate("JSON.stringify(sessionStorage)")


def test_duty_is_said_on_every_desk(window: OpenWindow, street: House) -> None:
    """One switch; others read who is on duty; signing out ends it."""
    one, two = open_desk(window, street, "Ada Orchard", "orchard"), open_desk(window, street, "Noa Orchard", "orchard")
    one.get_by_role("switch", name="On duty").check()
    expect(two.locator("#duty-others")).to_contain_text("Ada Orchard", timeout=LIVE_TIMEOUT_MS)
    two.get_by_role("switch", name="On duty").check()
    expect(one.locator("#duty-others")).to_contain_text("Noa Orchard", timeout=LIVE_TIMEOUT_MS)
    one.reload()
    expect(one.get_by_role("switch", name="On duty")).to_be_checked(timeout=LIVE_TIMEOUT_MS)
    one.get_by_role("button", name="Sign out").click()
    expect(one.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(two.locator("#duty-others")).not_to_contain_text("Ada Orchard", timeout=LIVE_TIMEOUT_MS)


def test_the_way_back_of_a_phone_leads_to_the_queue(window: OpenWindow, street: House) -> None:
    """A case has a screen of its own on a narrow window; going back leaves the case, not the desk."""
    size = {"width": 390, "height": 760}
    desk = open_desk(window, street, "Ada Meadow", "meadow", viewport=size, is_mobile=True, has_touch=True)
    let_say(street, "Meadow")
    row(desk, "Crisis").tap(timeout=LIVE_TIMEOUT_MS)
    expect(desk.locator("#case-title")).to_be_visible()
    expect(desk.locator("#cases")).to_be_hidden()
    for way in ("browser", "button"):
        if way == "browser":
            desk.go_back()
        else:
            desk.locator("#case-back").tap()
        expect(desk.locator("#case")).to_be_hidden()
        expect(row(desk, "Crisis")).to_be_visible()
        row(desk, "Crisis").tap()
        expect(desk.locator("#case-title")).to_be_visible()
    desk.reload()
    expect(row(desk, "Crisis")).to_be_visible(timeout=LIVE_TIMEOUT_MS)


def test_danger_that_nobody_takes_is_told_to_a_lead_again(own_house: House, window: OpenWindow) -> None:
    """A minute after it came: read aloud once more, and the row says how long nobody has had it."""
    lead = open_desk(window, own_house, "Lea", role="lead")
    aside(open_danger, own_house, "old", 55_000)
    expect(lead.locator("#alarm-now")).to_contain_text("New case. Crisis: Suicide, Porch.", timeout=LIVE_TIMEOUT_MS)
    expect(lead.locator("#alarm-now")).to_contain_text("Still waiting. Crisis: Suicide", timeout=TOLD_ANYWAY_MS)
    expect(row(lead, "Crisis")).to_contain_text("Nobody has it, has waited over a minute")
