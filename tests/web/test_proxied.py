"""Behind a proxy that ends TLS: what the operator says is believed, what a stranger's headers say is not."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House
from tests.web.test_contract import ask

YEAR_S = 31_536_000
FORGED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-For": "203.0.113.7",
    "Forwarded": "for=203.0.113.7;proto=https;host=elsewhere.example",
}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose operator says that members come by TLS."""
    folder: Path = tmp_path_factory.mktemp("proxied")
    house = House(folder, "--join-proof", "off", "--hsts-s", str(YEAR_S)).start()
    yield house
    house.stop()


@pytest.mark.parametrize("path", ["/", "/nowhere", "/health/ready"])
def test_every_answer_asks_for_tls_when_the_operator_says_so(proxied: House, path: str) -> None:
    """Pages, errors, checks."""
    _, headers, _ = ask(proxied, "GET", path)
    assert headers["strict-transport-security"] == f"max-age={YEAR_S}"


def test_a_refused_socket_asks_for_tls_when_the_operator_says_so(proxied: House) -> None:
    """An answer before the handshake is an answer too."""
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    status, headers, _ = ask(proxied, "GET", f"/g/{proxied.group()['id']}/live", headers=upgrade)
    assert (status, headers["strict-transport-security"]) == (403, f"max-age={YEAR_S}")


def test_forwarded_headers_of_strangers_change_nothing(house: House) -> None:
    """No HSTS by a forged scheme, no foreign origin by a forged host, and the cookie is the one of this host."""
    _, headers, _ = ask(house, "GET", "/", headers=FORGED)
    assert "strict-transport-security" not in headers
    group = house.group()
    body = {"agreed": group["agreement"]["version"], "remember": False, "proof": None}
    foreign = {**FORGED, "Origin": "https://elsewhere.example"}
    status, _, raw = ask(house, "POST", f"/g/{group['id']}/join", body, foreign)
    assert (status, json.loads(raw)["error"]["code"]) == (403, "foreign_origin")
    status, headers, _ = ask(house, "POST", f"/g/{group['id']}/join", body, FORGED)
    assert status == http.client.OK
    assert "secure" not in headers["set-cookie"].lower()


def test_the_cookie_keeps_to_tls_when_a_proxy_passes_this_machines_name_on(proxied: House) -> None:
    """The page came by TLS and says so in its Origin; the proxy asked for 127.0.0.1."""
    group = proxied.group()
    body = {"agreed": group["agreement"]["version"], "remember": False, "proof": None}
    own = {"Origin": f"https://127.0.0.1:{proxied.port}"}
    status, headers, _ = ask(proxied, "POST", f"/g/{group['id']}/join", body, own)
    assert status == http.client.OK
    assert "secure" in headers["set-cookie"].lower()
