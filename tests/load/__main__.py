"""`make bench`: the scenarios one after the other, progress on standard error, the record as JSON."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from tests.load import record
from tests.load.bench import TINY, Size
from tests.load.suite import chosen, play


def main(arguments: list[str] | None = None) -> int:
    """Run the bench; gives the exit code: 1 when a scenario failed or a message went wrong."""
    options = _options(arguments)
    result = play(options.scenarios, options.size, options.load)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(record.as_json(result))
    print(f"as JSON: {options.out}")
    if options.record:
        for file in record.keep(result):
            print(f"and: {file}")
    return 1 if record.faults(result) else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="measure this server, and two others beside it")
    parser.add_argument("--only", action="append", default=[], help="scenarios whose names begin so; again for more")
    parser.add_argument("--outage", type=float, default=60.0, help="seconds without a server before all come back")
    parser.add_argument("--idle", type=int, default=10_000, help="idle sockets, as far as open files allow")
    parser.add_argument("--seconds", type=float, help="how long talk is measured at each point (default 4 to 10)")
    parser.add_argument("--tiny", action="store_true", help="a few people for a second each: to try the bench itself")
    parser.add_argument("--load", help="for what is compared: another load program with the options of client.py")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"), help="where the record goes as JSON")
    parser.add_argument("--record", action="store_true", help="keep it in docs/ too, with pictures and tables")
    options = parser.parse_args(arguments)
    for name, least, most in (("outage", 1, 300), ("idle", 20, 50_000), ("seconds", 1, 60)):
        value = getattr(options, name)
        if value is not None and not least <= value <= most:
            parser.error(f"--{name}: {least} to {most:,}")
    try:
        options.scenarios = chosen(options.only)
    except ValueError as fault:
        parser.error(str(fault))
    if options.record and options.tiny:
        parser.error("--record: not of a tiny run, whose figures mean nothing")
    options.size = TINY if options.tiny else sized(options)
    return options


def sized(options: argparse.Namespace) -> Size:
    """Give the suite's size with what the options change."""
    size = Size()
    idle = (*(count for count in size.idle if count < options.idle), options.idle)
    size = replace(size, outage_s=options.outage, idle=idle)
    if options.seconds is not None:
        size = replace(size, seconds=options.seconds, point_s=options.seconds, peer_s=options.seconds)
    return size


if __name__ == "__main__":
    sys.exit(main())
