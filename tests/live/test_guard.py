"""Tests of chatserver.live.guard: verdicts become rulings, and nothing a rule does can lose a message."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.cases import DANGER_LABELS
from chatserver.core.errors import OperatorFault
from chatserver.core.groups import Agreement, Group
from chatserver.core.identity import GroupId, MemberId
from chatserver.core.messages import Say
from chatserver.core.rulings import PLAIN, Ruling, Way
from chatserver.live.guard import Guard, load_guard
from moderation import Action, Advice, Context, Level, Reason, Verdict
from moderation.verdict import DANGER_LABELS as THEIR_DANGER_LABELS

PORCH = GroupId("porch-id")
WREN = MemberId("wren-id")
GROUP = Group("porch", PORCH, "Porch", "For tests", "en", 2, Agreement("1", "Be kind."), 3600)
ADVICE = Advice("This was found.", "Others read it.", "Say how it feels.")
CALM = Verdict(Level.GREEN, frozenset(), Action.DELIVER, ())


class Fixed:
    """A reviewer that says what a test wants it to say, and remembers what it was shown."""

    def __init__(self, verdict: Callable[[str], Verdict]) -> None:
        self.verdict = verdict
        self.seen: list[list[tuple[str, float | None]]] = []

    def review(self, text: str, context: Context | None = None) -> Verdict:
        """Give the verdict."""
        before = context.before if context else ()
        self.seen.append([(line, None) if isinstance(line, str) else (line.text, line.age_s) for line in before])
        return self.verdict(text)


def verdict(*reasons: tuple[str, int, int, Action], level: Level = Level.GREEN) -> Verdict:
    """Give the verdict of these reasons (label, span, action)."""
    made = tuple(
        Reason(f"{label}.rule", label, start, end, "So that.", action) for label, start, end, action in reasons
    )
    strongest = max((r.action for r in made), key=list(Action).index, default=Action.DELIVER)
    advice = None if strongest is Action.DELIVER else ADVICE
    return Verdict(level, frozenset(r.label for r in made), strongest, made, advice)


def ruled(given: Verdict, text: str = "call me at 555-0100 now", note: str | None = None) -> Ruling:
    """Give the ruling on one message."""
    return Guard({PORCH: Fixed(lambda _: given)}).review(WREN, PORCH, Say("a", text, note=note), 1_000_000)


def test_a_question_after_somebody_changes_nothing_of_its_message() -> None:
    """It is delivered as it is, with no flag: only told on, so that whom it answers is looked at sooner."""
    assert ruled(replace(CALM, asks_after=True), "are you ok?") == Ruling(asks_after=True)


def test_a_harmless_message_is_plain() -> None:
    """Nothing is changed and nobody is called."""
    assert ruled(CALM) is PLAIN


def test_a_masked_detail_is_nowhere_in_what_is_kept() -> None:
    """The text changes, the author hears why, and no case is opened."""
    ruling = ruled(verdict(("personal_info", 11, 19, Action.MASK)))
    assert ruling.text == "call me at ▒▒▒▒▒▒▒▒ now"
    assert (ruling.way, ruling.folded, ruling.flag) == (Way.DELIVER, None, None)
    assert ruling.because is not None
    assert ruling.because.fields() == {
        "label": "personal_info",
        "what": ADVICE.what,
        "why": ADVICE.why,
        "instead": ADVICE.instead,
    }


def test_a_fold_stands_where_the_words_are_when_something_before_it_is_masked() -> None:
    """Spans are those of the text readers get."""
    given = verdict(("personal_info", 0, 12, Action.MASK), ("method", 17, 22, Action.FOLD))
    ruling = ruled(given, "0123456789ab and these more")
    assert ruling.text == "▒▒▒▒▒▒▒▒ and these more"
    assert ruling.folded is not None
    assert [ruling.text[start:end] for start, end in ruling.folded.spans] == ["these"]
    assert (ruling.folded.why, ruling.because and ruling.because.label) == ("method", "method")


def test_what_is_held_is_flagged_and_what_is_returned_is_not_remembered() -> None:
    """A moderator must hear of a held message, whatever its level; a returned one counts as never said."""
    held = ruled(verdict(("hate", 0, 4, Action.HOLD)))
    assert held.way is Way.HOLD
    assert held.flag is not None
    assert (held.flag.level, held.flag.asks_card) == ("amber", False)
    reviewer = Fixed(lambda text: verdict(("contact", 0, 4, Action.RETURN)) if text == "meet me" else CALM)
    guard = Guard({PORCH: reviewer})
    returned = guard.review(WREN, PORCH, Say("a", "meet me"), 1_000)
    assert (returned.way, returned.flag) == (Way.RETURN, None)
    guard.review(WREN, PORCH, Say("b", "hello"), 2_000)
    guard.review(WREN, PORCH, Say("b", "hello"), 3_000)
    guard.review(WREN, PORCH, Say("c", "again"), 4_000)
    assert reviewer.seen == [[], [], [], [("hello", 2.0)]]


def test_a_note_is_reviewed_too() -> None:
    """What stands above a message reaches others as well: masked by itself, folded with the whole message."""
    mask = verdict(("personal_info", 0, 8, Action.MASK))
    guard = Guard({PORCH: Fixed(lambda text: mask if text.startswith("555") else CALM)})
    ruling = guard.review(WREN, PORCH, Say("a", "hello", note="555-0100 it is"), 0)
    assert (ruling.text, ruling.note) == (None, "▒▒▒▒▒▒▒▒ it is")
    fold = verdict(("method", 0, 3, Action.FOLD))
    guard = Guard({PORCH: Fixed(lambda text: fold if text == "how" else CALM)})
    ruling = guard.review(WREN, PORCH, Say("a", "hello", note="how"), 0)
    assert ruling.folded is not None
    assert (ruling.folded.why, ruling.folded.spans) == ("method", ())
    danger = verdict(("suicide", 0, 3, Action.DELIVER), level=Level.RED)
    guard = Guard({PORCH: Fixed(lambda text: danger if text == "end" else CALM)})
    ruling = guard.review(WREN, PORCH, Say("a", "hello", note="end"), 0)
    assert ruling.flag is not None
    assert ruling.flag.asks_card
    assert guard.review(WREN, PORCH, Say("b", "hello", note="today"), 0) is PLAIN


@given(
    st.lists(st.tuples(st.sampled_from(["hate", "contact", "flood", "method"]), st.sampled_from(list(Action)))),
    st.sampled_from(sorted(DANGER_LABELS)),
    st.sampled_from([Level.AMBER, Level.RED, Level.CRISIS]),
)
def test_distress_is_never_held_or_returned(limits: list[tuple[str, Action]], label: str, level: Level) -> None:
    """Whatever the library asks for beside it: the words go out, and a person is called."""
    reasons = [(other, 0, 4, action) for other, action in limits]
    ruling = ruled(verdict((label, 0, 9, Action.DELIVER), *reasons, level=level))
    assert ruling.way is Way.DELIVER
    assert ruling.flag is not None
    assert ruling.flag.level == level.name.lower()
    assert ruling.flag.asks_card == (level >= Level.RED)
    assert ruling.folded is None or ruling.folded.why not in DANGER_LABELS


def test_a_review_that_raises_delivers_flags_counts_and_logs_its_type_once(caplog: pytest.LogCaptureFixture) -> None:
    """The message is not lost, a person looks, and no word is in the log."""

    def broken(text: str) -> Verdict:
        raise ValueError(text)

    guard = Guard({PORCH: Fixed(broken)})
    with caplog.at_level(logging.DEBUG):
        rulings = [guard.review(WREN, PORCH, Say(str(n), "canary-words"), n) for n in range(3)]
    assert all(ruling.way is Way.DELIVER and ruling.text is None for ruling in rulings)
    assert all(ruling.flag is not None and ruling.flag.level == "amber" for ruling in rulings)
    assert guard.failures == 3
    assert guard.look(PORCH, "canary-words") == "amber"
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_both_sides_name_the_same_dangers() -> None:
    """The core keeps its own list, for it may not import the library's."""
    assert DANGER_LABELS == THEIR_DANGER_LABELS


