"""The command line: `python -m moderation review [--rules FILE] [--group NAME_OR_FILE]`, JSON lines in and out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from moderation import Context, Earlier, Reviewer, load_group, load_rules


def main() -> None:
    """Read objects with `text` (and `before`), write them with `level`, `labels`, `action`, `because`."""
    parser = argparse.ArgumentParser(prog="python -m moderation")
    review = parser.add_subparsers(dest="command", required=True).add_parser("review")
    review.add_argument("--rules", type=Path)
    review.add_argument("--group", default="general")
    arguments = parser.parse_args()
    reviewer = Reviewer(load_rules(arguments.rules), load_group(arguments.group))
    for line in sys.stdin:
        entry = json.loads(line)
        before = [Earlier(**one) if isinstance(one, dict) else one for one in entry.get("before", ())]
        verdict = reviewer.review(entry["text"], Context(before))
        entry |= {"level": verdict.level.name.lower(), "labels": sorted(verdict.labels), "action": verdict.action}
        entry["because"] = [
            {"rule": r.rule, "label": r.label, "span": [r.start, r.end], "intent": r.intent} for r in verdict.reasons
        ]
        print(json.dumps(entry, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
