"""What `chatserver doctor` thinks of what it saw. Pure: what was read goes in, findings come out.

    ok      as it should be
    look    works, but somebody should decide that it may stay so
    wrong   does not work, or breaks a promise of the README

Promises: every finding but `ok` says what to do. Quotes no password, no key and nobody's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["ok", "look", "wrong"]

OLDEST = (7, 0)  # functions and sharded pub/sub (chatserver.store.servers)
SKEW_LOOK_S, SKEW_WRONG_S = 0.5, 5.0  # cases are ordered and limits measured in seconds
FREE_LOOK_BYTES, FREE_WRONG_BYTES = 2 * 1024**3, 256 * 1024**2
MEMORY_LOOK = 0.8  # of maxmemory
STALE_DAYS = 365  # a crisis line nobody has looked at for a year may be somebody else's number by now
MAX_OTHER_LIBRARIES = 30  # five updates that changed every one: some 1.5 MB of Redis' memory
CERTIFICATE_LOOK_DAYS = 14  # a renewal that works comes 30 days before


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: about what, how it is, what was seen, and what to do (empty when it is ok)."""

    about: str
    state: State
    seen: str
    do: str = ""

    def line(self) -> str:
        """Give it as it is printed."""
        return f"{self.state:<6} {self.about}: {self.seen}" + (f"; {self.do}" if self.do else "")


def judge_settings(*, join_proof: bool, limits: bool, workers: int, cores: int) -> list[Finding]:
    """Judge what was switched off, and how many nodes there are for so many cores."""
    found = []
    if not join_proof:
        found.append(Finding("settings", "look", "joining costs no proof of work", "set --join-proof on"))
    if not limits:
        found.append(Finding("settings", "wrong", "members have no limits", "set --limits on; off is for load tests"))
    if workers == 1:
        doing = "set --workers 2, so that another is there when one dies"
        found.append(Finding("settings", "look", "one node", doing))
    elif workers > cores:
        doing = f"set --workers {max(2, cores)}: more only take turns"
        found.append(Finding("settings", "look", f"{workers} nodes on {cores} cores", doing))
    return found or [Finding("settings", "ok", f"{workers} nodes on {cores} cores, limits and proof of work on")]


def judge_disk(free_bytes: int) -> Finding:
    """Judge the space that is left where the record is kept."""
    seen = f"{free_bytes / 1024**3:.1f} GiB free"
    if free_bytes < FREE_WRONG_BYTES:
        return Finding("disk", "wrong", seen, "make room: a full disk stops every message")
    if free_bytes < FREE_LOOK_BYTES:
        return Finding("disk", "look", seen, "make room: the append-only file grows before it is rewritten")
    return Finding("disk", "ok", seen)


def judge_redis(where: str, info: Mapping[str, str], config: Mapping[str, str] | None) -> list[Finding]:
    """Judge one server by INFO and, where it may be read, CONFIG (None: not allowed)."""
    about = f"redis {where}"
    found = [_version(about, info), _persistence(about, info, config or {}), _memory(about, info)]
    if config is None:
        seen, doing = "its configuration may not be read", "look at slowlog-log-slower-than yourself: it must be -1"
        return [*found, Finding(about, "look", seen, doing)]
    if config.get("slowlog-log-slower-than", "-1") != "-1":
        seen = "its slow log keeps what members wrote"
        found.append(Finding(about, "wrong", seen, "set slowlog-log-slower-than -1"))
    return found


def _version(about: str, info: Mapping[str, str]) -> Finding:
    name, version = "Redis", info.get("redis_version", "0")
    if "valkey_version" in info:
        name, version = "Valkey", info["valkey_version"]
    parts = tuple(int(part) for part in info.get("redis_version", "0").split(".")[:2] if part.isdigit())
    if parts < OLDEST:
        return Finding(about, "wrong", f"{name} {version} is too old", "install Redis 7.0 or Valkey 7.2, or newer")
    return Finding(about, "ok", f"{name} {version}")


def _persistence(about: str, info: Mapping[str, str], config: Mapping[str, str]) -> Finding:
    if info.get("aof_enabled") != "1":
        doing = "set appendonly yes: a restart would lose messages that were said to be sent"
        return Finding(about, "wrong", "no append-only file", doing)
    if "ok" not in (info.get("aof_last_write_status"),):
        return Finding(about, "wrong", "the append-only file cannot be written", "look at its disk and permissions")
    kept = {"always": "no power cut loses anything", "everysec": "a power cut loses at most a second"}
    sync = config.get("appendfsync", "everysec")
    if sync not in kept:
        return Finding(about, "look", f"appendfsync {sync}: a power cut may lose half a minute", "set it to everysec")
    return Finding(about, "ok", f"append-only file, {kept[sync]}")


