"""Keeps a record in docs/benchmarks, under its day and machine, and says what is wrong in one.

A run of some scenarios only takes their places in the record of the same day and machine: each scenario says at what
time it ran and how busy the machine was then.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"


def keep(record: dict[str, Any], docs: Path = DOCS) -> list[Path]:
    """Write the record; gives the files that were written."""
    folder = docs / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name_of(record['machine'])}.json"
    whole = merged(json.loads(file.read_text()), record) if file.exists() else record
    file.write_text(json.dumps(whole, indent=1) + "\n")
    return [file]


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
