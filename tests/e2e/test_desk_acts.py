"""What a moderator does about a case, on the desk's page and on the member's, with real browsers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWindow
from tests.e2e.desks import LIVE_TIMEOUT_MS, bring_a_case, let_say, open_desk
from tests.e2e.windows import act, write
from tests.house import House

pytestmark = pytest.mark.browser

HATE = "all immigrants are vermin"
WHY = "Please say it without calling people that."


def claim(desk: Page) -> None:
    """Open the first case and claim it, by keys."""
    expect(desk.locator(".row").first).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    desk.locator(".row").first.click()
    desk.keyboard.press("c")
    expect(desk.locator("#hold-said")).to_contain_text("You have this case")


def order(desk: Page, act: str, reason: str = WHY, **fields: str) -> None:
    """Open the form of an act, fill it in, and do it."""
    desk.locator(".steps").get_by_role("button", name=act, exact=True).click()
    for name, words in fields.items():
        field = desk.locator(f"#act-{name}")
        if name in ("seconds", "level", "on"):
            field.select_option(label=words)
        else:
            field.fill(words)
    desk.locator("#act-reason").fill(reason)
    desk.locator("#act-send").click()


def test_a_held_message_comes_into_the_room_and_can_be_taken_back(window: OpenWindow, street: House) -> None:
    """Let through, it is there for all; undone within ten seconds, it is not; all of it by keyboard."""
    desk = open_desk(window, street, "Ada Ferry", "ferry")
    other = window(street).join("Ferry")
    let_say(street, "Ferry", HATE)
    claim(desk)
    desk.locator("#first-acts").get_by_role("button", name="Let it through").click()
    desk.locator("#act-send").click()
    expect(desk.locator("#act-said")).to_have_text("Please say why, in a few words.")
    expect(desk.locator("#act-reason")).to_be_focused()
    desk.keyboard.type("nobody is called names here")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#undo-said")).to_have_text("The message is in the room.")
    expect(other.locator(".words", has_text=HATE)).to_be_visible()
    expect(desk.locator("#case-title")).to_be_focused()
    desk.keyboard.press("u")
    expect(desk.locator("#undo-said")).to_have_text("Taken back.")
    expect(desk.locator("#undo")).to_be_hidden()
    expect(other.locator(".words", has_text=HATE)).to_have_count(0)


def test_an_act_without_the_claim_is_not_done_and_what_was_typed_stays(window: OpenWindow, street: House) -> None:
    """The form says what is missing; one form at a time; claimed, the same form does it."""
    desk = open_desk(window, street, "Ada Canal", "canal")
    author = bring_a_case(window, street, "Canal", HATE)
    expect(desk.locator(".row").first).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    desk.locator(".row").first.click()
    order(desk, "Give it back")
    expect(desk.locator("#act-said")).to_contain_text("Please claim the case first.")
    desk.locator("#close-open").click()
    expect(desk.locator("#act-form")).to_be_hidden()
    desk.keyboard.press("Escape")
    expect(desk.locator("#closing")).to_be_hidden()
    expect(desk.locator("#close-open")).to_be_focused()
    desk.keyboard.press("c")
    expect(desk.locator("#hold-said")).to_contain_text("You have this case")
    desk.locator("#first-acts").get_by_role("button", name="Give it back").click()
    expect(desk.locator("#act-reason")).to_have_value(WHY)
    desk.locator("#act-send").click()
    expect(desk.locator("#undo-said")).to_have_text("The message went back to its author.")
    expect(desk.locator("#undo")).to_be_hidden()
    expect(author.locator("#returned-words")).to_have_text(WHY)
    write(author, "then another way")
    expect(author.locator(".mine .words").last).to_have_text("then another way")


def report(page: Page, words: str) -> None:
    """Tell the moderators that a message goes against what everybody agreed to."""
    expect(page.locator(".words", has_text=words)).to_be_visible()
    act(page, words, "Tell a moderator")
    page.locator("#report-rule").check()
    page.locator("#report-send").click()
    expect(page.locator("#report-said")).to_contain_text("Thank you.")


def test_words_of_a_moderator_reach_whom_they_are_for(window: OpenWindow, street: House) -> None:
    """A private word is a letter to one; an answer is a message for all, from "Moderator", without a name."""
    desk = open_desk(window, street, "Ada Bridge", "bridge")
    other = window(street).join("Bridge")
    member = bring_a_case(window, street, "Bridge")
    claim(desk)
    order(desk, "Write to them", "they asked for company", text="I am here. Would you like to talk?")
    expect(member.locator("#letter-words")).to_have_text("I am here. Would you like to talk?")
    order(desk, "Answer in the room", "for everybody", text="Somebody is looking after this.")
    for page in (member, other):
        message = page.locator(".message", has=page.locator(".words", has_text="Somebody is looking after this."))
        expect(message).to_contain_text("Moderator")
        expect(page.locator("body")).not_to_contain_text("Ada Bridge")
    expect(other.locator("#letter")).to_be_hidden()


def test_a_mute_where_somebody_may_be_in_danger_is_asked_for_twice(window: OpenWindow, street: House) -> None:
    """It stands behind More, wants a tick beside the reason, tells the member, and can be taken back."""
    desk = open_desk(window, street, "Ada Bakery", "bakery")
    member = bring_a_case(window, street, "Bakery")
    claim(desk)
    expect(desk.get_by_role("button", name="Mute them for a time")).to_be_hidden()
    desk.locator("#more").click()
    order(desk, "Mute them for a time", seconds="10 minutes")
    expect(desk.locator("#act-said")).to_contain_text("Please tick that you are sure")
    expect(desk.locator("#act-is_sure")).to_be_focused()
    desk.keyboard.press("Space")
    desk.locator("#act-send").click()
    expect(desk.locator("#undo-said")).to_have_text("They are muted.")
    assert int(desk.locator("#undo-left").text_content() or 0) <= 10
    expect(member.locator("body")).to_contain_text(WHY)
    desk.locator("#undo").click()
    expect(desk.locator("#undo-said")).to_have_text("Taken back.")
    write(member, "and again I can write")
    expect(member.locator(".mine .words").last).to_have_text("and again I can write")


def test_a_message_goes_and_comes_back_with_a_reason_of_the_group(window: OpenWindow, street: House) -> None:
    """A sentence of the group is chosen, not typed; the message leaves everybody's view, and can be shown again."""
    desk = open_desk(window, street, "Ada Market", "market")
    author, other = window(street).join("Market"), window(street).join("Market")
    write(author, "my cousin Ned did it, ask anybody")
    report(other, "my cousin Ned")
    claim(desk)
    desk.locator("#first-acts").get_by_role("button", name="Remove the message").click()
    desk.get_by_label("Reasons of this group").select_option(index=1)
    reason = desk.locator("#act-reason").input_value()
    assert reason
    desk.locator("#act-send").click()
    expect(other.locator(".message", has_text="Removed by a moderator")).to_be_visible()
    expect(author.locator("body")).to_contain_text(reason)
    desk.locator("#more").click()
    order(desk, "Show it again", "on a second look it is all right")
    expect(other.locator(".words", has_text="my cousin Ned")).to_be_visible()


