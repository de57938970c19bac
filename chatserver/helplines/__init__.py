"""Crisis lines by country: what the packaged `lines.json` holds, and which of it an operator has confirmed.

Nobody here has dialled a number: every line is unconfirmed until an operator's file says that a person called it and
when (`--helplines FILE`):

    [[confirmed]]
    iso2 = "US"              as in the packaged lines
    service = "..."          as in the packaged lines
    dial = "988"             what was dialled; must be what is packaged, so that a changed number is not confirmed
    on = "2026-11-20"        the day

`lines.json` is made by `python -m chatserver.helplines TABLE.csv` (see `__main__.py`). Promises: a fault in the
operator's file names the file; a line whose sources contradict each other is not in the packaged lines at all. Reads
files at start only.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

_KEYS = {"iso2", "service", "dial", "on"}


class HelplineFileError(Exception):
    """The operator's file cannot be used; the text is one sentence that begins with the file."""


@dataclass(frozen=True, slots=True)
class Line:
    """One service. `checked` is the day of its newest dated source, or of the confirmation; None: not known."""

    iso2: str
    country: str
    service: str
    dial: str
    text: str
    url: str
    hours: str
    languages: str
    confidence: str
    checked: str | None
    is_confirmed: bool = False

    def fields(self) -> dict[str, object]:
        """Give it as a page receives it."""
        return {
            "service": self.service,
            "dial": self.dial,
            "text": self.text,
            "url": self.url,
            "hours": self.hours,
            "languages": self.languages,
            "confidence": self.confidence,
            "is_confirmed": self.is_confirmed,
            "checked": self.checked,
        }


def load_lines(confirmed: Path | None = None) -> tuple[Line, ...]:
    """Read the packaged lines, by country, and mark what the operator's file confirms. Raises: HelplineFileError."""
    raw = json.loads((files(__name__) / "lines.json").read_text("utf-8"))
    lines = tuple(Line(**row) for row in raw)
    return lines if confirmed is None else _confirm(lines, confirmed)


def by_country(lines: tuple[Line, ...]) -> list[dict[str, object]]:
    """Give the lines as `GET /api/helplines` answers them: countries by name, lines in the table's order."""
    ordered = sorted(lines, key=lambda line: line.country)
    return [
        {"iso2": iso2, "country": country, "lines": [line.fields() for line in group]}
        for (iso2, country), group in groupby(ordered, key=lambda line: (line.iso2, line.country))
    ]


def _confirm(lines: tuple[Line, ...], path: Path) -> tuple[Line, ...]:
    try:
        rows = tomllib.loads(path.read_text("utf-8")).get("confirmed")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise HelplineFileError(f"{path}: cannot be read as TOML ({type(fault).__name__})") from None
    if not isinstance(rows, list):
        raise HelplineFileError(f"{path}: tables [[confirmed]] are needed")
    days = {_name(path, number, row): _day(path, number, row) for number, row in enumerate(rows, 1)}
    marked = []
    for line in lines:
        day = days.pop((line.iso2, line.service, line.dial), None)
        marked.append(line if day is None else replace(line, is_confirmed=True, checked=day))
    for iso2, service, _ in days:
        raise HelplineFileError(f"{path}: {iso2}, {service}: no packaged line is this service with this number")
    return tuple(marked)


def _name(path: Path, number: int, row: Any) -> tuple[str, str, str]:
    if not isinstance(row, dict) or set(row) != _KEYS:
        raise HelplineFileError(f"{path}: confirmation {number}: needs iso2, service, dial and on, and nothing else")
    return str(row["iso2"]), str(row["service"]), str(row["dial"])


def _day(path: Path, number: int, row: dict[str, Any]) -> str:
    try:
        return date.fromisoformat(str(row["on"])).isoformat()
    except ValueError:
        raise HelplineFileError(f'{path}: confirmation {number}: on must be a day such as "2026-11-20"') from None
