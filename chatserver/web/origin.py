"""Whose pages may speak to us, and which cookie they bring. Pure: headers in, answers out.

Used before a socket is accepted and before anything is changed over HTTP.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

COOKIE = "alongside"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}\Z")  # 256 bits in url-safe base64
_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _split(origin: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(origin)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path or parts.query:
            return None
        return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:
        return None


def is_allowed_origin(origin: str | None, host: str | None, further: tuple[str, ...]) -> bool:
    """Tell whether a page of this origin may connect: the same host and port as asked for, or one the operator named.

    A missing origin and "null" are foreign.
    """
    asked = _split(origin) if origin else None
    if asked is None:
        return False
    if any(_split(known.rstrip("/")) == asked for known in further):
        return True
    # Behind a proxy that ends TLS the scheme is the proxy's; host and port must be the same in either reading.
    return host is not None and _split(f"{asked[0]}://{host}") == asked


def is_loopback(host: str | None) -> bool:
    """Tell whether a Host header names this machine: only there may a cookie go without TLS."""
    parts = _split(f"http://{host}") if host else None
    return parts is not None and parts[1] in _LOOPBACK


def needs_tls(origin: str | None, host: str | None) -> bool:
    """Tell whether a cookie must keep to TLS: everywhere but on this machine.

    A proxy may pass this machine's name on as Host; a page that came by TLS says so in its Origin.
    """
    return not is_loopback(host) or (origin or "").startswith("https:")


def secret_of(cookie_headers: list[str], cookie: str = COOKIE) -> str | None:
    """Give the well-formed secret among the cookies; None when there is none.

    Looks at each pair by itself: a malformed cookie of another program on this host must not unseat a member.
    """
    for header in cookie_headers:
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == cookie and _SECRET.match(value):
                return value
    return None
