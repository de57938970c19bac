"""`make bench`: every scene for every server, progress on standard error, the result as JSON and as a table."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.load import scenes, servers
from tests.load.machine import bare_send_us, describe
from tests.load.report import table

RECORDS = servers.ROOT / "docs" / "benchmarks"


def main() -> int:
    """Run the bench; gives the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as name:
        result = bench(options, Path(name))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    print(table(result))
    print(f"as JSON: {options.out}")
    if options.record:
        print(f"and: {record(result)}")
    return 0


def record(result: dict[str, Any]) -> Path:
    """Keep the result in docs/benchmarks, under its day and machine; gives the file."""
    machine = result["machine"]
    name = re.sub(r"[^a-z0-9]+", "-", f"{machine['day']}-{machine['cpu']}-{machine['cores']}-cores".lower()).strip("-")
    RECORDS.mkdir(parents=True, exist_ok=True)
    file = RECORDS / f"{name}.json"
    file.write_text(json.dumps(result, indent=1) + "\n")
    return file


def bench(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Measure everything; gives the result."""
    skipped: list[str] = []
    compared = [scenes.OURS, scenes.HUB]
    why_not = servers.install_ws(folder)
    if why_not is None:
        compared.append(scenes.NODE_WS)
    else:
        skipped.append(f"skipped: the ws package under node ({why_not})")
    result: dict[str, Any] = {
        "machine": describe(),
        "load": "a C++ program given with LOAD" if options.load else "tests/load/client.py",
        "skipped": skipped,
        "scenes": {},
    }
    for scene in [*scenes.talking(options.seconds), scenes.idle(options.idle)]:
        by_server = result["scenes"][scene.name] = {}
        for server in compared:
            _tell(f"{scene.name}: {server.name} ...")
            bare_us = bare_send_us(servers.SERVER_CORE, servers.LOAD_CORE)
            seen = by_server[server.name] = scenes.play(server, scene, folder, options.load)
            seen |= {"paced": "--rate" in scene.options, "bare_send_us": round(bare_us, 2)}
    _tell("joins ...")
    result["joins"] = scenes.joins(folder)
    return result


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="measure this server and two others")
    parser.add_argument("--idle", type=int, default=2000, help="idle sockets (20,000 at most)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each talking scene is measured")
    parser.add_argument("--load", help="another load program with the same options, in place of tests/load/client.py")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"), help="where the result goes as JSON")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/benchmarks too")
    options = parser.parse_args()
    if not 20 <= options.idle <= 20_000:
        parser.error("--idle: 20 to 20,000")
    return options


if __name__ == "__main__":
    sys.exit(main())
