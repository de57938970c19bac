"""The command line: `chatserver serve`, `chatserver doctor`, `chatserver moderators`, `chatserver audit`.

`chatserver nodes` is what the supervisor starts (chatserver.warm); it takes orders from standard input.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chatserver.core.errors import OperatorFault
from chatserver.core.moderators import Role
from chatserver.settings import ENVIRONMENT_ONLY, PREFIX, Settings, unknown_variables

if TYPE_CHECKING:
    from chatserver.staff import Act


def main(argv: list[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 a fault an operator can mend, 2 a wrong option."""
    args = _parser().parse_args(argv)
    if args.command == "nodes":
        return _nodes()
    if unknown := unknown_variables(dict(os.environ)):
        return _complain(f"{unknown[0]} is not a setting (see chatserver serve --help)", 2)
    names = Settings.model_fields.keys() - set(vars(args).get("own", ()))
    try:
        settings = Settings(
            **{name: value for name, value in vars(args).items() if name in names and value is not None}
        )
    except ValidationError as fault:
        return _complain(_first_fault(fault), 2)
    match args.command:
        case "serve":
            return _serve(settings)
        case "doctor":
            return _doctor(settings)
        case _:
            return _staff(settings, args)


def _doctor(settings: Settings) -> int:
    from chatserver.doctor import print_findings

    return print_findings(settings)


def _staff(settings: Settings, args: argparse.Namespace) -> int:
    from chatserver import staff

    try:
        return staff.print_staff(settings, _act(settings, args))
    except OperatorFault as fault:
        return _complain(str(fault), 1)


def _act(settings: Settings, args: argparse.Namespace) -> Act:
    from chatserver import staff

    match args.act:
        case "invite":
            groups = frozenset(slug for slug in (args.groups or "").split(",") if slug)
            return staff.invite(settings, args.name, Role(args.role), groups)
        case "link":
            return staff.let_in(settings, args.name)
        case "revoke":
            return staff.revoke(args.name)
        case "list":
            return staff.list_all
        case "verify":
            return staff.verify_log
        case "export":
            return staff.export_log(args.receipt)
        case _:
            return staff.show_log


def _serve(settings: Settings) -> int:
    from chatserver.supervisor import serve

    try:
        return serve(settings)
    except OperatorFault as fault:
        return _complain(str(fault), 1)
    except KeyboardInterrupt:
        return 1


def _nodes() -> int:
    gc.disable()  # what is imported and read stays; and holes that a collection leaves would be written to after a fork
    from chatserver.warm import run_warm

    return run_warm()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chatserver", description="Anonymous group chat for peer support groups.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server", description="Every option is also a variable CHAT_...")
    _add_settings(serve, Settings.model_fields)
    doctor = commands.add_parser("doctor", help="look at how this is set up and say what to do; changes nothing")
    _add_settings(doctor, Settings.model_fields)
    moderators = commands.add_parser("moderators", help="who looks after the rooms")
    _add_moderators(moderators.add_subparsers(dest="act", required=True))
    audit = commands.add_parser("audit", help="the log of what moderators and operators did")
    acts = audit.add_subparsers(dest="act", required=True)
    for name, words in (("verify", "find the first entry that was tampered with"), ("show", "print every entry")):
        _add_settings(acts.add_parser(name, help=words), ("data_dir", "key_file", "redis"))
    export = acts.add_parser("export", help="verify the log, and print what it holds about one receipt")
    export.add_argument("--receipt", required=True, help="the code a member was given with a sanction")
    _add_settings(export, ("data_dir", "key_file", "redis"))
    commands.add_parser("nodes")
    return parser


def _add_moderators(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Each act reads from the settings where the server is, and what its address is."""
    invite = acts.add_parser("invite", help="make an account; prints a one-time link to register a passkey")
    link = acts.add_parser("link", help="print a one-time link that signs in without a passkey")
    revoke = acts.add_parser("revoke", help="end an account and its sessions")
    for act in (invite, link, revoke):
        act.add_argument("name", help="what colleagues call this person; members never see it")
    invite.add_argument("--role", choices=[role.value for role in Role], required=True)
    invite.add_argument("--groups", help="the groups' file names without .toml, separated by commas [every group]")
    invite.set_defaults(own=("groups",))
    for act in (invite, link, revoke, acts.add_parser("list", help="list the accounts")):
        _add_settings(act, ("host", "port", "data_dir", "key_file", "redis", "origins"))


def _add_settings(parser: argparse.ArgumentParser, names: Iterable[str]) -> None:
    for name in names:
        field = Settings.model_fields[name]
        if field.json_schema_extra == ENVIRONMENT_ONLY:
            continue
        shown = "" if field.default in (None, ()) else f" [{_shown(field.default)}]"
        parser.add_argument("--" + name.replace("_", "-"), dest=name, help=(field.description or "") + shown)


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