def test_another_message_of_the_room_is_acted_on_from_the_case(window: OpenWindow, street: House) -> None:
    """By keyboard, with the room's pace above; only that message goes, and it comes back when it is taken back."""
    desk = open_desk(window, street, "Ada Tavern", "tavern")
    author, other = window(street).join("Tavern"), window(street).join("Tavern")
    for words in ("my cousin Ned did it, ask anybody", "this is a rude line"):
        write(author, words)
    report(other, "this is a rude line")
    claim(desk)
    desk.keyboard.press("w")
    expect(desk.locator("#words")).to_contain_text("The room is slow: less than one message a minute")
    before = desk.locator("#words .said", has_text="my cousin Ned")
    before.locator("summary").focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#act-title")).to_have_text("Remove the message")
    expect(desk.locator("#act-target")).to_contain_text("my cousin Ned did it, ask anybody")
    desk.keyboard.press("Escape")
    expect(before.locator("summary")).to_be_focused()
    before.get_by_role("button", name="Remove the message").click()
    desk.locator("#act-reason").fill(WHY)
    desk.locator("#act-send").click()
    expect(other.locator(".words", has_text="my cousin Ned")).to_have_count(0)
    expect(other.locator(".words", has_text="this is a rude line")).to_be_visible()
    expect(author.locator("body")).to_contain_text(WHY)
    expect(before.locator("summary")).to_be_focused()
    expect(before).to_contain_text("removed")
    desk.keyboard.press("Enter")
    expect(before.get_by_role("button")).to_have_text(["Show it again"])
    desk.keyboard.press("u")
    expect(desk.locator("#undo-said")).to_have_text("Taken back.")
    expect(other.locator(".words", has_text="my cousin Ned")).to_be_visible()
    expect(before).not_to_contain_text("removed")


def test_what_lasts_longer_needs_a_second_moderator(window: OpenWindow, street: House) -> None:
    """Whoever wanted it cannot agree to it; another finds it in the queue with the reason, and agreeing closes it."""
    one = open_desk(window, street, "Ada Library", "library")
    two = open_desk(window, street, "Noa Library", "library")
    author, other = window(street).join("Library"), window(street).join("Library")
    write(author, "this is a rude line")
    report(other, "this is a rude line")
    claim(one)
    order(one, "Mute them for a time", seconds="3 days, once a second moderator agrees")
    second = one.locator(".row", has_text="Needs a second moderator")
    expect(second).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    second.click()
    expect(one.locator("#hold-said")).to_contain_text("somebody else decides it")
    expect(one.locator("#claim")).to_be_hidden()
    two.locator(".row", has_text="Needs a second moderator").click(timeout=LIVE_TIMEOUT_MS)
    expect(two.locator("#reasons")).to_contain_text(WHY)
    two.keyboard.press("c")
    expect(two.locator("#hold-said")).to_contain_text("You have this case")
    order(two, "Agree", "seen it too")
    expect(two.locator("#board-said")).to_have_text("The case is closed.")
    expect(one.locator(".row", has_text="Needs a second moderator")).to_have_count(0, timeout=LIVE_TIMEOUT_MS)


