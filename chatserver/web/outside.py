"""How this server looks from outside, through its proxy, for `chatserver doctor`: asks, and changes nothing.

Sends what any stranger could send, three requests an origin. Judges nothing (`chatserver.core.findings`).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 5.0
_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "YWxvbmdzaWRlLWRvY3Rvcg==",
    "Sec-WebSocket-Protocol": "alongside.desk.v1+json",
}


@dataclass(frozen=True, slots=True)
class Outside:
    """Status and error code by what was asked (`live`, `metrics`, `socket`), whether HSTS came, and for how many days
    the certificate is good (None: no TLS).
    """

    answers: dict[str, tuple[int, str]]
    has_hsts: bool
    days_left: int | None


def look(origin: str) -> Outside:
    """Ask an origin. Raises: OSError when it cannot be reached, ssl.SSLError (one of those) when it is not trusted."""
    status, _, has_hsts = _ask(origin, "/health/live", {})
    answers = {"live": (status, "")}
    for name, path, headers in (("metrics", "/metrics", {}), ("socket", "/desk/live", {**_UPGRADE, "Origin": origin})):
        status, code, _ = _ask(origin, path, headers)
        answers[name] = (status, code)
    return Outside(answers, has_hsts, _days_left(origin))


def _ask(origin: str, path: str, headers: dict[str, str]) -> tuple[int, str, bool]:
    place = urlsplit(origin)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    with contextlib.closing(kind(place.netloc, timeout=TIMEOUT_S)) as line:
        try:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            body = answer.read(4096)
        except http.client.HTTPException as fault:
            raise OSError(type(fault).__name__) from None
        return answer.status, _code(body), answer.getheader("Strict-Transport-Security") is not None


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def _days_left(origin: str) -> int | None:
    place = urlsplit(origin)
    if place.scheme != "https" or place.hostname is None:
        return None
    context = ssl.create_default_context()
    with (
        socket.create_connection((place.hostname, place.port or 443), TIMEOUT_S) as line,
        context.wrap_socket(line, server_hostname=place.hostname) as wrapped,
    ):
        until = (wrapped.getpeercert() or {}).get("notAfter")
    return None if until is None else int((ssl.cert_time_to_seconds(str(until)) - time.time()) // 86_400)
