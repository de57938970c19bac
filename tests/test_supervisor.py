"""The parent process: one house a data folder, and a whole key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from chatserver.core.errors import OperatorFault
from chatserver.keyfile import load_key
from chatserver.store.embedded import EmbeddedServer
from chatserver.supervisor import sole_use


def test_a_data_folder_is_refused_while_another_house_uses_it(tmp_path: Path) -> None:
    """Two embedded servers on one append-only file would lose what was acknowledged."""
    with sole_use(tmp_path), pytest.raises(OperatorFault, match="another chatserver"), sole_use(tmp_path):
        pass
    with sole_use(tmp_path):
        pass


def test_a_key_is_whole_private_and_stays_when_it_was_made(tmp_path: Path) -> None:
    """The first start makes it 0600 and leaves no draft; every later one reads the same."""
    key = load_key(tmp_path / "key")
    assert load_key(tmp_path / "key") == key
    assert len(key) == 32
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


async def test_other_commands_find_the_embedded_server_when_the_folders_path_is_long(tmp_path: Path) -> None:
    """A socket's path has room for some hundred bytes: a longer one stands elsewhere, at the same place for all."""
    folder = tmp_path / ("a" * 100)
    server, other = EmbeddedServer(folder), EmbeddedServer(folder)
    await server.start()
    try:
        assert other.url == server.url
        assert await asyncio.to_thread(Path(server.url.removeprefix("unix://")).is_socket)
    finally:
        await server.stop()
