"""A whole evening through the real pages, limits on: one in danger is talked with, one breaks what all agreed to and
appeals, and the log is whole and holds nobody's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import handle_of, open_desk, row
from tests.e2e.test_desk_acts import claim, order, report
from tests.e2e.test_desk_talk import offer
from tests.e2e.windows import Album, say
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LATE_MS = 20_000  # after so long a desk is told everything anew, whatever got lost
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

GREETING, MEANWHILE, AFTER = "the rain is loud here", "the kettle is on, for all", "sorry, I will choose my words"
CRISIS = "I have the pills here and I am going to kill myself tonight"
WORD = "I have read what you wrote. You are not in trouble."
TALK, ANSWER = "my sister does not know how bad it is", "Thank you for telling me. Shall we stay a while?"
INSULT, RUDE = "you are worthless, nobody wants you here", "my goldfish has more to say than you"
APPEAL = "It was meant for my own brother, please look again."
WORDS = (GREETING, MEANWHILE, AFTER, CRISIS, WORD, TALK, ANSWER, INSULT, RUDE, APPEAL)
MUTED_FOR, LIFTED_FOR = "We agreed not to make fun of anybody.", "It reads like a misunderstanding."


@pytest.fixture
def night(tmp_path: Path) -> Iterator[House]:
    """A house as `chatserver serve` makes it, with two nodes."""
    house = House(tmp_path, "--workers", "2").start()
    yield house
    assert house.stop() == 0


def reads(page: Page, words: str) -> None:
    """Find these words in the room."""
    expect(page.locator("#messages .words", has_text=words)).to_be_visible(timeout=LATE_MS)


def danger_is_seen(picture: Album, desk: Page, member: Page, other: Page) -> None:
    """The member alone gets a card; the desk shows the case with the words marked, and a moderator takes it."""
    say(member, CRISIS)
    expect(member.locator("#card-title")).to_be_visible(timeout=LATE_MS)
    picture(member, "card")
    reads(other, CRISIS)
    expect(other.locator("#card")).to_be_hidden()
    expect(row(desk, "Suicide")).to_contain_text("Crisis", timeout=LATE_MS)
    claim(desk)
    desk.keyboard.press("w")
    expect(desk.locator("#words mark")).not_to_have_count(0)
    picture(desk, "case")


def a_private_word_is_read(picture: Album, desk: Page, member: Page, other: Page) -> None:
    """It stands above the composer until it is put away, and nobody else sees it."""
    order(desk, "Write to them", "so that they know", text=WORD)
    expect(member.locator("#letter-words")).to_have_text(WORD, timeout=LATE_MS)
    picture(member, "word")
    expect(other.locator("#letter")).to_be_hidden()
    member.locator("#letter-seen").click()


def the_two_talk(picture: Album, desk: Page, member: Page) -> None:
    """Offered, agreed to, and both write."""
    offer(desk)
    expect(member.locator("#offer-yes")).to_be_visible(timeout=LATE_MS)
    expect(member.locator("#card-talk")).to_be_hidden()  # one question at a time
    picture(member, "offer")
    member.locator("#words").fill("half a sente")
    member.locator("#offer-yes").click()
    desk.locator("#talk-enter").click(timeout=LATE_MS)
    expect(member.locator("#talk-state")).to_have_text("The moderator is here.", timeout=LATE_MS)
    member.locator("#talk-words").fill(TALK)
    member.locator("#talk-form").get_by_role("button", name="Send").click()
    expect(desk.get_by_role("log", name="The talk")).to_contain_text(TALK, timeout=LATE_MS)
    desk.get_by_label("Your words to them").fill(ANSWER)
    desk.keyboard.press("Enter")
    expect(member.locator("#talk-messages")).to_contain_text(ANSWER, timeout=LATE_MS)
    picture(member, "talk")
    picture(desk, "talk-desk")


def the_way_back_is_taken(picture: Album, desk: Page, member: Page, other: Page) -> None:
    """The member finds what they had begun to write, the talk is nobody else's, and the case is closed."""
    say(other, MEANWHILE)
    order(desk, "End the talk, back to the group", "calmer, and not alone tonight")
    expect(member.locator("#talk-back")).to_be_visible(timeout=LATE_MS)
    picture(member, "talk-over")
    member.locator("#talk-back").click()
    reads(member, MEANWHILE)
    expect(member.locator("#words")).to_have_value("half a sente")
    picture(member, "back")
    for words in (TALK, ANSWER):
        expect(other.get_by_text(words)).to_have_count(0)
    desk.keyboard.press("x")
    desk.locator("#outcome-helped").check()
    desk.locator("#close-reason").fill("stayed with somebody until they were calmer")
    desk.locator("#close-send").click()
    expect(desk.locator("#calm")).to_be_visible(timeout=LATE_MS)
    picture(desk, "closed")
    desk.locator("#pause-no").click()


