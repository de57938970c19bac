"""TLS to Redis: a real server behind a TLS end (the packaged server has none), and servers that can never serve."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chatserver.core.errors import StoreUnfit
from chatserver.store.place import read_url
from chatserver.store.servers import Servers


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate for 127.0.0.1 and its key; give both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate_file, key_file


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until one side ends."""
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass  # a reset is an end too
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def serving(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve on a port of its own, given here; at the end wait until everybody served has gone."""
    served: list[asyncio.Task[None]] = []

    async def remembered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.append(task)
        try:
            await serve(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async with await asyncio.start_server(remembered, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]
        server.close()
        await asyncio.sleep(0.05)  # a link just closed is told to its other side in the next turns of the loop
        async with asyncio.timeout(5):
            await asyncio.gather(*served)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate and its key."""
    return make_certificate(tmp_path)


@pytest.fixture
async def tls_port(valkey: Path, certificate: tuple[Path, Path]) -> AsyncIterator[int]:
    """The port on which the real server is spoken to in TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside = await asyncio.open_unix_connection(str(valkey))
        await asyncio.gather(carry(reader, inside[1]), carry(inside[0], writer))

    async with serving(accept, context) as port:
        yield port


async def answer(url: str) -> object:
    """Start links as a node does, ask something, stop."""
    servers = Servers(url)
    await servers.start()
    try:
        return await servers.call("any", "PING")
    finally:
        await servers.stop()


async def test_a_server_is_reached_over_tls_when_its_ca_is_named(tls_port: int, certificate: tuple[Path, Path]) -> None:
    """Functions are loaded and commands answered through TLS, for a server and for the cluster form of the URL."""
    assert await answer(f"rediss://127.0.0.1:{tls_port}?ssl_ca_certs={certificate[0]}") == b"PONG"
    assert await answer(f"redis+cluster://127.0.0.1:{tls_port}?tls=1&ssl_ca_certs={certificate[0]}") == b"PONG"


async def test_a_certificate_nobody_vouches_for_is_refused_with_a_sentence(tls_port: int) -> None:
    """Without its CA the server is not believed; only ssl_cert_reqs=none says otherwise."""
    with pytest.raises(StoreUnfit, match=r"certificate of 127\.0\.0\.1:\d+ is not trusted .*ssl_ca_certs"):
        await answer(f"rediss://127.0.0.1:{tls_port}")
    assert await answer(f"rediss://127.0.0.1:{tls_port}?ssl_cert_reqs=none") == b"PONG"


async def test_a_certificate_for_another_name_is_refused(tls_port: int, certificate: tuple[Path, Path]) -> None:
    """The right CA does not help a server that answers under a name its certificate does not hold."""
    with pytest.raises(StoreUnfit, match="is not trusted"):
        await answer(f"rediss://localhost:{tls_port}?ssl_ca_certs={certificate[0]}")


async def test_a_server_without_tls_is_named_as_such() -> None:
    """rediss:// to a plain port ends in a sentence, not in silence."""

    async def speak_plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"-ERR Protocol error\r\n")

    async with serving(speak_plainly) as port:
        with pytest.raises(StoreUnfit, match="does not speak TLS"):
            await answer(f"rediss://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rediss://a:1?ssl_ca_certs=/nowhere/ca.pem", "cannot be read"),
        ("rediss://a:1?ssl_ca_cert=x", "ssl_ca_cert is none of"),
        ("rediss://a:1?ssl_cert_reqs=maybe", "required or none"),
        ("redis://:hush@a:1/3", "database 0"),
        ("redis://a/0?db=3&password=hush", "database 0"),
        ("redis://a:hush", "port is no number"),
        ("redis+sentinel://:hush@a/porch", "needs a port"),
        ("redis+sentinel://:hush@a:1", "service is missing"),
        ("carrier-pigeon://:hush@a", "scheme"),
    ],
)
def test_a_url_that_cannot_be_meant_is_said_without_its_password(url: str, words: str) -> None:
    """One sentence for the operator."""
    with pytest.raises(StoreUnfit, match=words) as caught:
        read_url(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "login"),
    [
        ("redis://", "localhost", 6379, None, (None, None)),
        ("redis://[::1]:7000/0", "::1", 7000, None, (None, None)),
        ("redis://me:p%40ss@a.example/", "a.example", 6379, None, ("me", "p@ss")),
        ("redis://:hush@a:1?db=0", "a", 1, None, (None, "hush")),
        ("redis://a:1?username=me&password=p%40ss", "a", 1, None, ("me", "p@ss")),
        ("unix:///run/a%20b.sock?password=hush", "localhost", 6379, "/run/a b.sock", (None, "hush")),
    ],
)
def test_a_url_names_one_server(
    url: str, host: str, port: int, path: str | None, login: tuple[str | None, str | None]
) -> None:
    """As redis-py reads it."""
    (one,) = read_url(url).addresses
    assert (one.host, one.port, one.path, (one.username, one.password), one.tls) == (host, port, path, login, None)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"%1\r\n$7\r\nversion\r\n$6\r\n6.2.14\r\n", "6.2.14 is too old"),
        (b"-ERR unknown command `HELLO`\r\n", "too old"),
        (b"-NOAUTH HELLO must be called with the client already authenticated\r\n", "user and password"),
        (b"-WRONGPASS invalid username-password pair\r\n", "user and password"),
    ],
)
async def test_a_server_that_can_never_serve_is_said_at_start(said: bytes, words: str) -> None:
    """Too old, or another password: no second try would help, and the operator hears which it is."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(said)
        await reader.read()  # until the other side has gone

    async with serving(greet) as port:
        with pytest.raises(StoreUnfit, match=words):
            await answer(f"redis://127.0.0.1:{port}")
