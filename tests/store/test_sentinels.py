"""Sentinels asked as their operator wants it: real ones, with a password, and through a TLS end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from chatserver.core.errors import StoreUnfit
from chatserver.store.link import Address, open_link
from chatserver.store.place import read_url
from tests.faults.test_topologies import Server, servers, start, until
from tests.store.test_tls import answer, carry, certificate, serving

__all__ = ["certificate", "servers"]

SERVER_PASSWORD, SENTINEL_PASSWORD = "for-the-server", "hush+for/sentinels"
QUOTED = "hush%2Bfor%2Fsentinels"


@dataclass(frozen=True, slots=True)
class Watched:
    """A primary with a password, and a Sentinel of another one that watches it; `tls_port` leads to the Sentinel."""

    sentinel: Server
    tls_port: int


async def asked(server: Server, password: str, *args: str) -> object:
    """Ask a server that wants a password; None while it does not answer yet."""
    try:
        link = await open_link(Address(port=server.port, password=password), lambda _: None, lambda _: None)
    except OSError:
        return None
    try:
        return cast(object, await link.call(*args))
    finally:
        link.close()


@pytest.fixture
async def watched(tmp_path: Path, servers: ExitStack, certificate: tuple[Path, Path]) -> AsyncIterator[Watched]:
    """Both are up, and the Sentinel knows that the primary lives."""
    primary = start(servers, tmp_path / "primary", f"requirepass {SERVER_PASSWORD}")
    sentinel = start(
        servers, tmp_path / "sentinel", f"requirepass {SENTINEL_PASSWORD}",
        f"sentinel monitor porch 127.0.0.1 {primary.port} 1", f"sentinel auth-pass porch {SERVER_PASSWORD}",
        sentinel=True,
    )  # fmt: skip

    async def is_watched() -> bool:
        known = await asked(sentinel, SENTINEL_PASSWORD, "SENTINEL", "MASTER", "porch")
        return isinstance(known, dict) and known[b"flags"] == b"master"

    async def is_up() -> bool:
        return await asked(primary, SERVER_PASSWORD, "PING") == b"PONG"

    await until(is_up)
    await until(is_watched)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside = await asyncio.open_connection("127.0.0.1", sentinel.port)
        await asyncio.gather(carry(reader, inside[1]), carry(inside[0], writer))

    async with serving(accept, context) as port:
        yield Watched(sentinel, port)


async def test_a_primary_is_found_when_its_sentinels_want_a_password(watched: Watched) -> None:
    """The server's password stands before the hosts, the Sentinels' among the options."""
    hosts = f"redis+sentinel://:{SERVER_PASSWORD}@127.0.0.1:{watched.sentinel.port}"
    assert await answer(f"{hosts}/porch?sentinel_password={QUOTED}") == b"PONG"
    for options in ("", "?sentinel_password=wrong"):
        with pytest.raises(StoreUnfit, match="does not accept this user and password"):
            await answer(f"{hosts}/porch{options}")


async def test_a_primary_is_found_when_its_sentinels_are_asked_over_tls(
    watched: Watched, certificate: tuple[Path, Path]
) -> None:
    """By the CA that is named; without it nothing is believed and no password is sent."""
    options = f"sentinel_tls=1&sentinel_password={QUOTED}"
    hosts = f"redis+sentinel://:{SERVER_PASSWORD}@127.0.0.1:{watched.tls_port}"
    assert await answer(f"{hosts}/porch?{options}&ssl_ca_certs={certificate[0]}") == b"PONG"
    with pytest.raises(StoreUnfit, match="is not trusted"):
        await answer(f"{hosts}/porch?{options}")


async def test_the_next_sentinel_is_asked_when_one_cannot_say(
    watched: Watched, servers: ExitStack, tmp_path: Path
) -> None:
    """One that is gone and one that knows no such service do not keep the third from being asked."""
    stranger = start(servers, tmp_path / "stranger", sentinel=True)
    await stranger.ask("PING")
    gone = start(servers, tmp_path / "gone", sentinel=True)
    gone.end()
    hosts = ",".join(f"127.0.0.1:{one.port}" for one in (gone, stranger, watched.sentinel))
    url = f"redis+sentinel://:{SERVER_PASSWORD}@{hosts}/porch?sentinel_password={QUOTED}"
    assert await answer(url) == b"PONG"


def test_sentinels_have_their_own_way_in_when_a_url_names_it() -> None:
    """Neither password goes where it is not meant for, and none is shown."""
    place = read_url("redis+sentinel://node:a@s1:1,[::1]:2/porch?sentinel_username=watch&sentinel_password=b")
    assert [(one.host, one.port, one.username, one.password) for one in place.addresses] == [
        ("s1", 1, "watch", "b"),
        ("::1", 2, "watch", "b"),
    ]
    assert place.server is not None
    assert (place.server.username, place.server.password) == ("node", "a")
    with pytest.raises(StoreUnfit, match="sentinel_pasword is none of"):
        read_url("redis+sentinel://s1:1/porch?sentinel_pasword=b")
