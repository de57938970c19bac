"""Tests of chatserver.core.presence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.presence import Presence, expire, listing, merge

WORDS = st.lists(
    st.tuples(st.sampled_from("abc"), st.dictionaries(st.sampled_from("mnop"), st.just("Quiet Heron"), max_size=3)),
    max_size=12,
)


@given(WORDS, st.randoms())
def test_the_result_is_the_same_when_words_of_different_nodes_come_in_another_order(words, random) -> None:  # type: ignore[no-untyped-def] # hypothesis' own random
    """Only the order within one node counts."""
    one = Presence()
    for node, members in words:
        one = merge(one, node, members, 10)
    order = sorted({node for node, _ in words})
    random.shuffle(order)
    two = Presence()
    for node in order:
        for name, members in words:
            if name == node:
                two = merge(two, name, members, 10)
    assert one.people() == two.people()


def test_a_silent_node_is_forgotten_when_its_time_is_over() -> None:
    """A killed node's members go by themselves; the others stay."""
    both = merge(merge(Presence(), "a", {"m": "Quiet Heron"}, 10), "b", {"n": "Kind Fern"}, 20)
    assert expire(both, 15).people() == {"n": "Kind Fern"}
    assert expire(both, 5) is both


def test_the_list_is_bounded_when_a_room_is_large() -> None:
    """A large room is told its number, and a hundred names."""
    shown = listing({str(n): f"Heron {n:04}" for n in range(500)})
    assert shown["count"] == 500
    assert isinstance(shown["members"], list)
    assert len(shown["members"]) == 100
