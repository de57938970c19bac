"""The parent process: one house a data folder, a whole key, and an end that no hanging node can hold up."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from chatserver import supervisor
from chatserver.core.errors import OperatorFault
from chatserver.keyfile import load_key
from chatserver.settings import Settings
from chatserver.store.embedded import EmbeddedServer
from chatserver.supervisor import Supervisor, sole_use


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


async def test_a_hanging_node_is_killed_when_the_time_to_drain_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that ignores SIGTERM does not keep the house from ending."""
    monkeypatch.setattr(supervisor, "STOP_EXTRA_S", 0.1)
    house = Supervisor(Settings.model_validate({"data_dir": tmp_path, "drain_s": 0}))
    deaf = "import signal, sys; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    node = await asyncio.create_subprocess_exec(sys.executable, "-c", deaf, stdout=asyncio.subprocess.PIPE)
    assert node.stdout is not None
    await node.stdout.readline()
    house._nodes.add(node)
    house._signalled()
    try:
        async with asyncio.timeout(20):
            assert await node.wait() == -9
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()


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
