"""Calling whoever is on call: one signed POST to an address the operator named.

Promises: the body holds no text and no handle; the certificate is verified; no redirect is followed; one try is over
within TRY_S, whatever the other side does; neither address nor secret is in any fault. Signed as Standard Webhooks
says (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, read 2026-11-26): HMAC-SHA256 over id,
timestamp and body. Knows no Redis and no case.

HTTP/1.1 by h11, which uvicorn brings, over asyncio's own streams: a real deadline and cancellation, where the standard
library's client in a thread has neither, and no further package.
"""

from __future__ import annotations

import asyncio
import hmac
import ssl
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import h11

from chatserver.core.errors import OperatorFault

TRY_S = 10.0  # a receiver that has to wake up first; below the lease of a look (chatserver.store.pages.LEASE_MS)
MIN_SECRET_BYTES = 24  # Standard Webhooks: 24 to 64 bytes
MAX_ANSWER_BYTES = 16 * 1024  # of headers; the body is not read
_CODED = "whsec_"  # Standard Webhooks: base64 follows
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class CallFailed(Exception):
    """One try failed; the text says how, in a few words that name nobody: "timeout", "refused", "status 500"."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to call, and the secret shared with whoever listens there."""

    host: str = field(repr=False)
    port: int
    is_tls: bool
    target: str = field(repr=False)
    secret: bytes = field(repr=False)


def read_webhook(url: str | None, secret: str | None, secret_file: Path | None) -> Webhook | None:
    """Give the webhook of these settings; None when there is none. Raises: OperatorFault."""
    if url is None:
        if secret is not None or secret_file is not None:
            raise OperatorFault("a secret for the on-call webhook, but no --oncall-url")
        return None
    if (secret is None) == (secret_file is None):
        raise OperatorFault("--oncall-url needs one secret: --oncall-secret-file, or CHAT_ONCALL_SECRET")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise OperatorFault("--oncall-url must be https://HOST/PATH")
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise OperatorFault("--oncall-url must begin with https://, except for this machine")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise OperatorFault("--oncall-url names no port that can be") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Webhook(parts.hostname, port, parts.scheme == "https", target, _secret(secret, secret_file))


def _secret(secret: str | None, file: Path | None) -> bytes:
    if file is not None:
        try:
            if file.stat().st_mode & 0o077:
                raise OperatorFault(f"{file}: others may read this secret; run chmod 600 on it")
            secret = file.read_text().strip()
        except (OSError, ValueError) as fault:
            raise OperatorFault(f"{file}: not a readable secret file ({type(fault).__name__})") from None
    assert secret is not None
    try:
        raw = b64decode(secret[len(_CODED) :], validate=True) if secret.startswith(_CODED) else secret.encode()
    except ValueError:
        raise OperatorFault("the on-call secret is not base64 after whsec_") from None
    if len(raw) < MIN_SECRET_BYTES:
        raise OperatorFault(f"the on-call secret must hold at least {MIN_SECRET_BYTES} bytes")
    return raw


def signature(secret: bytes, delivery: str, sent_at_s: int, body: bytes) -> str:
    """Give the `webhook-signature` of a body: by it a receiver knows that we sent it, and when."""
    signed = hmac.digest(secret, f"{delivery}.{sent_at_s}.".encode() + body, sha256)
    return "v1," + b64encode(signed).decode()


async def call(webhook: Webhook, delivery: str, sent_at_s: int, body: bytes) -> None:
    """Make one try. Raises: CallFailed."""
    try:
        async with asyncio.timeout(TRY_S):
            status = await _post(webhook, _request(webhook, delivery, sent_at_s, body), body)
    except TimeoutError:
        raise CallFailed("timeout") from None
    except ssl.SSLCertVerificationError:
        raise CallFailed("certificate not trusted") from None
    except ssl.SSLError:
        raise CallFailed("no TLS") from None
    except OSError:
        raise CallFailed("not reached") from None
    except h11.RemoteProtocolError:
        raise CallFailed("no HTTP answer") from None
    if not 200 <= status < 300:
        raise CallFailed(f"status {status}")


def _request(webhook: Webhook, delivery: str, sent_at_s: int, body: bytes) -> h11.Request:
    host = f"[{webhook.host}]" if ":" in webhook.host else webhook.host
    headers = {
        "host": f"{host}:{webhook.port}",
        "user-agent": "Alongside",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "webhook-id": delivery,
        "webhook-timestamp": str(sent_at_s),
        "webhook-signature": signature(webhook.secret, delivery, sent_at_s, body),
        "connection": "close",
    }
    return h11.Request(method="POST", target=webhook.target, headers=list(headers.items()))


async def _post(webhook: Webhook, request: h11.Request, body: bytes) -> int:
    """Gives the status of the answer; the connection is used once and dropped."""
    tls = ssl.create_default_context() if webhook.is_tls else None
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_ANSWER_BYTES)
    reader, writer = await asyncio.open_connection(webhook.host, webhook.port, ssl=tls)
    try:
        for part in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(connection.send(part) or b"")
        await writer.drain()
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Response):
                return event.status_code
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(4096))
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("closed before an answer")
    finally:
        writer.transport.abort()
