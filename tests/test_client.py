"""Tests of chatserver.client's pure part."""

from __future__ import annotations

from chatserver.client import State


def message(pos: str, prev: str) -> dict[str, object]:
    """Give a server event."""
    return {"ev": "message", "pos": pos, "prev": prev, "text": "hello"}


def test_a_state_begins_anew_when_the_history_is_not_complete() -> None:
    """What is no longer kept is forgotten; what is complete is added."""
    state = State()
    state.take({"ev": "entered", "complete": True, "events": [message("e.1-0", "e.0-0")], "pos": "e.1-0"})
    state.take(message("e.2-0", "e.1-0"))
    state.take({"ev": "entered", "complete": True, "events": [message("e.3-0", "e.2-0")], "pos": "e.3-0"})
    assert [event["pos"] for event in state.events] == ["e.1-0", "e.2-0", "e.3-0"]
    state.take({"ev": "entered", "complete": False, "events": [message("f.9-0", "f.8-0")], "pos": "f.9-0"})
    assert ([event["pos"] for event in state.events], state.pos, state.holes) == (["f.9-0"], "f.9-0", 0)


def test_a_hole_is_counted_when_an_event_does_not_follow() -> None:
    """A node never lets that happen; the client checks."""
    state = State(pos="e.1-0")
    state.take(message("e.3-0", "e.2-0"))
    assert (state.holes, state.pos) == (1, "e.3-0")


def test_an_attempt_is_answered_once_sent_or_not_sent() -> None:
    """Everything else stays to be repeated; events without a position move nothing."""
    state = State(pos="e.1-0", unanswered={name: {"do": "say", "id": name} for name in "abc"})
    state.take({"ev": "sent", "id": "a", "pos": "e.2-0"})
    state.take({"ev": "not_sent", "id": "b", "code": "too_fast", "message": "later"})
    state.take({"ev": "here", "count": 1, "members": []})
    assert list(state.unanswered) == ["c"]
    assert state.pos == "e.1-0"
