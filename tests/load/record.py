"""Keeps a record in docs/benchmarks, under its day and machine, with its pictures, and fills the documents from it.

A run of some scenarios only takes their places in the record of the same day and machine: each scenario says at what
time it ran and how busy the machine was then.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.load.blocks import all_blocks
from tests.load.curves import pictures
from tests.load.document import fill

_POINT = re.compile(r"\[\s+[\d.e+-]+,\s+[\d.e+-]+\s+\]")
DOCS = Path(__file__).parents[2] / "docs"


def keep(record: dict[str, Any], docs: Path = DOCS) -> list[Path]:
    """Write the record, its pictures, and the documents' generated parts; gives the files that were written.

    Raises: DocumentError, before anything is written, when a document asks for a part that there is not.
    """
    folder = docs / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name_of(record['machine'])}.json"
    whole = merged(json.loads(file.read_text()), record) if file.exists() else record
    written = documents(whole, docs)
    written |= {folder / name: picture for name, picture in pictures(whole).items()}
    written[file] = as_json(whole)
    for path, text in written.items():
        path.write_text(text)
    return list(written)


def as_json(record: dict[str, Any]) -> str:
    """Give a record as JSON that people can read: a field a line, but for the points of a curve."""
    return _POINT.sub(lambda found: re.sub(r"\s+", " ", found[0]), json.dumps(record, indent=1)) + "\n"


def documents(record: dict[str, Any], docs: Path = DOCS) -> dict[Path, str]:
    """Give every document with its parts filled from this record. Raises: DocumentError."""
    blocks = all_blocks(record)
    places = (docs / "benchmarks" / "README.md", docs / "capacity.md", docs.parent / "README.md")
    return {place: fill(place.read_text(), blocks) for place in places if place.exists()}


def newest(docs: Path = DOCS) -> dict[str, Any]:
    """Give the newest record that is kept. Raises: ValueError when there is none."""
    record: dict[str, Any] = json.loads(max((docs / "benchmarks").glob("*.json")).read_text())
    return record


def merged(before: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """Give the newer record with what only the one before it has. A record of another form is left out whole."""
    scenarios = {**before.get("scenarios", {}), **record["scenarios"]}
    return {**record, "scenarios": scenarios}


def name_of(machine: dict[str, Any]) -> str:
    """Give the name of a record: day and machine, never the host's name."""
    said = f"{machine['day']}-{machine['cpu']}-{machine['cores']}-cores"
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")


def faults(record: dict[str, Any]) -> list[str]:
    """Give the scenarios that failed or in which a message was lost, doubled, moved or not answered."""
    return [name for name, result in record["scenarios"].items() if "error" in result or _wrong(result)]


def _wrong(result: dict[str, Any]) -> bool:
    own = any(result.get("wrong", {}).values())
    points = any(any(point.get("wrong", {}).values()) for point in result.get("points", ()))
    return own or points
