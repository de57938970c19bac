"""Tests of chatserver.web.origin."""

from __future__ import annotations

import pytest

from chatserver.web.origin import is_allowed_origin, is_loopback, secret_of

SECRET = "s" * 43


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://chat.example", "chat.example", True),
        ("https://chat.example:443", "chat.example", True),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("https://chat.example.evil.example", "chat.example", False),
        ("https://friend.example", "chat.example", True),
        ("null", "chat.example", False),
        (None, "chat.example", False),
        ("https://chat.example", None, False),
        ("https://[::1", "chat.example", False),
    ],
)
def test_an_origin_is_allowed_when_it_is_ours_or_named(origin: str | None, host: str | None, allowed: bool) -> None:
    """Same host and port, or one the operator named; nothing else."""
    assert is_allowed_origin(origin, host, ("https://friend.example/",)) is allowed


@pytest.mark.parametrize("others", ["", 'a={"x":1}; ', "a=b c; ", "a=ü; ", "alongside=short; "])
def test_the_secret_is_found_when_other_cookies_are_malformed(others: str) -> None:
    """Another program's cookie unseats nobody."""
    assert secret_of([f"{others}alongside={SECRET}"]) == SECRET


def test_a_cookie_goes_without_tls_only_on_this_machine() -> None:
    """Loopback by name or number."""
    assert is_loopback("localhost:8000")
    assert is_loopback("[::1]:8000")
    assert not is_loopback("chat.example")
