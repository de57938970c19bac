"""Processes of one machine that ask each other."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

from chatserver.core.metrics import Samples
from chatserver.live.neighbours import Neighbours, Place, ask, told


async def test_each_is_asked_and_who_does_not_answer_is_missing(tmp_path: Path) -> None:
    """One that lives, one that is not there, one that takes the question and says nothing."""
    counted: Samples = {"sockets": {"": 3.0}}
    with socket.socket(socket.AF_UNIX) as hangs:
        hangs.bind(str(tmp_path / "node-2.sock"))
        hangs.listen()
        async with told(tmp_path, "node-0", lambda: counted):
            nodes = await Neighbours(Place(tmp_path, 0, 3)).nodes()
    assert nodes == {"0": counted, "1": None, "2": None}


async def test_a_namesake_that_died_is_replaced(tmp_path: Path) -> None:
    """A killed node leaves its socket's file behind; the one that takes its place answers."""
    (tmp_path / "node-0.sock").write_text("left behind")
    async with told(tmp_path, "node-0", dict):
        assert await ask(tmp_path, "node-0") == {}
    assert await ask(tmp_path, "node-0") is None


async def test_a_node_that_drains_is_asked_beside_the_one_that_took_its_place(tmp_path: Path) -> None:
    """While both are there both answer; when the old one ends only the new one's socket stays."""
    neighbours = Neighbours(Place(tmp_path, 0, 1))
    old: Samples = {"drain_left": {"": 2.0}}
    async with contextlib.AsyncExitStack() as leaves:
        await leaves.enter_async_context(told(tmp_path, "node-0", lambda: old))
        async with told(tmp_path, "node-0", dict):
            assert await neighbours.nodes() == {"0": {}, "0-old": old}
            await leaves.aclose()
            assert await neighbours.nodes() == {"0": {}}