def a_rule_is_broken(picture: Album, desk: Page, member: Page, other: Page) -> None:
    """The insult comes back to its author; what no rule knows is reported by a member, and ends in a mute."""
    say(other, INSULT)
    expect(other.locator("#returned")).to_be_visible(timeout=LATE_MS)
    say(other, RUDE)
    reads(member, RUDE)
    report(member, RUDE)
    member.locator("#report-close").click()
    claim(desk)
    order(desk, "Mute them for a time", MUTED_FOR, seconds="1 hour")
    expect(desk.locator("#undo-said")).to_have_text("They are muted.")
    expect(desk.locator("#board-said")).to_be_empty()  # what was said of the case before is gone
    ends = desk.evaluate("['undo-bar', 'case'].map((id) => document.getElementById(id).getBoundingClientRect())")
    assert ends[0]["right"] <= ends[1]["left"], "the bar lies on the case"
    picture(desk, "muted-desk")


def the_muted_one_appeals(picture: Album, other: Page) -> str:
    """Why, until when and how to appeal are on their page; gives the receipt."""
    expect(other.locator("#letter-words")).to_have_text(MUTED_FOR, timeout=LATE_MS)
    expect(other.locator("#letter-more")).to_contain_text("Until")
    expect(other.locator("#barred")).to_be_hidden()  # not the same twice
    picture(other, "muted")
    receipt = (other.locator("#letter-more").text_content() or "").rpartition("Receipt: ")[2].strip()
    other.locator("#letter-appeal").click()
    other.locator("#appeal-words").fill(APPEAL)
    picture(other, "appeal")
    other.locator("#appeal-send").click()
    expect(other.locator("#appeal-said")).to_contain_text("will look at it again", timeout=LATE_MS)
    other.locator("#appeal-close").click()
    other.locator("#letter-seen").click()
    expect(other.locator("#barred")).to_be_visible()
    expect(other.locator("#barred-words")).to_contain_text("You cannot write here until")
    return receipt


def another_moderator_lifts_it(picture: Album, desk: Page, second: Page, other: Page) -> None:
    """Whoever did it can only read along; the other sees what was decided and why, and ends it; words flow again."""
    row(desk, "An appeal").click(timeout=LATE_MS)
    expect(desk.locator("#hold-said")).to_contain_text("somebody else decides it")
    expect(desk.get_by_role("button", name="Lift it")).to_have_count(0)
    expect(desk.locator("#close-open")).to_be_hidden()
    row(second, "An appeal").click(timeout=LATE_MS)
    second.keyboard.press("c")
    second.keyboard.press("w")
    for words in (MUTED_FOR, RUDE, APPEAL):
        expect(second.locator("#words")).to_contain_text(words)
    picture(second, "appeal-desk")
    order(second, "Lift it", LIFTED_FOR)
    expect(second.locator("#board-said")).to_have_text("The case is closed.")
    expect(other.locator("#letter-words")).to_have_text(LIFTED_FOR, timeout=LATE_MS)
    expect(other.locator("#barred")).to_be_hidden()
    say(other, AFTER)


def the_log_is_whole(house: House, receipt: str, handles: list[str]) -> None:
    """It verifies and tells of the sanction to its end; no member's word or handle is written anywhere."""
    assert "none is missing" in house.run("audit", "verify")
    exported = house.run("audit", "export", "--receipt", receipt)
    acts = [json.loads(line)["act"] for line in exported.splitlines()]
    assert acts == ["act.mute", "appeal.lodged", "appeal.decided"], exported
    for written in (exported, house.run("audit", "show"), house.log.read_text()):
        assert [private for private in (*WORDS, *handles) if private in written] == []


def test_a_whole_evening_from_the_invitation_to_the_log(night: House, window: OpenWindow, tmp_path: Path) -> None:
    """Each of them gets what this house promises, on the real pages, in the order in which people live it."""
    picture = Album(tmp_path)
    desk = open_desk(window, night, "Ada", "porch", **DESK)
    desk.get_by_role("switch", name="On duty").check()
    member, other = window(night, **PHONE).join(), window(night).join()
    expect(member.locator("#staff")).to_have_text("A moderator is here.", timeout=LATE_MS)
    handles = [handle_of(member), handle_of(other)]
    say(other, GREETING)
    reads(member, GREETING)
    danger_is_seen(picture, desk, member, other)
    a_private_word_is_read(picture, desk, member, other)
    the_two_talk(picture, desk, member)
    the_way_back_is_taken(picture, desk, member, other)
    a_rule_is_broken(picture, desk, member, other)
    receipt = the_muted_one_appeals(picture, other)
    second = open_desk(window, night, "Noa", "porch", **DESK)
    another_moderator_lifts_it(picture, desk, second, other)
    reads(member, AFTER)
    assert [handle_of(member), handle_of(other)] == handles
    the_log_is_whole(night, receipt, handles)
