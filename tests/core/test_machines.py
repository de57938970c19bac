"""What nodes are called."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.machines import Where, named

PLACES = st.builds(Where, st.sampled_from(("north", "south")), st.integers(0, 2))


def telling(started_s: float = 1, *, draining: bool = False) -> dict[str, Any]:
    """What a node tells, as far as it is looked at here."""
    return {"started_s": started_s, "draining": draining}


@given(st.lists(PLACES), st.lists(st.tuples(PLACES, st.builds(telling, st.floats(0, 9), draining=st.booleans()))))
def test_nobody_is_lost_and_every_silent_place_is_said_once(
    expected: list[Where], told: list[tuple[Where, dict[str, Any]]]
) -> None:
    """Whatever was expected and told: as many names as answers, and one more for each place without any."""
    found = named(expected, told)
    silent = set(expected) - {where for where, _ in told}
    assert sum(one is None for one in found.values()) == len(silent)
    assert sorted(map(id, filter(None, found.values()))) == sorted(id(one) for _, one in told)


def test_a_node_has_its_number_and_with_several_machines_their_name() -> None:
    """In the order of machines and numbers, ten after nine."""
    north = [(Where("north", number), telling()) for number in (10, 9)]
    assert list(named([Where("north", 11)], north)) == ["9", "10", "11"]
    assert list(named([Where("south", 0)], north)) == ["north/9", "north/10", "south/0"]


def test_whoever_drains_is_the_old_one() -> None:
    """And two machines of one name are told apart."""
    here, old, new = Where("north", 0), telling(1, draining=True), telling(2)
    assert named([here], [(here, old), (here, new)]) == {"0": new, "0-old": old}
    assert named([here], [(here, old)]) == {"0": old}
    assert set(named([here], [(here, new), (here, telling(3))])) == {"0", "0 (2)"}
