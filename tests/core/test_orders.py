"""Tests of chatserver.core.orders: what a desk may send, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.acts import Mute, Remove, Say, act_name
from chatserver.core.orders import OF_CASE, OF_ROOM, BadOrder, read_order

SAY: dict[str, Any] = {"act": "say", "reason": " so and so ", "text": "hello"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(["text", "pos", "seconds", "is_sure", "attempt", "reason", "more"])


def test_an_order_is_read_with_what_it_needs() -> None:
    """The reason without the blanks around it; what may be left out is."""
    order = read_order(SAY)
    assert (order.name, order.act, order.reason, order.attempt) == ("say", Say("hello"), "so and so", None)
    assert read_order({"act": "remove", "reason": "r", "attempt": "a"}).act == Remove(None)
    assert read_order({"act": "mute", "reason": "r", "seconds": 60, "is_sure": True}).act == Mute(60, True)


@given(st.sampled_from(OF_CASE) | ANYTHING, st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_nothing_but_an_order_or_its_refusal_comes_of_any_fields(act: object, fields: dict[str, Any]) -> None:
    """Whatever is sent; a refusal repeats none of it but the names of what is needed."""
    try:
        order = read_order({"act": act, "reason": "r", **fields})
    except BadOrder as fault:
        assert fault.code in ("bad_request", "reason_needed")
    else:
        assert order.name in OF_CASE
        assert order.reason


@given(ANYTHING)
def test_what_is_no_object_is_no_order(fields: object) -> None:
    """Nothing else is raised."""
    with pytest.raises(BadOrder):
        read_order(fields)


def test_a_room_takes_only_what_needs_no_case() -> None:
    """The others are not known there."""
    assert read_order(SAY, OF_ROOM).name == "say"
    with pytest.raises(BadOrder):
        read_order({"act": "mute", "reason": "r", "seconds": 60}, OF_ROOM)


def test_an_attempt_has_one_name_for_one_account() -> None:
    """The same for the same, another for another, and nobody's can be made of two others."""
    assert act_name("a", "1") == act_name("a", "1") != act_name("b", "1")
    assert act_name("a", "b1") != act_name("ab", "1")
