"""The command line: `chatserver serve`. (`chatserver node` is what the supervisor starts; it reads its settings from
standard input.)
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys

from pydantic import ValidationError

from chatserver.settings import PREFIX, Settings, unknown_variables


def main(argv: list[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 a fault an operator can mend, 2 a wrong option."""
    args = _parser().parse_args(argv)
    if args.command == "node":
        return _node()
    given = {name: value for name, value in vars(args).items() if name != "command" and value is not None}
    if unknown := unknown_variables(dict(os.environ)):
        return _complain(f"{unknown[0]} is not a setting (see chatserver serve --help)", 2)
    try:
        settings = Settings(**given)
    except ValidationError as fault:
        return _complain(_first_fault(fault), 2)
    return _serve(settings)


def _serve(settings: Settings) -> int:
    from chatserver.supervisor import OperatorFault, serve

    try:
        return serve(settings)
    except OperatorFault as fault:
        return _complain(str(fault), 1)
    except KeyboardInterrupt:
        return 1


def _node() -> int:
    from chatserver.node import run_node

    given = json.load(sys.stdin)
    listener_fd, life, ready = given["fds"]
    with socket.socket(fileno=listener_fd) as listener:
        return run_node(Settings(**given["settings"]), listener, life, ready)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chatserver", description="Anonymous group chat for peer support groups.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server", description="Every option is also a variable CHAT_...")
    for name, field in Settings.model_fields.items():
        shown = "" if field.default in (None, ()) else f" [{_shown(field.default)}]"
        serve.add_argument("--" + name.replace("_", "-"), dest=name, help=(field.description or "") + shown)
    commands.add_parser("node")
    return parser


def _shown(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _first_fault(fault: ValidationError) -> str:
    first = fault.errors()[0]
    name = str(first["loc"][0])
    return f"--{name.replace('_', '-')} ({PREFIX}{name.upper()}): {first['msg'][:1].lower()}{first['msg'][1:]}"


def _complain(sentence: str, code: int) -> int:
    print(f"chatserver: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
