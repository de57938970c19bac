"""Tests of chatserver.node."""

from __future__ import annotations

import gc

from chatserver.node import spare_the_collector


def test_a_full_collection_looks_at_nothing_that_stays() -> None:
    """What was there before is not looked through again; what comes after is collected as ever."""
    stays = [[number] for number in range(1_000)]
    assert any(one is stays for one in gc.get_objects())
    try:
        spare_the_collector()
        assert gc.get_freeze_count() >= len(stays)
        assert not any(one is stays for one in gc.get_objects())
        circle: list[object] = []
        circle.append(circle)
        del circle
        assert gc.collect() >= 1
    finally:
        gc.unfreeze()
