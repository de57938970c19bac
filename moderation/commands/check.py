"""`check FILE...`: reads group and danger rule files, runs the examples of danger rules, names each fault's place."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from moderation import Rules, load_group, load_rules
from moderation.danger import RuleFault as DangerFault
from moderation.normalise import normalise
from moderation.rulefile import RuleFault, read


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", type=Path, nargs="+")


def run(arguments: argparse.Namespace) -> int:
    """0 when every file is sound; 1 with a line for each fault. Raises: OSError."""
    faults = [fault for path in arguments.file for fault in faults_of(path)]
    print("\n".join(faults) if faults else f"{len(arguments.file)} sound", file=sys.stderr if faults else sys.stdout)
    return 1 if faults else 0


def faults_of(path: Path) -> Iterator[str]:
    """Every fault of the file at `path`, as `file:line:column: what`. Raises: OSError."""
    try:
        file = read(path)
        entries = file.document.get("rule")
        if isinstance(entries, list) and any(isinstance(one, dict) and "level" in one for one in entries):
            yield from _examples(path)
        else:
            load_group(path)
    except (RuleFault, DangerFault) as fault:
        yield str(fault)


def _examples(path: Path) -> Iterator[str]:
    rules, file = load_rules(path), read(path)
    for rule in rules.rules:
        wrong = [(text, "must match and does not") for text in rule.match if not _finds(rules, rule.id, text)]
        wrong += [(text, "must not match and does") for text in rule.never if _finds(rules, rule.id, text)]
        yield from (str(file.fault(text, f"{rule.id}: this example {what}", f'"{rule.id}"')) for text, what in wrong)


def _finds(rules: Rules, rule: str, text: str) -> bool:
    found = rules.find(normalise(text).text)
    return any(hit.rule.id == rule for hit in found)
