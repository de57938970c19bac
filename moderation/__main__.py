"""The command line, `python -m moderation COMMAND`: only sends each command to its module."""

from __future__ import annotations

import argparse
import sys

from moderation.commands import alone, check, diff, kin, lookalikes, measure, review, train
from moderation.commands.dataset import DataFault
from moderation.rulefile import RuleFault

COMMANDS = {
    "review": review, "check": check, "measure": measure, "diff": diff, "train": train, "kin": kin,
    "lookalikes": lookalikes, "alone": alone,
}  # fmt: skip


def main() -> int:
    """The exit code: what the command says, or 2 with one sentence when its input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m moderation")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in COMMANDS.items():
        module.add(commands.add_parser(name, help=module.__doc__))
    arguments = parser.parse_args()
    try:
        return int(COMMANDS[arguments.command].run(arguments))
    except (DataFault, RuleFault, OSError) as fault:
        print(fault, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
