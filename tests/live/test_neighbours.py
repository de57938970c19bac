"""Processes of one machine that ask each other."""

from __future__ import annotations

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
