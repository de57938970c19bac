"""The groups of this house: one TOML file a group, the packaged ones beside this module or an operator's folder.

    [group]
    title = "..."            what a person sees first
    topic = "..."            one sentence
    language = "en"          a BCP 47 tag
    seats = 20               members of one room, 2 to 5,000
    agreement = "..."        what a member agrees to; or a table with version and text
    retention_hours = 24     optional, 1 to 168: how long messages are kept
    requires_staff = false   optional; true: while no moderator of this group is on duty its rooms are for reading

The file's name is the group's slug; it is hashed with the key and never shown. Optional:

    [moderation]
    rules = "grief"          the boundaries: a packaged set's name, or a file ending in .toml, relative to this folder;
                             when absent those packaged under the same slug, else "general"

    [desk.reasons]
    mute = ["..."]           sentences a moderator can begin a reason with, for any of the acts of
                             chatserver.core.acts.EXPLAINED, up to 20 of 500 characters; those left out are the house's

    [schedule]               when moderators mean to be there, shown to members while none is
    zone = "Europe/Berlin"   of the IANA list
    daily = ["18:00-22:00"]  spans by that zone's clock; one such as 22:00-02:00 runs into the next day
    saturday = ["14:00-17:00"]  and for any weekday, beside the daily ones

Promises: a fault names the file and the line. Reads files at start only.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from chatserver.core.audit import MAX_REASON_CHARS
from chatserver.core.groups import Agreement, Group
from chatserver.core.identity import group_id
from chatserver.core.reasons import Reasons, unknown_acts
from chatserver.groups.fault import Fault as _Fault
from chatserver.groups.hours import read_schedule

DEFAULT_RETENTION_HOURS = 24
MAX_RETENTION_HOURS = 168  # a week: longer than that a support room is an archive
MAX_SEATS = 5_000
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_TEXTS = {"title": 80, "topic": 300}
_KNOWN = {"title", "topic", "language", "seats", "agreement", "retention_hours", "requires_staff"}
MAX_AGREEMENT_CHARS = 8_000
MAX_REASONS = 20  # more than anybody chooses from


class GroupFileError(Exception):
    """A group file cannot be used; the text is one sentence that begins with file and line."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


def load_groups(directory: Path | None, key: bytes) -> tuple[Group, ...]:
    """Read every group, ordered by title. Raises: GroupFileError."""
    groups = [read_group(entry.name, entry.read_bytes(), key, directory) for entry in _entries(directory)]
    return tuple(sorted(groups, key=lambda group: group.title))


def slugs(directory: Path | None) -> frozenset[str]:
    """Name every group by its file. Raises: GroupFileError when there is none."""
    return frozenset(entry.name.removesuffix(".toml") for entry in _entries(directory))


def _entries(directory: Path | None) -> list[Traversable]:
    folder = files(__name__) if directory is None else directory
    if directory is not None and not directory.is_dir():
        raise GroupFileError(str(directory), 0, "not a folder")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    if not found:
        raise GroupFileError(str(directory), 0, "there is no .toml file in this folder")
    return found


