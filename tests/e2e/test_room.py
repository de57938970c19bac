"""Two people in two browsers, against the server as it is started: talking, and what becomes of what was said."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import Watched, act, write
from tests.e2e.wire import Frame, Wire
from tests.house import House, kill

pytestmark = pytest.mark.browser


def said(page: Page, words: str) -> None:
    """Wait until the record shows the words once, and nothing is left waiting."""
    expect(page.locator(".words", has_text=words)).to_have_count(1, timeout=20_000)
    expect(page.locator(".state")).to_have_count(0, timeout=20_000)


def talk(one: Watched, two: Watched, title: str) -> tuple[Page, Page]:
    """Bring two people into one group."""
    return one.join(title), two.join(title)


def test_words_reach_the_other_browser_when_two_people_have_joined(window: OpenWindow, street: House) -> None:
    """What one writes the other reads, once, as text and never as markup; a reload brings it back unannounced."""
    first, second = talk(window(street), window(street), "Arbour")
    write(first, "the kettle is on <b>")
    expect(second.get_by_text("the kettle is on <b>")).to_have_count(2)  # the list, and what is read aloud
    said(first, "the kettle is on")
    expect(first.locator(".mine .sent")).to_have_text("Sent")
    first.locator("#words").fill("half a thought")
    first.reload()
    said(first, "the kettle is on")
    expect(first.locator("#words")).to_have_value("half a thought")
    expect(first.locator("#announcer p")).to_have_count(0)


def test_words_written_offline_arrive_once_when_the_link_is_back(window: OpenWindow, own_house: House) -> None:
    """Every node is killed; what was written meanwhile is kept, said to wait, and sent exactly once, in order."""
    one = window(own_house, may_complain=True)
    first, second = talk(one, window(own_house, may_complain=True), "Porch")
    one.context.set_offline(True)
    for node in own_house.nodes():
        kill(node)
    expect(first.locator("#link")).to_contain_text("The connection is lost", timeout=10_000)
    for words in ("said in the dark", "and once more"):
        write(first, words)
    expect(first.locator(".state").first).to_contain_text("Sending")
    one.context.set_offline(False)
    for page in (first, second):
        said(page, "said in the dark")
        said(page, "and once more")
        expect(page.locator(".words")).to_have_text(["said in the dark", "and once more"])
    expect(first.locator("#link")).to_be_hidden(timeout=10_000)


def test_what_was_missed_is_marked_when_the_link_is_back(window: OpenWindow, street: House) -> None:
    """Nothing is skipped: a line shows where the unread begins, a button how much there is, and both end when read."""
    one = window(street, may_complain=True, viewport={"width": 390, "height": 500})
    first, second = talk(one, window(street), "Attic")
    write(second, "before the tunnel")
    said(first, "before the tunnel")
    one.context.set_offline(True)
    expect(first.locator("#link")).to_contain_text("The connection is lost", timeout=10_000)
    for n in range(12):
        write(second, f"in the tunnel {n}")
        expect(second.locator(".words").last).to_have_text(f"in the tunnel {n}")
    one.context.set_offline(False)
    expect(first.locator("#latest")).to_have_text("12 new ↓", timeout=20_000)
    expect(first.locator(".unread + .message .words, .unread + .divider + .message .words")).to_have_text(
        "in the tunnel 0"
    )
    expect(first.locator("#announcer")).not_to_contain_text("tunnel 3")
    first.locator("#latest").click()
    expect(first.locator("#latest")).to_be_hidden()
    expect(first.locator(".words").last).to_be_in_viewport()


def test_the_place_stays_when_somebody_reads_back(window: OpenWindow, street: House) -> None:
    """What comes in does not pull the page away; a button leads to it."""
    one = window(street, viewport={"width": 390, "height": 420})
    first, second = talk(one, window(street), "Cellar")
    for n in range(8):
        write(first, f"an earlier line {n}")
        said(first, f"an earlier line {n}")
    first.locator("#scroller").evaluate("s => s.scrollTo({top: 0, behavior: 'instant'})")
    expect(first.locator(".words").first).to_be_in_viewport()
    write(second, "something newer")
    expect(first.locator("#latest")).to_have_text("1 new ↓")
    assert first.locator("#scroller").evaluate("s => s.scrollTop") == 0
    first.locator("#latest").click()
    expect(first.locator(".words", has_text="something newer")).to_be_in_viewport()


def test_nothing_of_a_message_stays_when_it_is_taken_back(window: OpenWindow, street: House) -> None:
    """Not in the list, not in an answer that quoted it, not in what is read aloud."""
    first, second = talk(window(street), window(street), "Lodge")
    write(first, "something I regret")
    act(second, "something I regret", "Reply")
    write(second, "I hear you")
    expect(first.locator(".quote", has_text="something I regret")).to_have_count(1)
    act(second, "something I regret", "Hug")
    expect(first.locator(".count")).to_have_text("Hug")
    act(first, "something I regret", "Take back")
    for page in (first, second):
        expect(page.locator(".gone .words")).to_have_text("Taken back by its author")
        expect(page.locator("body")).not_to_contain_text("something I regret")
        expect(page.locator(".quote")).to_contain_text("A message that was taken back")
        expect(page.locator(".count")).to_have_count(0)


def test_a_message_with_a_note_stays_folded_when_it_comes(window: OpenWindow, street: House) -> None:
    """Readers see first what it is about, and what they opened stays open; it is not read aloud."""
    first, second = talk(window(street), window(street), "Shed")
    first.get_by_role("button", name="Note").click()
    first.locator("#note").fill("a hospital stay")
    write(first, "the long night there")
    words = second.locator(".words", has_text="the long night there")
    expect(words.locator("p")).to_be_hidden()
    expect(second.locator("#announcer")).to_contain_text("about a hospital stay")
    expect(second.locator("#announcer")).not_to_contain_text("the long night there")
    words.get_by_text("About: a hospital stay").click()
    expect(words.locator("p")).to_be_visible()
    act(second, "the long night there", "Strength")
    expect(second.locator(".count")).to_have_text("Strength")
    expect(words.locator("p")).to_be_visible()
    expect(first.locator("#note-line")).to_be_hidden()


def test_joining_is_offered_when_the_seat_is_gone(window: OpenWindow, street: House) -> None:
    """Somebody left in another tab: the page says so, and sends nothing under a new name by itself."""
    one = window(street, may_complain=True)
    page, other = one.join("Loft"), one.tab()
    other.goto(page.url)
    other.get_by_role("button", name="Leave the room").click()
    other.wait_for_url(street.url + "/")
    one.context.set_offline(True)
    expect(page.locator("#link")).to_contain_text("The connection is lost", timeout=10_000)
    write(page, "written as somebody else")
    one.context.set_offline(False)
    expect(page.locator("#join-state")).to_contain_text("Your seat was given back", timeout=20_000)
    page.locator("#join").click()
    expect(page.locator(".not-sent .state")).to_contain_text("Written under your earlier name.", timeout=20_000)
    page.get_by_role("button", name="Try again").click()
    said(page, "written as somebody else")


def test_days_stand_apart_when_the_record_holds_several(window: OpenWindow, street: House) -> None:
    """A line before each day's first message, by its name; two of one day stand together."""
    one = window(street)

    def earlier(frame: Frame) -> Frame:
        for event in frame.get("events", []):
            if "yesterday" in event.get("text", ""):
                event["at"] -= 86_400_000
        return frame

    Wire(one.page, earlier)
    page = one.join("Landing")
    for words in ("said yesterday", "also yesterday", "said today"):
        write(page, words)
        said(page, words)
    page.reload()
    said(page, "said today")
    expect(page.locator("#messages > li.divider, #messages > li .words")).to_have_text(
        ["Yesterday", "said yesterday", "also yesterday", "Today", "said today"]
    )


