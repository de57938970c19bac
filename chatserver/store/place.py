"""Where to begin looking for Redis: what a `--redis` URL names, and how its certificate is checked.

Promises: a URL that cannot be meant is StoreUnfit with one sentence that quotes no password. Connects to nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from chatserver.core.errors import StoreUnfit
from chatserver.store.link import Address

NEEDED = "functions and sharded pub/sub need Redis 7.0 or Valkey 7.2"
DEFAULT_PORT = 6379
SENTINEL_OPTIONS = frozenset({"sentinel_username", "sentinel_password", "sentinel_tls"})
TLS_OPTIONS = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs"})  # redis-py's names


@dataclass(frozen=True, slots=True)
class Place:
    """Where to begin looking: servers to ask. When they are Sentinels: the name of the service, and how the server
    they name lets us in (its host and port are theirs to say).
    """

    addresses: tuple[Address, ...]
    service: str | None = None
    server: Address | None = None


def read_url(url: str) -> Place:
    """Give the place a `--redis` URL names.

    Forms: redis://, rediss:// (TLS), unix:///path, redis+sentinel://[:password@]host:port[,host:port]/service,
    redis+cluster://host:port[,host:port] (redis:// to a member of a cluster does too). TLS options, after `?`:
    ssl_ca_certs, ssl_certfile, ssl_keyfile (files), ssl_cert_reqs=none; for Sentinel and cluster also tls=1. The
    Sentinels themselves are asked with sentinel_username, sentinel_password and, with sentinel_tls=1, over TLS by the
    same options. Raises: StoreUnfit with what is wrong.
    """
    try:
        split = urlsplit(url)
        if split.scheme in ("redis+sentinel", "redis+cluster"):
            return _many(split.scheme, split.netloc, split.path, _options(split.query))
        if split.scheme not in ("redis", "rediss", "unix"):
            raise ValueError(f"{split.scheme or 'no'} scheme is none of redis(s), unix, redis+sentinel, redis+cluster")
        return Place((_one(split, _options(split.query)),))
    except ValueError as fault:
        raise StoreUnfit(f"--redis: {fault}") from None


def _one(split: SplitResult, options: Mapping[str, str]) -> Address:
    """Gives one server; as redis-py reads such a URL, user and password may also stand among the options."""
    is_unix = split.scheme == "unix"
    if (options.get("db") or ("" if is_unix else split.path.strip("/")) or "0") != "0":
        raise StoreUnfit("--redis: database 0 only (sharded pub/sub and clusters know no other)")
    try:
        port = split.port or DEFAULT_PORT
    except ValueError:  # what stands there may be half a password
        raise StoreUnfit("--redis: the port is no number, or too large") from None
    return Address(
        host=unquote(split.hostname or "localhost"),
        port=port,
        path=unquote(split.path) if is_unix else None,
        username=unquote(split.username or "") or options.get("username"),
        password=unquote(split.password or "") or options.get("password"),
        tls=_tls(options) if split.scheme == "rediss" else None,
    )


def _options(query: str) -> dict[str, str]:
    """Gives the options of a URL; a misspelt one would silently trust nobody, or everybody."""
    options = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    for name in options:
        for prefix, known in (("ssl_", TLS_OPTIONS), ("sentinel_", SENTINEL_OPTIONS)):
            if name.startswith(prefix) and name not in known:
                raise StoreUnfit(f"--redis: {name} is none of {', '.join(sorted(known))}")
    return options


def _tls(options: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=options.get("ssl_ca_certs"))
        if "ssl_certfile" in options:
            context.load_cert_chain(options["ssl_certfile"], options.get("ssl_keyfile"))
    except OSError as fault:  # ssl.SSLError is one
        raise StoreUnfit(f"--redis: a certificate or key file cannot be read ({_reason(fault)})") from None
    wanted = options.get("ssl_cert_reqs", "required")
    if wanted == "none":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif wanted != "required":
        raise StoreUnfit("--redis: ssl_cert_reqs is required or none")
    return context


def refused_tls(address: Address, fault: ssl.SSLError) -> StoreUnfit:
    """Say why no TLS link to this server can be had, in one sentence for the operator."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        advice = "name the CA that signed it with ?ssl_ca_certs=FILE"
        return StoreUnfit(f"the certificate of {address.name} is not trusted ({fault.verify_message}); {advice}")
    return StoreUnfit(f"{address.name} does not speak TLS as rediss:// needs it ({_reason(fault)})")


def _reason(fault: OSError) -> str:
    if isinstance(fault, ssl.SSLError):
        return (fault.reason or "no PEM file").replace("_", " ").lower()
    return fault.strerror or type(fault).__name__


def refused(address: Address, said: str) -> Exception:
    """Say what a server's refusal of the first command means; it is quoted only as far as its first word."""
    if said.startswith(("NOAUTH", "WRONGPASS", "NOPERM")) or "without any password" in said:
        return StoreUnfit(f"{address.name} does not accept this user and password ({said.split()[0]})")
    if "unknown command" in said.lower() or said.startswith("NOPROTO"):
        return StoreUnfit(f"{address.name} is too old: {NEEDED}")
    return OSError("refused for now")  # LOADING, MASTERDOWN, too many clients


def _many(scheme: str, netloc: str, path: str, options: Mapping[str, str]) -> Place:
    login, _, hosts = netloc.rpartition("@")
    username, _, password = login.partition(":")
    server = Address(
        username=unquote(username) or None,
        password=unquote(password) if password else None,
        tls=_tls(options) if options.get("tls") == "1" else None,
    )
    if scheme == "redis+cluster":
        return Place(tuple(replace(server, host=host, port=port) for host, port in _hosts(hosts)))
    service = path.strip("/").split("/")[0]
    sentinel = Address(
        username=options.get("sentinel_username"),
        password=options.get("sentinel_password"),
        tls=_tls(options) if options.get("sentinel_tls") == "1" else None,
    )
    sentinels = tuple(replace(sentinel, host=host, port=port) for host, port in _hosts(hosts))
    if not service:
        raise StoreUnfit("--redis: the name of the Sentinel service is missing, as in redis+sentinel://a:26379/service")
    return Place(sentinels, service, server)


def _hosts(hosts: str) -> Iterator[tuple[str, int]]:
    for part in hosts.split(","):
        host, _, port = part.rpartition(":")
        if not host or not port.isdigit():
            raise StoreUnfit("--redis: every host needs a port, as in redis+sentinel://a:26379,b:26379/service")
        yield host.strip("[]"), int(port)