def test_what_is_set_for_a_room_is_told_to_it(window: OpenWindow, street: House) -> None:
    """Slower, and moderators only: the room reads the reason; taken back within ten seconds, everybody writes again."""
    desk = open_desk(window, street, "Ada Museum", "museum")
    member = bring_a_case(window, street, "Museum")
    claim(desk)
    desk.locator("#more").click()
    order(desk, "Slow the room down", "let everybody be heard", seconds="1 minute")
    expect(desk.locator("#undo-said")).to_have_text("The room has a new pace.")
    expect(member.locator("#messages")).to_contain_text("let everybody be heard")
    order(desk, "Only moderators write", "a moment of quiet", on="Only moderators")
    expect(member.locator("#messages")).to_contain_text("a moment of quiet")
    desk.locator("#undo").click()
    expect(desk.locator("#undo-said")).to_have_text("Taken back.")


def test_a_room_is_calmed_and_spoken_to_when_there_is_no_case(window: OpenWindow, street: House) -> None:
    """From the list of rooms, by keyboard; the list says how the room stands, also when it is taken back."""
    desk = open_desk(window, street, "Ada Bazaar", "bazaar")
    member = window(street).join("Bazaar")
    desk.get_by_text("Rooms", exact=True).focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#rooms h3")).to_have_text(["Bazaar"])
    room = desk.locator("#rooms li").first
    expect(room).to_contain_text("Room 1")
    room.locator("summary").focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#room-act-title")).to_have_text("Slow the room down")
    expect(desk.locator("#room-act-target")).to_have_text("Bazaar, room 1")
    desk.locator("#room-act-send").click()
    expect(desk.locator("#room-act-seconds")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(room.locator("summary")).to_be_focused()
    room.get_by_role("button", name="Slow the room down").click()
    desk.locator("#room-act-seconds").select_option(label="1 minute")
    desk.locator("#room-act-reason").fill("let everybody be heard")
    desk.locator("#room-act-send").click()
    expect(desk.locator("#undo-said")).to_have_text("The room has a new pace.")
    expect(room).to_contain_text("slow: one message each in 1 minute")
    expect(room.locator("summary")).to_be_focused()
    expect(member.locator("#messages")).to_contain_text("let everybody be heard")
    desk.keyboard.press("u")
    expect(desk.locator("#undo-said")).to_have_text("Taken back.")
    expect(room).not_to_contain_text("slow")
    room.locator("summary").click()
    room.get_by_role("button", name="Say something there").click()
    desk.locator("#room-act-text").fill("Good evening, I am here.")
    desk.locator("#room-act-reason").fill("a word for all")
    desk.locator("#room-act-send").click()
    expect(member.locator(".words", has_text="Good evening, I am here.")).to_be_visible()


def test_a_case_is_raised_and_handed_over_with_a_note(window: OpenWindow, street: House) -> None:
    """It has a new level on every desk; the colleague who is named has it then, and reads why."""
    one, two = open_desk(window, street, "Ada Station", "station"), open_desk(window, street, "Noa Station", "station")
    two.get_by_role("switch", name="On duty").check()
    let_say(street, "Station", HATE)
    claim(one)
    one.locator("#more").click()
    order(one, "Raise or lower it", "sounds worse than that", level="Urgent")
    expect(two.locator(".row")).to_contain_text("Urgent", timeout=LIVE_TIMEOUT_MS)
    expect(one.locator("#duty-names option")).to_have_attribute("value", "Noa Station", timeout=LIVE_TIMEOUT_MS)
    order(one, "Hand it over", "you know this group", to="Noa Station")
    expect(one.locator("#hold-said")).to_contain_text("Noa Station has this case", timeout=LIVE_TIMEOUT_MS)
    expect(two.locator("#alarm")).to_contain_text("A case is yours now: Against a group of people, Station.")
    two.locator(".row").click()
    expect(two.locator("#reasons")).to_contain_text("you know this group")
    expect(two.locator("#hold-said")).to_contain_text("You have this case. It stays yours while this page is open.")


def test_somebody_is_out_of_the_group_until_it_is_taken_back(window: OpenWindow, street: House) -> None:
    """Their page says so, with the reason; ten seconds to undo it."""
    desk = open_desk(window, street, "Ada Theatre", "theatre")
    author, other = window(street, may_complain=True).join("Theatre"), window(street).join("Theatre")
    write(author, "this is a rude line")
    report(other, "this is a rude line")
    claim(desk)
    desk.locator("#more").click()
    order(desk, "Take them out for a time", seconds="1 hour")
    expect(desk.locator("#undo-said")).to_have_text("They are out of the group.")
    expect(author.locator("body")).to_contain_text(WHY)
    desk.locator("#undo").click()
    expect(desk.locator("#undo-said")).to_have_text("Taken back.")