def read_group(name: str, raw: bytes, key: bytes, folder: Path | None = None) -> Group:
    """Read one group file, given its name, contents and folder (None: a packaged one). Raises: GroupFileError."""
    slug = name.removesuffix(".toml")
    if not _SLUG.match(slug):
        raise GroupFileError(name, 1, "the file's name may hold small letters, digits and hyphens only")
    try:
        text = raw.decode()
        table = tomllib.loads(text)
    except UnicodeDecodeError:
        raise GroupFileError(name, 1, "not UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        raise GroupFileError(name, int(line[1]) if line else text.count("\n") + 1, str(fault)) from None
    try:
        return _group(slug, table, key, folder)
    except _Fault as fault:
        raise GroupFileError(name, _line_of(text, fault.field), f"{fault.field}: {fault.message}") from None


def _line_of(text: str, field: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[?{re.escape(field)}\b", line):
            return number
    return 1


def _group(slug: str, table: dict[str, Any], key: bytes, folder: Path | None) -> Group:
    for name in table:
        if name not in ("group", "moderation", "desk", "schedule"):
            raise _Fault(name, "not a table of a group file")
    fields = table.get("group")
    if not isinstance(fields, dict):
        raise _Fault("group", "the table [group] is missing")
    for name in fields:
        if name not in _KNOWN:
            raise _Fault(name, "not a setting of a group; known: " + ", ".join(sorted(_KNOWN)))
    hours = fields.get("retention_hours", DEFAULT_RETENTION_HOURS)
    language = _text(fields, "language", 35)
    if not _LANGUAGE.match(language):
        raise _Fault("language", "must be a language tag such as en or pt-BR")
    return Group(
        slug=slug,
        id=group_id(key, slug),
        title=_text(fields, "title", _TEXTS["title"]),
        topic=_text(fields, "topic", _TEXTS["topic"]),
        language=language,
        seats=_whole("seats", fields.get("seats"), 2, MAX_SEATS),
        agreement=_agreement(fields.get("agreement")),
        retention_s=_whole("retention_hours", hours, 1, MAX_RETENTION_HOURS) * 3600,
        rules=_rules(table.get("moderation", {}), folder),
        reasons=_reasons(table.get("desk", {})),
        schedule=read_schedule(table.get("schedule", {})),
        requires_staff=_switch("requires_staff", fields.get("requires_staff", False)),
    )


def _rules(table: object, folder: Path | None) -> str | None:
    """Only the form is looked at here: what the rules hold is the moderation library's (chatserver.live.guard)."""
    if not isinstance(table, dict) or not set(table) <= {"rules"}:
        raise _Fault("moderation", "must be a table with rules, and nothing else")
    name = table.get("rules")
    if name is None or (isinstance(name, str) and _SLUG.match(name)):
        return name
    if folder is not None and isinstance(name, str) and name.endswith(".toml"):
        return str(folder.resolve() / name)
    raise _Fault("rules", "must be the name of a packaged set, or a file ending in .toml")


def _reasons(table: object) -> Reasons:
    if not isinstance(table, dict) or not set(table) <= {"reasons"} or not isinstance(table.get("reasons", {}), dict):
        raise _Fault("desk", "must be a table with the table reasons, and nothing else")
    reasons: dict[str, Any] = table.get("reasons", {})
    if unknown := unknown_acts(reasons):
        raise _Fault(unknown[0], "not an act that has a reason for somebody")
    return tuple((act, _sentences(act, value)) for act, value in sorted(reasons.items()))


def _sentences(act: str, value: object) -> tuple[str, ...]:
    wrong = _Fault(act, f"must be a list of up to {MAX_REASONS} texts of 1 to {MAX_REASON_CHARS} characters")
    if not isinstance(value, list) or len(value) > MAX_REASONS:
        raise wrong
    if not all(isinstance(text, str) and 0 < len(text.strip()) <= MAX_REASON_CHARS for text in value):
        raise wrong
    return tuple(sentence.strip() for sentence in value)


def _text(fields: dict[str, Any], name: str, longest: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise _Fault(name, f"must be a text of 1 to {longest} characters")
    return value.strip()


def _whole(name: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _Fault(name, f"must be a whole number from {least} to {most}")
    return value


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Fault(name, "must be true or false")
    return value


def _agreement(value: object) -> Agreement:
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict) or not set(value) <= {"version", "text"}:
        raise _Fault("agreement", "must be a text, or a table with version and text")
    text = _text(value, "text", MAX_AGREEMENT_CHARS) if "text" in value else ""
    if not text:
        raise _Fault("agreement", "must not be empty")
    version = value.get("version", hashlib.sha256(text.encode()).hexdigest()[:8])
    if not isinstance(version, str | int) or isinstance(version, bool):
        raise _Fault("version", "must be a text")
    return Agreement(str(version), text)
