"""What moderation brings to the page. The test stands in for the moderating server on one window's wire; all else is
real.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.windows import act, write
from tests.e2e.wire import Frame, Wire
from tests.house import House

pytestmark = pytest.mark.browser

BECAUSE = {
    "label": "contact",
    "what": "There is a way to reach you in it.",
    "why": "Everybody here can read it.",
    "instead": "You can talk on here.",
}
LINES = [
    {"iso2": "ZZ", "country": "Zetland", "lines": []},
    {
        "iso2": "AA", "country": "Arland",
        "lines": [
            {"service": "The Night Line", "dial": "0800 555 0100", "text": "Text HELLO to 555", "hours": "24/7",
             "url": "https://night.example/", "languages": "en", "confidence": "A", "is_confirmed": False,
             "checked": "2026-06-02"},
        ],
    },
]  # fmt: skip


def received(frame: Frame) -> Sequence[Frame] | None:
    """Confirm what reaches the moderators; let the rest travel on."""
    return [{"ev": "received", "of": frame["do"]}] if frame["do"] in ("report", "ask_moderator", "misread") else None


def choose_country(page: Page, block: str) -> None:
    """Look up the lines of an invented country."""
    page.locator(f"{block} select").select_option(label="Arland")
    expect(page.locator(f"{block} .line-list li")).to_contain_text("nobody here has called it yet")
    expect(page.locator(f"{block} .line-list")).to_contain_text("2026")
    expect(page.locator(f"{block} a.dial")).to_have_attribute("href", "tel:08005550100")


def test_what_is_folded_is_shown_when_the_reader_chooses(window: OpenWindow, street: House) -> None:
    """The reason stands beside a button; the words are neither in sight, nor in a quote, nor read aloud; a fold after
    the fact closes what stood open.
    """
    one, two = window(street), window(street)

    def alter(frame: Frame) -> Frame:
        if frame["ev"] == "message" and "whole" in frame["text"]:
            return {**frame, "folded": {"why": "harassment", "spans": []}}
        if frame["ev"] == "message" and "the pier" in frame["text"]:
            return {**frame, "folded": {"why": "contact", "spans": [[8, 16]]}}
        if frame["ev"] == "reaction" and frame["kind"] == "thanks":
            return {**{k: frame[k] for k in ("pos", "prev", "at", "target")}, "ev": "folded", "why": "method"}
        return frame

    Wire(one.page, alter)
    first, second = one.join("Kitchen"), two.join("Kitchen")
    for words in ("a whole harsh line", "😀 reach the pier tonight", "an open line"):
        write(second, words)
        expect(second.locator(".mine .words", has_text=words)).to_be_visible()
    row = first.locator(".words", has_text="a whole harsh line")
    expect(row).to_contain_text("Folded: it may hurt somebody here.")
    expect(row.get_by_text("a whole harsh line")).to_be_hidden()
    row.get_by_role("button", name="Show").click()
    expect(row.get_by_text("a whole harsh line")).to_be_visible()
    part = first.locator(".words", has_text="the pier")
    expect(part.get_by_text("the pier")).to_be_hidden()
    expect(part.get_by_text("tonight")).to_be_visible()
    expect(first.locator("#announcer")).to_contain_text("(something folded)")
    for secret in ("pier", "harsh"):
        expect(first.locator("#announcer")).not_to_contain_text(secret)
    act(first, "a whole harsh line", "Hug")
    expect(first.locator(".count")).to_have_text("Hug")
    expect(row.get_by_text("a whole harsh line")).to_be_visible()
    act(first, "an open line", "Reply")
    write(first, "an answer")
    expect(first.locator(".quote")).to_contain_text("an open line")
    act(first, "an open line", "Thanks")
    expect(first.get_by_text("an open line", exact=True)).to_be_hidden()
    expect(first.locator(".quote")).to_contain_text("a folded message")
    expect(first.locator("#announcer")).not_to_contain_text("an open line")


def test_the_author_is_told_when_words_were_changed_held_or_returned(window: OpenWindow, street: House) -> None:
    """What, why and what instead stand beside the words; held words stay in sight; returned ones lie in the composer,
    also after a reload, and nothing written meanwhile is lost.
    """
    one = window(street)
    attempts: dict[str, str] = {}

    def alter(frame: Frame) -> Frame:
        return (
            {**frame, "because": BECAUSE} if frame["ev"] == "sent" and attempts.get(frame["id"]) == "mask me" else frame
        )

    def answer(frame: Frame) -> Sequence[Frame] | None:
        if frame["do"] != "say":
            return None
        attempts[frame["id"]] = frame["text"]
        told = {"id": frame["id"], "because": BECAUSE}
        if frame["text"] == "hold me":
            return [{**told, "ev": "held", "why": BECAUSE["what"]}]
        if frame["text"].startswith("return me"):
            return [{**told, "ev": "not_sent", "code": "returned", "message": "What, why, instead."}]
        return None

    Wire(one.page, alter, answer)
    page = one.join("Veranda")
    write(page, "mask me")
    expect(page.locator(".advice")).to_contain_text("Only you see this. There is a way to reach you in it.")
    page.locator(".advice").get_by_role("button", name="All right").click()
    expect(page.locator(".advice")).to_have_count(0)
    write(page, "hold me")
    expect(page.locator(".message", has_text="hold me")).to_contain_text("It waits for a moderator.")
    write(page, "return me")
    expect(page.locator("#words")).to_have_value("return me")
    expect(page.locator("#returned")).to_contain_text("Everybody here can read it. You can talk on here.")
    page.reload()
    expect(page.locator("#words")).to_have_value("return me")
    expect(page.locator("#returned")).to_contain_text("You can talk on here.")
    expect(page.locator(".message", has_text="hold me")).to_contain_text("It waits for a moderator.")
    page.locator("#words").fill("an easier thing")
    page.locator("#words").press("Enter")
    expect(page.locator("#returned")).to_be_hidden()
    expect(page.locator(".words", has_text="an easier thing")).to_be_visible()


def test_returned_words_wait_when_the_next_ones_are_being_written(window: OpenWindow, street: House) -> None:
    """The composer is not taken from under somebody's hands."""
    one = window(street)
    held_back: list[Frame] = []

    def keep_back(frame: Frame) -> Sequence[Frame] | None:
        if frame["do"] != "say":
            return None
        held_back.append(frame)
        return []

    wire = Wire(one.page, answer=keep_back)
    page = one.join("Balcony")
    write(page, "return this")
    expect(page.locator(".state")).to_contain_text("Sending")
    page.locator("#words").fill("already at the next")
    wire.say({"ev": "not_sent", "id": held_back[0]["id"], "code": "returned", "message": "-", "because": BECAUSE})
    expect(page.locator(".not-sent")).to_contain_text("Not shared. There is a way to reach you in it.")
    expect(page.locator("#words")).to_have_value("already at the next")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("#words")).to_have_value("return this\n\nalready at the next")
    expect(page.locator(".not-sent")).to_have_count(0)