def test_who_is_here_is_shown_when_somebody_comes_and_goes(window: OpenWindow, street: House) -> None:
    """The count and the names follow; nobody sees a line about it."""
    one, two = window(street), window(street)
    first, second = talk(one, two, "Stairs")
    expect(first.locator("#who")).to_have_text("2 here", timeout=15_000)
    first.locator("#who").click()
    expect(first.locator("#people-list li")).to_have_count(2)
    first.keyboard.press("Escape")
    second.get_by_role("button", name="Leave the room").click()
    second.wait_for_url(street.url + "/")
    expect(first.locator("#who")).to_have_text("1 here", timeout=15_000)
    expect(first.locator("#messages > li")).to_have_count(0)
    expect(first.locator("#announcer p")).to_have_count(0)


def test_words_wait_with_their_reason_when_the_room_refuses_them(window: OpenWindow, street: House) -> None:
    """Not sent says why, and trying again sends the same words once, under the same name."""
    one = window(street)
    attempts: list[Frame] = []

    def refuse_first(frame: Frame) -> list[Frame] | None:
        if frame["do"] != "say":
            return None
        attempts.append(frame)
        told = {"ev": "not_sent", "id": frame["id"], "code": "muted", "message": "You can write again in 10 minutes."}
        return [told] if len(attempts) == 1 else None

    Wire(one.page, answer=refuse_first)
    page = one.join("Yard")
    write(page, "is anybody up")
    expect(page.locator(".not-sent .state")).to_contain_text("Not sent. You can write again in 10 minutes.")
    page.reload()
    expect(page.locator(".not-sent .state")).to_contain_text("You can write again in 10 minutes.")
    page.get_by_role("button", name="Try again").click()
    said(page, "is anybody up")
    assert [attempt["id"] for attempt in attempts] == [attempts[0]["id"]] * 2
