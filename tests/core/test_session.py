"""Tests of chatserver.core.session."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.allowance import Allowance
from chatserver.core.errors import BadFrame, CloseCode
from chatserver.core.messages import Act, AskModerator, Enter, Leave, Position, React, Say, TakeBack, Typing
from chatserver.core.session import MAX_REFUSALS, Admit, Answer, End, Nothing, Record, Session, State

SAY = Say("a", "hello")
ACTS: st.SearchStrategy[Act] = st.sampled_from(
    [
        Enter(None),
        SAY,
        React(Position("a.1-0"), "hug", True),
        TakeBack(Position("a.1-0")),
        AskModerator(),
        Typing(),
        Leave(),
    ]
)


@given(st.lists(ACTS, max_size=30), st.booleans())
def test_nothing_is_recorded_when_nobody_has_entered_or_has_left(acts: list[Act], limited: bool) -> None:
    """Whatever the order of acts, the record is touched only between entering and leaving."""
    session = Session(Allowance() if limited else None)
    for act in acts:
        before = session.state
        effect = session.accept(act, now_ms=1_000_000)
        if isinstance(effect, Record):
            assert before is State.ENTERED
        if before is State.OVER:
            assert effect == Nothing()


def test_a_second_enter_changes_nothing_when_the_member_has_entered() -> None:
    """A refused transition leaves the state as it was."""
    session = Session(None)
    assert session.accept(Enter(None), 0) == Admit(None)
    assert isinstance(session.accept(Enter(None), 0), Answer)
    assert session.accept(SAY, 0) == Record(SAY)


def test_the_author_hears_how_long_when_words_come_too_fast() -> None:
    """A limit names its reason and its time, and a reconnect refills nothing."""
    allowance = Allowance()
    effects = []
    for number in range(12):
        session = Session(allowance)  # a new socket each time
        session.accept(Enter(None), 1_000_000)
        effects.append(session.accept(Say(str(number), "again"), 1_000_000))
    refused = [effect for effect in effects if isinstance(effect, Answer)]
    assert len(effects) - len(refused) == 8
    assert refused[0].fields["code"] == "too_fast"
    assert refused[0].fields["retry_after"] == 2.0


def test_a_session_ends_when_frames_never_make_sense() -> None:
    """A broken or hostile program is let go after MAX_REFUSALS frames."""
    session = Session(None)
    effects = [session.refuse(BadFrame("bad_frame", "no"), None) for _ in range(MAX_REFUSALS)]
    assert effects[-1] == End(CloseCode.REFUSED, "too many bad frames")
    assert all(isinstance(effect, Answer) for effect in effects[:-1])