def test_the_packaged_rules_stand_behind_the_guard() -> None:
    """With the real library: distress flagged, a chat line plain, a phone number masked, haste kept when limits are."""
    guard = load_guard([GROUP], limits=True)
    crisis = guard.review(WREN, PORCH, Say("a", "i am going to kill myself tonight"), 0)
    assert crisis.flag is not None
    assert (crisis.way, crisis.text, crisis.flag.asks_card) == (Way.DELIVER, None, True)
    otter = MemberId("otter-id")
    assert guard.review(otter, PORCH, Say("b", "the kettle is on, good morning"), 0) is PLAIN
    masked = guard.review(otter, PORCH, Say("c", "you can ring me on +1 202-555-0143 any time"), 1)
    assert masked.text is not None
    assert "555" not in masked.text
    loud = [guard.review(otter, PORCH, Say(f"d{n}", "look here"), 60_000 + n).way for n in range(4)]
    assert Way.RETURN in loud
    quiet = load_guard([GROUP], limits=False)
    assert all(quiet.review(otter, PORCH, Say(f"d{n}", "look here"), n) is PLAIN for n in range(20))


@pytest.mark.parametrize("rules", ["no-such-set", "/nowhere/rules.toml"])
def test_rules_that_cannot_be_read_are_the_operators_to_mend(rules: str) -> None:
    """The fault names the group's file."""
    with pytest.raises(OperatorFault, match=r"porch\.toml: rules: "):
        load_guard([replace(GROUP, rules=rules)], limits=True)


def test_a_group_keeps_the_rules_it_names(tmp_path: Path) -> None:
    """A file of the operator's own: here a phone number goes back to its author."""
    own = tmp_path / "own.toml"
    own.write_text('base = "general"\n[boundary.personal_info]\naction = "return"\n')
    guard = load_guard([replace(GROUP, rules=str(own))], limits=True)
    assert guard.review(WREN, PORCH, Say("a", "ring me on +1 202-555-0143"), 0).way is Way.RETURN
