"""Tests of chatserver.core.timeline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.messages import Event, Position
from chatserver.core.timeline import MAX_EVENTS, Step, Timeline


def record(count: int) -> list[Event]:
    """Give a record of some messages."""
    positions = [Position(f"e.{n}-0") for n in range(count + 1)]
    return [Event(positions[n + 1], positions[n], {"ev": "message", "text": str(n)}) for n in range(count)]


@given(st.lists(st.integers(0, 11), max_size=60), st.integers(0, 12))
def test_the_window_equals_the_record_when_events_come_in_any_order_and_reads_fill_holes(
    order: list[int], reads_at: int
) -> None:
    """Offered in any order, twice or never, with reads of the record in between: never doubled, never out of order."""
    events = record(12)
    timeline = Timeline(Position("e.0-0"), is_from_beginning=True)
    for number, index in enumerate(order):
        before = timeline.pos
        step = timeline.offer(events[index])
        if step is not Step.TAKEN:
            assert timeline.pos == before
        if number == reads_at:
            timeline.extend(events[: index + 1])
    timeline.extend(events)
    assert timeline.since(None) == events
    assert timeline.pos == events[-1].pos


def test_an_event_is_a_hole_when_its_predecessor_is_unknown() -> None:
    """Skipping one is noticed; repeating one is not."""
    events = record(3)
    timeline = Timeline(Position("e.0-0"))
    assert timeline.offer(events[1]) is Step.HOLE
    assert timeline.offer(events[0]) is Step.TAKEN
    assert timeline.offer(events[0]) is Step.KNOWN
    other_life = Event(Position("f.9-0"), Position("f.8-0"), {"ev": "message"})
    assert timeline.offer(other_life) is Step.HOLE


def test_the_window_says_so_when_it_does_not_reach_back() -> None:
    """Older positions are the record's to answer."""
    events = record(MAX_EVENTS + 5)
    timeline = Timeline(Position("e.0-0"), is_from_beginning=True, is_whole=True)
    timeline.extend(events)
    assert timeline.since(Position("e.1-0")) is None
    assert timeline.since(None) is None
    assert timeline.since(events[-3].pos) == events[-2:]


def test_words_leave_the_memory_when_a_message_is_removed() -> None:
    """A removal takes the message out of the window, and stays in it itself."""
    events = record(2)
    timeline = Timeline(Position("e.0-0"), is_from_beginning=True)
    timeline.extend(events)
    timeline.offer(Event(Position("e.3-0"), events[1].pos, {"ev": "removed", "target": events[0].pos, "by": "author"}))
    assert [event.body["ev"] for event in timeline.since(None) or []] == ["message", "removed"]
    assert timeline.since(events[0].pos) is None
