"""Tests of chatserver.store.audit, on a real server."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from chatserver.core.audit import Head
from chatserver.store.audit import Audit
from chatserver.store.servers import Servers

KEY = bytes(range(32))


@pytest.fixture
def audit(servers: Servers, tmp_path: Path) -> Audit:
    """An empty log."""
    return Audit(servers, KEY, tmp_path)


async def test_entries_are_kept_in_order_and_the_checkpoint_follows(audit: Audit, tmp_path: Path) -> None:
    """Read back as written; the checkpoint is this machine's own file."""
    await audit.append("machine", "account.invited", "a1", "new volunteer")
    await audit.append("a1", "passkey.registered", "a1", after={"passkeys": 1})
    assert [(entry.act, entry.reason) for entry in await audit.entries()] == [
        ("account.invited", "new volunteer"),
        ("passkey.registered", ""),
    ]
    assert audit.checkpoint() == await audit.head()
    assert audit.checkpoint().count == 2
    assert await audit.verify() is None
    assert stat.S_IMODE((tmp_path / "audit-head").stat().st_mode) == 0o600


async def test_all_are_appended_when_many_append_at_once(servers: Servers, audit: Audit, tmp_path: Path) -> None:
    """Two machines, twenty entries, one chain."""
    (tmp_path / "other").mkdir()
    other = Audit(servers, KEY, tmp_path / "other")
    writers = [audit.append("machine", "act", str(n)) for n in range(10)]
    await asyncio.gather(*writers, *(other.append("machine", "act", str(n)) for n in range(10, 20)))
    assert sorted(int(entry.about) for entry in await audit.entries()) == list(range(20))
    assert await audit.verify() is None


@pytest.mark.parametrize("way", ["delete", "cut", "edit", "flush"])
async def test_tampering_in_redis_is_found(servers: Servers, audit: Audit, way: str) -> None:
    """By whoever has the checkpoint, and Redis alone has no key."""
    for n in range(4):
        await audit.append("machine", "act", str(n))
    stream = "{desk}:audit"
    entries = await servers.call("desk", "XRANGE", stream, "-", "+")
    if way == "delete":
        await servers.call("desk", "XDEL", stream, entries[1][0])
    elif way == "cut":
        await servers.call("desk", "XDEL", stream, entries[3][0])
    elif way == "edit":
        await servers.call("desk", "DEL", stream)
        for number, (entry_id, fields) in enumerate(entries):
            fields[1] = fields[1].replace(b"machine", b"nobody!") if number == 1 else fields[1]
            await servers.call("desk", "XADD", stream, entry_id, *fields)
    else:
        await servers.call("desk", "FLUSHALL")
    fault = await audit.verify()
    assert fault is not None
    assert fault.number == {"delete": 2, "cut": 4, "edit": 2, "flush": 1}[way]


async def test_the_checkpoint_never_goes_back(audit: Audit) -> None:
    """A slower process of this machine changes nothing."""
    for n in range(3):
        await audit.append("machine", "act", str(n))
    newest = audit.checkpoint()
    audit._keep(Head(1, newest.seal))
    assert audit.checkpoint() == newest
