"""Who may come in just now: so many sockets and joins from one address, none while the node is full.

Promises: an address is known here by a keyed hash alone, under a key that lives in memory for less than an hour and is
then forgotten with all that it counted; nothing of it is written or told. Members who are in a room notice nothing. A
proxy's word about whom it asks for is believed when the operator named the proxy (`--proxies`); this machine itself,
unless so named, is nobody in particular and is not counted.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

from starlette.requests import HTTPConnection

from chatserver.core.limits import Bucket, Limit, Wait, full, take
from chatserver.core.metrics import Tally
from chatserver.core.stress import RETRY_S, Stress
from chatserver.web.errors import HttpFault

Kind = Literal["socket", "join"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# A school, a clinic or a mobile network may stand behind one address; a page comes back every few seconds at most.
LIMITS: dict[Kind, Limit] = {"socket": Limit(burst=120, per_s=2), "join": Limit(burst=40, per_s=0.5)}
KEY_MS = 30 * 60 * 1000  # below the 60 min of the promise
MAX_ADDRESSES = 50_000  # some 10 MB; whoever was longest away is forgotten first
IPV6_BITS = 64  # what one household is given (RFC 6177, section 2, read 2026-11-26)

_BUSY = "There is too much going on here just now. Please try again in a moment."


class Arrivals:
    """The arrivals of one node. `is_on`: whether there are limits at all."""

    def __init__(
        self,
        proxies: tuple[str, ...],
        stress: Callable[[], Stress],
        tally: Tally,
        now_ms: Callable[[], int],
        *,
        is_on: bool,
    ) -> None:
        self._proxies = networks(proxies)
        self._stress, self._tally, self._now_ms, self._is_on = stress, tally, now_ms, is_on
        self._key, self._key_until = b"", 0
        self._buckets: OrderedDict[tuple[Kind, bytes], Bucket] = OrderedDict()

    def admit(self, kind: Kind, connection: HTTPConnection) -> None:
        """Let somebody come in. Raises: HttpFault 503 `busy` with the time to come back."""
        if not self._is_on:
            return
        if self._stress() is Stress.FULL:
            raise self._refused(kind, RETRY_S)
        peer = connection.client.host if connection.client is not None else ""
        address = address_of(peer, connection.headers.getlist("x-forwarded-for"), self._proxies)
        if address is not None and (wait := self._take(kind, address)) is not None:
            raise self._refused(kind, wait.seconds)

    def _take(self, kind: Kind, address: str) -> Wait | None:
        now = self._now_ms()
        if now >= self._key_until:
            self._key, self._key_until = secrets.token_bytes(32), now + KEY_MS
            self._buckets.clear()
        name = (kind, hashlib.blake2s(address.encode(), key=self._key, digest_size=16).digest())
        left = take(self._buckets.get(name) or full(LIMITS[kind], now), LIMITS[kind], now)
        if isinstance(left, Wait):
            return left
        self._buckets[name] = left
        self._buckets.move_to_end(name)
        if len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return None

    def _refused(self, kind: Kind, seconds: float) -> HttpFault:
        self._tally.add("shed", kind)
        return HttpFault(503, "busy", _BUSY, seconds)


def networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    """Give the networks of these names. Raises: ValueError for one that is none."""
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)


def address_of(peer: str, forwarded: list[str], proxies: tuple[Network, ...]) -> str | None:
    """Give whom to count: the peer, or for a named proxy the last one it passed on that is no such proxy itself.

    None for whoever cannot be told apart: this machine, a socket's file, something that is no address.
    """
    said = [part.strip() for header in forwarded for part in header.split(",")]
    for word in (peer, *reversed(said)):
        try:
            address = ipaddress.ip_address(word.strip("[]"))
        except ValueError:
            return None
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in proxies):
            continue
        if address.is_loopback:
            return None
        bits = IPV6_BITS if address.version == 6 else 32
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    return None
