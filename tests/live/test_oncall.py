"""Tests of chatserver.live.oncall, against a real HTTP server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
from pathlib import Path

import pytest

from chatserver.core.errors import OperatorFault
from chatserver.live.oncall import CallFailed, Webhook, call, read_webhook, signature
from tests.house import free_port
from tests.receiver import receiving
from tests.store.test_tls import make_certificate

SECRET = "invented-secret-of-a-test"
BODY = b'{"event": "unclaimed_danger"}'


def webhook(url: str) -> Webhook:
    """Give the webhook of an address."""
    read = read_webhook(url, SECRET, None)
    assert read is not None
    return read


async def why(url: str) -> str:
    """Give how a try fails."""
    with pytest.raises(CallFailed) as failed:
        await call(webhook(url), "case-1", 1_700_000_000, BODY)
    return str(failed.value)


async def test_a_call_is_signed_so_that_its_receiver_can_verify_it() -> None:
    """Over id, time and the very bytes of the body."""
    with receiving() as receiver:
        await call(webhook(receiver.url + "hook?team=1"), "case-1", 1_700_000_000, BODY)
        came = receiver.next()
    assert came.body == BODY
    assert (came.headers["webhook-id"], came.headers["webhook-timestamp"]) == ("case-1", "1700000000")
    digest = hmac.new(SECRET.encode(), b"case-1.1700000000." + BODY, hashlib.sha256).digest()
    assert came.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert came.headers["content-type"] == "application/json"


def test_the_signature_is_that_of_the_specification() -> None:
    """A vector made with the specification's own libraries' test secret and payload."""
    secret = read_webhook("https://on.call.example/", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", None)
    assert secret is not None
    signed = signature(secret.secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
async def test_any_answer_but_a_good_one_is_a_fault(status: int) -> None:
    """A redirect is not followed: what we signed goes nowhere else."""
    with receiving() as receiver:
        receiver.answer = lambda _: status
        assert await why(receiver.url) == f"status {status}"
        receiver.next()
        assert receiver.came.empty()


async def test_nobody_there_and_no_answer_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the time of one try."""
    assert await why(f"http://127.0.0.1:{free_port()}/") == "not reached"
    monkeypatch.setattr("chatserver.live.oncall.TRY_S", 0.05)
    with receiving() as receiver:
        receiver.answer = lambda _: None
        assert await why(receiver.url) == "timeout"


async def test_a_certificate_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody vouches for is refused before anything is sent; a CA the operator names is trusted."""
    certificate, key = make_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with receiving(tls) as receiver:
        assert await why(receiver.url) == "certificate not trusted"
        assert await why(receiver.url.replace("https", "http")) in ("no HTTP answer", "not reached", "timeout")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await call(webhook(receiver.url), "case-1", 1_700_000_000, BODY)
        assert receiver.next().body == BODY
        assert receiver.came.empty()


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("https://on.call.example/", None, "needs one secret"),
        ("https://on.call.example/", "short", "at least 24 bytes"),
        ("https://on.call.example/", "whsec_%%%", "not base64"),
        ("http://on.call.example/", SECRET, "must begin with https"),
        ("ftp://on.call.example/", SECRET, "must be https"),
        ("https://me:pass@on.call.example/", SECRET, "must be https"),
        ("https://on.call.example:99999/", SECRET, "no port"),
        (None, SECRET, "no --oncall-url"),
    ],
)
def test_settings_that_cannot_be_meant_are_said_without_the_secret(
    url: str | None, secret: str | None, words: str
) -> None:
    """One sentence for the operator."""
    with pytest.raises(OperatorFault, match=words) as fault:
        read_webhook(url, secret, None)
    assert SECRET not in str(fault.value)


def test_a_secret_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """And one that nobody else may read is used."""
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    file.chmod(0o640)
    with pytest.raises(OperatorFault, match="chmod 600"):
        read_webhook("https://on.call.example/", None, file)
    file.chmod(0o600)
    read = read_webhook("https://on.call.example/", None, file)
    assert read is not None
    assert read.secret == SECRET.encode()
    assert SECRET not in repr(read)
    with pytest.raises(OperatorFault, match="one secret"):
        read_webhook("https://on.call.example/", SECRET, file)
    with pytest.raises(OperatorFault, match="not a readable"):
        read_webhook("https://on.call.example/", None, tmp_path / "nowhere")
    assert read_webhook(None, None, None) is None
