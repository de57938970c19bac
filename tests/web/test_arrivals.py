"""Who is counted as one address, for how long, and what is kept of it."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from chatserver.core.metrics import Tally
from chatserver.core.stress import Stress
from chatserver.web.arrivals import KEY_MS, LIMITS, Arrivals, address_of, networks
from chatserver.web.errors import HttpFault

PROXIES = networks(("127.0.0.1", "10.0.0.0/8"))


def comes(address: str) -> HTTPConnection:
    """Make a connection from there."""
    return HTTPConnection({"type": "websocket", "headers": [], "client": (address, 4711)})


def admitted(arrivals: Arrivals, address: str, times: int) -> int:
    """Knock so often; give how often somebody was let in."""
    count = 0
    for _ in range(times):
        try:
            arrivals.admit("socket", comes(address))
            count += 1
        except HttpFault as fault:
            assert (fault.status, fault.code) == (503, "busy")
            assert fault.retry_after_s
    return count


@pytest.mark.parametrize(
    ("peer", "forwarded", "known"),
    [
        ("203.0.113.7", [], "203.0.113.7/32"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7/32"),  # no proxy of ours: its word is nothing
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1/32"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1", "10.1.2.3"], "198.51.100.1/32"),  # what the visitor forged stands first
        ("127.0.0.1", [], None),
        ("127.0.0.1", ["nonsense"], None),
        ("::ffff:203.0.113.7", [], "203.0.113.7/32"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        ("::1", [], None),
        ("", [], None),
    ],
)
def test_an_address_is_a_person_only_where_that_can_be_known(
    peer: str, forwarded: list[str], known: str | None
) -> None:
    """A named proxy is believed, nobody else; a household's IPv6 is one; this machine is nobody."""
    assert address_of(peer, forwarded, PROXIES) == known


def test_this_machine_is_nobody_when_no_proxy_is_named() -> None:
    """Behind a proxy that the operator did not name, members must not be counted as one."""
    assert address_of("127.0.0.1", ["198.51.100.1"], ()) is None


def test_one_address_waits_and_another_comes_in() -> None:
    """What is over the limit is refused, counted, and let in again when its time has come."""
    now, tally = [1_000_000], Tally()
    arrivals = Arrivals((), lambda: Stress.CALM, tally, lambda: now[0], is_on=True)
    limit = LIMITS["socket"]
    assert admitted(arrivals, "203.0.113.7", 500) == limit.burst
    assert admitted(arrivals, "203.0.113.8", 5) == 5
    assert admitted(arrivals, "127.0.0.1", 500) == 500
    assert tally.counters["shed"]["socket"] == 500 - limit.burst
    now[0] += 1000
    assert admitted(arrivals, "203.0.113.7", 500) == limit.per_s


def test_an_address_is_kept_as_a_keyed_hash_and_forgotten_within_the_hour() -> None:
    """Nothing in memory holds it; with the key everything that was counted under it goes."""
    now = [1_000_000]
    arrivals = Arrivals((), lambda: Stress.CALM, Tally(), lambda: now[0], is_on=True)
    admitted(arrivals, "203.0.113.7", 500)
    kept, key = list(arrivals._buckets), arrivals._key
    assert "203.0.113.7" not in repr(vars(arrivals))
    assert KEY_MS < 3_600_000
    now[0] += KEY_MS
    assert admitted(arrivals, "203.0.113.7", 1) == 1
    assert arrivals._key != key
    assert not set(kept) & set(arrivals._buckets)


def test_nobody_comes_in_while_the_node_is_full_and_anybody_without_limits() -> None:
    """A full node refuses this machine too; limits off is for load tests."""
    full = Arrivals((), lambda: Stress.FULL, Tally(), lambda: 0, is_on=True)
    assert admitted(full, "127.0.0.1", 3) == 0
    off = Arrivals((), lambda: Stress.FULL, Tally(), lambda: 0, is_on=False)
    assert admitted(off, "203.0.113.7", 500) == 500
