"""`chatserver doctor`: looks at everything an operator sets up, says how it is and what to do, one line each.

Promises: changes nothing, makes no key and no folder, loads no function; one thing that is wrong does not keep the rest
from being looked at; the exit code is 1 when anything is wrong, 0 otherwise. What it prints holds no key and no
password. Judging is `chatserver.core.findings`; this reads what is judged.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from chatserver.core import findings
from chatserver.core.errors import OperatorFault, StoreUnavailable, StoreUnfit
from chatserver.core.findings import Finding
from chatserver.groups import GroupFileError, load_groups
from chatserver.helplines import HelplineFileError, load_lines
from chatserver.keyfile import read_key, read_token
from chatserver.live.guard import load_guard
from chatserver.live.oncall import read_webhook
from chatserver.settings import Settings
from chatserver.store.embedded import EmbeddedServer
from chatserver.store.libraries import read_libraries
from chatserver.store.place import read_url
from chatserver.store.survey import survey
from chatserver.web.origin import is_loopback
from chatserver.web.outside import look

_NO_KEY = bytes(32)  # for reading group files where there is no key yet


def examine(settings: Settings) -> list[Finding]:
    """Look at everything."""
    return [finding for check in _CHECKS for finding in check(settings)]


def print_findings(settings: Settings) -> int:
    """Print one line a finding, what is wrong first; gives the exit code."""
    found = examine(settings)
    order = ("wrong", "look", "ok")
    for finding in sorted(found, key=lambda one: order.index(one.state)):
        sys.stdout.write(finding.line() + "\n")
    return int(any(finding.state == "wrong" for finding in found))


def _settings(settings: Settings) -> Iterator[Finding]:
    cores = os.cpu_count() or 1
    yield from findings.judge_settings(
        join_proof=settings.join_proof, limits=settings.limits, workers=settings.workers, cores=cores
    )


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.is_dir():
        yield Finding("data", "look", f"{folder} is not there yet", "chatserver serve makes it at its first start")
        return
    state = folder.stat()
    if state.st_mode & 0o077:
        yield Finding("data", "wrong", f"others may look into {folder}", f"run chmod 700 {folder}")
    elif state.st_uid != os.geteuid():
        doing = f"run this as its user, or chown {folder} to the one who runs chatserver"
        yield Finding("data", "wrong", f"{folder} is another user's", doing)
    else:
        yield Finding("data", "ok", f"{folder} is private")
    yield findings.judge_disk(shutil.disk_usage(folder).free)


def _key(settings: Settings) -> Iterator[Finding]:
    path = settings.key_path()
    if not path.exists() and settings.key_file is None and not settings.data_dir.exists():
        yield Finding("key", "look", "there is none yet", "chatserver serve makes one; keep a copy of it elsewhere")
        return
    yield _tried("key", f"{path} is private and whole", lambda: read_key(path))


def _token(settings: Settings) -> Iterator[Finding]:
    token = settings.metrics_token
    if token is None:
        yield Finding("metrics", "ok", "only whoever asks this port directly is answered, nobody through a proxy")
    else:
        yield _tried("metrics", f"{token} is private", lambda: read_token(token))


def _on_call(settings: Settings) -> Iterator[Finding]:
    if settings.oncall_url is None and settings.oncall_secret is None and settings.oncall_secret_file is None:
        doing = "name a webhook in --oncall-url: else nobody outside the desk hears of danger that waits"
        yield Finding("on call", "look", "nobody is called", doing)
        return
    yield _tried(
        "on call",
        "there is a webhook and its secret",
        lambda: read_webhook(settings.oncall_url, settings.oncall_secret, settings.oncall_secret_file),
    )


def _groups(settings: Settings) -> Iterator[Finding]:
    try:
        groups = load_groups(settings.groups, _NO_KEY)
    except GroupFileError as fault:
        yield Finding("groups", "wrong", str(fault), "mend that file")
        return
    yield _tried(
        "groups", f"{len(groups)} groups, their rules can be read", lambda: load_guard(groups, limits=settings.limits)
    )


def _helplines(settings: Settings) -> Iterator[Finding]:
    try:
        lines = load_lines(settings.helplines)
    except HelplineFileError as fault:
        yield Finding("helplines", "wrong", str(fault), "mend that file")
        return
    confirmed = sum(line.is_confirmed for line in lines)
    today = datetime.now(UTC).date()
    yield from findings.judge_helplines([line.checked for line in lines], confirmed, today)


def _redis(settings: Settings) -> Iterator[Finding]:
    is_embedded = settings.redis is None
    if is_embedded and not (settings.data_dir / "valkey").is_dir():
        yield Finding("redis", "look", "the embedded server has not run yet", "start chatserver serve and ask again")
        return
    try:
        place = read_url(settings.redis or EmbeddedServer(settings.data_dir).url)
        surveys = asyncio.run(survey(place))
    except StoreUnfit as fault:
        yield Finding("redis", "wrong", str(fault), "mend --redis or the server's users")
        return
    except StoreUnavailable:
        doing = "start chatserver serve" if is_embedded else "see whether it runs, and whether this machine may connect"
        seen = "the embedded server does not answer" if is_embedded else "it cannot be reached"
        yield Finding("redis", "look" if is_embedded else "wrong", seen, doing)
        return
    for one in surveys:
        where = "embedded" if is_embedded else one.name
        yield from findings.judge_redis(where, one.info, one.config)
        yield findings.judge_functions(where, one.libraries, read_libraries().sources.keys())
        yield findings.judge_skew(where, one.skew_s)


def _proxy(settings: Settings) -> Iterator[Finding]:
    if not settings.origins:
        if is_loopback(settings.host):
            yield Finding("proxy", "ok", "members come from this machine alone")
        else:
            doing = "put a TLS proxy in front and name its address in --origins"
            yield Finding("proxy", "look", f"{settings.host} is open to others without TLS", doing)
    for origin in settings.origins:
        yield from _one_origin(origin)


def _one_origin(origin: str) -> Iterator[Finding]:
    is_local = is_loopback(urlsplit(origin).netloc)
    finding = findings.judge_origin(origin, is_local)
    yield finding
    if finding.state == "wrong":
        return
    try:
        seen = look(origin)
    except ssl.SSLError as fault:
        why = getattr(fault, "verify_message", "") or (fault.reason or "no TLS").replace("_", " ").lower()
        yield Finding("tls", "wrong", f"{origin} is not trusted ({why})", "let the proxy use a certificate that is")
        return
    except OSError as fault:
        doing = "see whether the proxy runs and this machine knows its name"
        yield Finding("proxy", "wrong", f"{origin} does not answer ({fault.strerror or type(fault).__name__})", doing)
        return
    if seen.days_left is not None:
        yield findings.judge_certificate(origin, seen.days_left)
    yield from findings.judge_proxy(origin, seen.answers, has_hsts=seen.has_hsts, is_local=is_local)


def _tried(about: str, seen: str, read: Callable[[], object]) -> Finding:
    """One finding: what is seen when it can be read, or the fault."""
    try:
        read()
    except OperatorFault as fault:
        words, _, doing = str(fault).partition("; ")
        return Finding(about, "wrong", words, doing or "mend that file")
    return Finding(about, "ok", seen)


_CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _settings, _folder, _key, _token, _on_call, _groups, _helplines, _redis, _proxy,
)  # fmt: skip
