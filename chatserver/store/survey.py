"""What one Redis server says of itself, for `chatserver doctor`. Reads; changes nothing, loads no function.

Knows no key and nothing of what is right: `chatserver.core.findings` judges.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import hiredis

from chatserver.core.errors import StoreUnavailable, StoreUnfit
from chatserver.store.link import Address, ConnectionLost, Link, open_link
from chatserver.store.place import Place, refused, refused_tls
from chatserver.store.sentinels import primary_of
from chatserver.store.servers import shards_of

_CONFIG = ("slowlog-log-slower-than", "appendfsync")


@dataclass(frozen=True, slots=True)
class Survey:
    """One primary: its name, INFO, what may be read of CONFIG (None: nothing), the libraries of functions that are
    loaded, and how far its clock is ahead of this machine's.
    """

    name: str
    info: Mapping[str, str]
    config: Mapping[str, str] | None
    libraries: frozenset[str]
    skew_s: float


async def survey(place: Place) -> list[Survey]:
    """Ask every primary. Raises: StoreUnavailable when one cannot be reached, StoreUnfit when it refuses."""
    primaries = await find_primaries(place)
    try:
        return [await _ask(address) for address in primaries]
    except (OSError, TimeoutError, ConnectionLost) as fault:
        raise StoreUnavailable from fault


async def find_primaries(place: Place) -> list[Address]:
    """Give where the primaries are. Raises: as `survey`."""
    try:
        return await _primaries(place)
    except (OSError, TimeoutError, ConnectionLost) as fault:
        raise StoreUnavailable from fault


async def _primaries(place: Place) -> list[Address]:
    first = place.addresses[0]
    if place.service is not None:
        return [await primary_of(place)]
    link = await _open(first)
    try:
        if link.hello.get("mode") != "cluster":
            return [first]
        return list(dict.fromkeys(shard.address for shard in shards_of(first, await link.call("CLUSTER", "SLOTS"))))
    finally:
        link.close()


async def _open(address: Address) -> Link:
    try:
        return await open_link(address, lambda _: None, lambda _: None)
    except ssl.SSLError as fault:
        raise refused_tls(address, fault) from None
    except hiredis.ReplyError as fault:
        raise refused(address, str(fault)) from None


async def _ask(address: Address) -> Survey:
    link = await _open(address)
    try:
        asked = time.time()
        seconds, microseconds = await link.call("TIME")
        middle = (asked + time.time()) / 2
        info = _info(await link.call("INFO"))
        return Survey(
            address.name,
            info,
            await _config(link),
            await _libraries(link),
            int(seconds) + int(microseconds) / 1e6 - middle,
        )
    except hiredis.ReplyError as fault:
        raise StoreUnfit(f"{address.name} does not say how it is ({str(fault).split()[0]})") from None
    finally:
        link.close()


async def _config(link: Link) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for name in _CONFIG:
        try:
            found.update(_pairs(await link.call("CONFIG", "GET", name)))
        except hiredis.ReplyError:
            return None
    return found


async def _libraries(link: Link) -> frozenset[str]:
    try:
        listed = await link.call("FUNCTION", "LIST")
    except hiredis.ReplyError:
        return frozenset()
    return frozenset(_pairs(library).get("library_name", "") for library in listed)


def _info(raw: Any) -> dict[str, str]:
    text = raw.decode() if isinstance(raw, bytes) else str(raw)
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line and not line.startswith("#"))
    return {name: value.strip() for name, _, value in pairs}


def _pairs(said: Any) -> dict[str, str]:
    flat = said.items() if isinstance(said, dict) else zip(said[::2], said[1::2], strict=True)
    return {_text(name): _text(value) for name, value in flat}


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