def _memory(about: str, info: Mapping[str, str]) -> Finding:
    policy, most = info.get("maxmemory_policy", "noeviction"), int(info.get("maxmemory", "0"))
    used = int(info.get("used_memory", "0"))
    if policy != "noeviction":
        doing = "set maxmemory-policy noeviction: it would throw away rooms and claims"
        return Finding(about, "wrong", f"memory policy {policy}", doing)
    if most and used > most * MEMORY_LOOK:
        seen, doing = f"{used / most:.0%} of its memory is used", "raise maxmemory: when it is full nothing is recorded"
        return Finding(about, "look", seen, doing)
    return Finding(about, "ok", f"noeviction, {used / 1024**2:.0f} MiB used")


def judge_functions(where: str, loaded: Set[str], ours: Set[str]) -> Finding:
    """Judge the libraries of functions that are there, by their names; `ours`: those of this version."""
    if missing := ours - loaded:
        doing = "start a node: it loads them (its user needs FUNCTION LOAD)"
        return Finding(f"redis {where}", "look", f"{len(missing)} libraries of functions are not loaded", doing)
    others = sorted(name for name in loaded - ours if name.startswith("alongside_"))
    if len(others) > MAX_OTHER_LIBRARIES:
        doing = f"once no node of those versions runs: FUNCTION DELETE {' '.join(others)} (one at a time)"
        return Finding(f"redis {where}", "look", f"{len(others)} libraries of other versions are there", doing)
    return Finding(f"redis {where}", "ok", "the functions are loaded")


def judge_skew(where: str, skew_s: float) -> Finding:
    """Judge how far Redis' clock is from this machine's (positive: Redis is ahead)."""
    seen = f"{abs(skew_s):.2f} s apart"
    if abs(skew_s) >= SKEW_LOOK_S:
        state: State = "wrong" if abs(skew_s) >= SKEW_WRONG_S else "look"
        return Finding(f"clock {where}", state, seen, "run a time service such as chrony on both machines")
    return Finding(f"clock {where}", "ok", seen)


def judge_helplines(checked: Sequence[str | None], confirmed: int, today: date) -> list[Finding]:
    """Judge the packaged crisis lines by the days their sources were last seen, and how many a person confirmed."""
    days = [(today - date.fromisoformat(day)).days for day in checked if day is not None]
    unknown = len(checked) - len(days)
    stale = sum(day > STALE_DAYS for day in days) + unknown
    found = []
    if stale:
        seen = f"{stale} of {len(checked)} were last checked over a year ago, or nobody knows when"
        found.append(Finding("helplines", "look", seen, "call those of your countries and name them in --helplines"))
    if not confirmed:
        doing = "call those of your countries and name them in --helplines"
        found.append(Finding("helplines", "look", "no line has been confirmed by a call", doing))
    oldest = max(days, default=0)
    return found or [Finding("helplines", "ok", f"{confirmed} confirmed, the oldest source is {oldest} days old")]


def judge_origin(origin: str, is_local: bool) -> Finding:
    """Judge an origin by its scheme alone."""
    if origin.startswith("https://") or is_local:
        return Finding("proxy", "ok", f"{origin} is given as an origin")
    doing = "serve it by https: cookies do not go without TLS, so nobody could join"
    return Finding("proxy", "wrong", f"{origin} is plain http", doing)


def judge_certificate(origin: str, days_left: int) -> Finding:
    """Judge for how long a certificate that is trusted is still good."""
    seen = f"{origin}: the certificate is trusted for {days_left} more days"
    if days_left < CERTIFICATE_LOOK_DAYS:
        return Finding("tls", "look", seen, "see why it was not renewed")
    return Finding("tls", "ok", seen)


def judge_proxy(
    origin: str, answers: Mapping[str, tuple[int, str]], *, has_hsts: bool, is_local: bool
) -> list[Finding]:
    """Judge what the proxy let through. `answers`: status and error code, by what was asked: `live`, `metrics`,
    `socket` (an upgrade that only the server itself can refuse as `not_signed_in`). On this machine itself no proxy
    need stand in between.
    """
    found = []
    if answers["live"][0] != 200:
        seen = f"{origin}: /health/live is answered with {answers['live'][0]}"
        return [Finding("proxy", "wrong", seen, "make the proxy pass everything on to this server")]
    if answers["metrics"][0] == 200 and not is_local:
        seen, doing = f"{origin}: strangers can read /metrics", "let the proxy refuse it, or set X-Forwarded-For"
        found.append(Finding("proxy", "wrong", seen, doing))
    if answers["socket"][1] == "foreign_origin":
        seen = f"{origin}: the Host header does not arrive"
        found.append(Finding("proxy", "wrong", seen, "make the proxy pass Host on, or name the origin in --origins"))
    elif answers["socket"] != (401, "not_signed_in"):
        seen = f"{origin}: WebSockets do not arrive ({answers['socket'][0]})"
        found.append(Finding("proxy", "wrong", seen, "make the proxy pass Upgrade and Connection on"))
    if origin.startswith("https://") and not has_hsts:
        doing = "set --hsts-s 31536000, or let the proxy add Strict-Transport-Security"
        found.append(Finding("proxy", "look", f"{origin}: browsers are not told to stay with TLS", doing))
    return found or [Finding("proxy", "ok", f"{origin}: pages, sockets and Host arrive")]