def test_the_card_helps_and_can_be_closed_when_it_comes(window: OpenWindow, street: House) -> None:
    """It takes no focus, leads to a moderator and to lines that say how far they can be trusted, and stays closed."""
    one = window(street)
    wire = Wire(one.page, answer=received)
    one.page.route("**/api/helplines", lambda route: route.fulfill(json=LINES))
    page = one.join("Pantry")
    page.locator("#words").press_sequentially("still")
    wire.say({"ev": "card", "card": "c1", "about": None})
    expect(page.locator("#card")).to_contain_text("Only you see this")
    expect(page.locator("#announcer")).to_contain_text("Only you see this")
    expect(page.locator("#words")).to_be_focused()
    page.get_by_role("button", name="Lines to call or text").click()
    choose_country(page, "#card-list")
    page.locator("#lines-close").click()
    page.get_by_role("button", name="Talk to a moderator here").click()
    expect(page.locator("#card-said")).to_contain_text("with the moderators now")
    page.locator("#card-close").click()
    wire.say({"ev": "card", "card": "c1", "about": None})
    expect(page.locator("#card-again")).to_be_visible()
    expect(page.locator("#card")).to_be_hidden()
    page.locator("#card-again").click()
    page.get_by_role("button", name="You misread me").click()
    expect(page.locator("#card-said")).to_contain_text("Thank you for saying so")
    page.locator("#card-close").click()
    expect(page.locator("#card-again")).to_be_hidden()
    assert wire.asked == [{"do": "ask_moderator"}, {"do": "misread", "card": "c1"}]
    expect(page.locator("#words")).to_have_value("still")


def test_moderators_are_told_when_somebody_reports_or_asks(window: OpenWindow, street: House) -> None:
    """A worry, a broken rule, a wish to talk: each is confirmed; what could not be kept stays written."""
    one, two = window(street), window(street)
    faults = [{"ev": "error", "code": "unavailable", "message": "It could not be kept. Please try again."}]
    wire = Wire(one.page, answer=lambda f: [faults.pop()] if faults and f["do"] == "report" else received(f))
    one.page.route("**/api/helplines", lambda route: route.fulfill(json=LINES))
    page, other = one.join("Study"), two.join("Study")
    write(other, "a worrying line")
    expect(page.locator(".words", has_text="a worrying line")).to_be_visible()
    act(page, "a worrying line", "Tell a moderator")
    page.locator("#report-words").fill("please look")
    page.locator("#report-send").click()
    expect(page.locator("#report-said")).to_have_text("It could not be kept. Please try again.")
    page.locator("#report-rule").check()
    page.locator("#report-send").click()
    expect(page.locator("#report-said")).to_contain_text("The moderators have it now")
    page.locator("#report-close").click()
    page.locator("#help").click()
    choose_country(page, "#help-list")
    page.locator("#help-words").fill("about tonight")
    page.locator("#help-send").click()
    expect(page.locator("#help-said")).to_contain_text("The moderators have it now")
    page.keyboard.press("Escape")
    expect(page.locator("#help-dialog")).to_be_hidden()
    first, second, third = wire.asked
    assert (first["why"], second["why"], first["words"]) == ("concern", "rule", "please look")
    assert third == {"do": "ask_moderator", "words": "about tonight"}
