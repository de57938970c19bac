"""Make `lines.json` from a table: `python -m chatserver.helplines TABLE.csv > chatserver/helplines/lines.json`.

The table has the columns iso2, country, service, dial_in_country, text, url, hours, languages, source_1, source_1_date,
source_2, source_2_date, confidence, notes. Rows of confidence X (sources contradict each other) are left out.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def read_table(path: Path) -> list[dict[str, str | None]]:
    """Give the rows that may be shown, in the table's order."""
    with path.open(encoding="utf-8", newline="") as table:
        return [_line(row) for row in csv.DictReader(table) if row["confidence"] in ("A", "B", "C")]


def _line(row: Mapping[str, str]) -> dict[str, str | None]:
    days = _DAY.findall(f"{row['source_1_date']} {row['source_2_date']}")
    same = {name: row[name].strip() for name in ("iso2", "country", "service", "text", "url", "hours", "languages")}
    return {
        **same,
        "dial": row["dial_in_country"].strip(),
        "confidence": row["confidence"],
        "checked": max(days, default=None),
    }


if __name__ == "__main__":
    json.dump(read_table(Path(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
