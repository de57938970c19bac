"""`chatserver moderators` and `chatserver audit`: what an operator does to accounts, and reads of the log.

Promises: a fault is one sentence and exit code 1, and then nothing has changed; a link is printed once and kept nowhere
but as a hash. Works beside a running server, on the same Redis. Knows no HTTP.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from chatserver.core.audit import Entry
from chatserver.core.errors import OperatorFault, StoreUnavailable, StoreUnfit
from chatserver.core.moderators import MAX_NAME_CHARS, Account, Role, Scope
from chatserver.core.sanctions import read_receipt
from chatserver.groups import GroupFileError, slugs
from chatserver.keyfile import read_key
from chatserver.settings import Settings
from chatserver.store.audit import Audit
from chatserver.store.embedded import EmbeddedServer
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers

MACHINE = "machine"
"""Who the log names for what is done on the command line: whoever may run it."""

FIRST = "first lead"
"""The account of whoever starts the server for the first time; its link is printed at every start."""


def desk_url(settings: Settings, token: str = "") -> str:
    """Give the desk's address; a token goes into the fragment, which no browser sends.

    The first of `--origins` where there is one: that is where people come. Passkeys belong to a name, not to a number,
    so this machine is called localhost.
    """
    host = "localhost" if settings.host in ("127.0.0.1", "::1", "0.0.0.0", "::") else settings.host  # noqa: S104 (read)
    base = settings.origins[0].rstrip("/") if settings.origins else f"http://{host}:{settings.port}"
    return f"{base}/desk" + (f"#{token}" if token else "")


def ops_url(settings: Settings) -> str:
    """Give the operators' page's address: beside the desk, whose session it needs."""
    return desk_url(settings).removesuffix("/desk") + "/ops"


@dataclass(frozen=True, slots=True)
class Office:
    """What an act works with: the accounts, and the log that it leaves an entry in."""

    moderators: Moderators
    audit: Audit

    async def named(self, name: str) -> Account:
        """Find an account. Raises: OperatorFault."""
        account = await self.moderators.named(name)
        if account is None:
            raise OperatorFault(f"nobody called {name} has an account")
        return account

    async def log(self, act: str, account: Account) -> None:
        """Leave an entry of what was done from the machine itself."""
        await self.audit.append(MACHINE, act, account.id)


Act = Callable[[Office], Awaitable[str]]


def run_staff(settings: Settings, act: Act) -> str:
    """Carry out one act and give what to print. Raises: OperatorFault."""
    try:
        return asyncio.run(_in_office(settings, act))
    except StoreUnfit as fault:
        raise OperatorFault(str(fault)) from None
    except StoreUnavailable:
        where = "the embedded server (is chatserver serve running?)" if settings.redis is None else "Redis"
        raise OperatorFault(f"{where} cannot be reached") from None


async def _in_office(settings: Settings, act: Act) -> str:
    key = read_key(settings.key_path())
    servers = Servers(settings.redis or EmbeddedServer(settings.data_dir).url, settings.replicas)
    await servers.start()
    try:
        return await act(Office(Moderators(servers), Audit(servers, key, settings.data_dir)))
    finally:
        await servers.stop()


def invite(settings: Settings, name: str, role: Role, groups: frozenset[str]) -> Act:
    """Make an account and the link by which its person registers a passkey. Raises: OperatorFault."""
    if not name.strip() or len(name) > MAX_NAME_CHARS:
        raise OperatorFault(f"a name has 1 to {MAX_NAME_CHARS} characters")
    try:
        unknown = groups - slugs(settings.groups)
    except GroupFileError as fault:
        raise OperatorFault(str(fault)) from None
    if unknown:
        raise OperatorFault(f"no group has a file named {sorted(unknown)[0]}.toml")

    async def act(office: Office) -> str:
        account = await office.moderators.add(name, role, groups)
        if account is None:
            raise OperatorFault(f"{name} has an account already; chatserver moderators link lets them in again")
        await office.log("account.invited", account)
        token = await office.moderators.make_link(account, Scope.ENROL)
        return f"For {name}, once, within 7 days: {desk_url(settings, token)}"

    return act


def let_in(settings: Settings, name: str) -> Act:
    """Make a one-time link that signs in without a passkey: for whoever lost theirs."""

    async def act(office: Office) -> str:
        account = await office.named(name)
        await office.log("link.made", account)
        token = await office.moderators.make_link(account, Scope.FULL)
        return f"For {name}, once, within an hour: {desk_url(settings, token)}"

    return act


def revoke(name: str) -> Act:
    """End an account with all its passkeys, links and sessions."""

    async def act(office: Office) -> str:
        account = await office.named(name)
        await office.log("account.revoked", account)
        await office.moderators.revoke(account)
        return f"{name} has no account any more."

    return act


async def list_all(office: Office) -> str:
    """Give one line an account."""
    keys = (await office.moderators.passkeys()).values()
    lines = []
    for account in await office.moderators.all():
        count = sum(key.account == account.id for key in keys)
        where = ", ".join(sorted(account.groups)) or "every group"
        lines.append(f"{account.name}\t{account.role.value}\t{where}\t{count} passkey{'' if count == 1 else 's'}")
    return "\n".join(lines) or "There is no account yet."


async def first_link(settings: Settings, servers_url: str) -> str:
    """Give the address that lets whoever starts the server in, once: as the first lead, made when there is none."""

    async def act(office: Office) -> str:
        made = await office.moderators.add(FIRST, Role.LEAD, frozenset())
        account = made or await office.named(FIRST)
        await office.log("account.invited" if made else "link.made", account)
        return desk_url(settings, await office.moderators.make_link(account, Scope.FULL))

    return await _in_office(settings.model_copy(update={"redis": servers_url}), act)


async def verify_log(office: Office) -> str:
    """Say that the log is as it was written. Raises: OperatorFault naming the first entry that is not."""
    fault = await office.audit.verify()
    if fault is not None:
        raise OperatorFault(f"entry {fault.number} {fault.what}")
    count = (await office.audit.head()).count
    return (
        f"All {count} entries are as they were written, none is missing up to entry {office.audit.checkpoint().count}."
    )


async def show_log(office: Office) -> str:
    """Give one JSON object an entry, oldest first. Raises: OperatorFault."""
    try:
        entries = await office.audit.entries()
    except (ValueError, TypeError):
        raise OperatorFault("an entry cannot be read; chatserver audit verify says which") from None
    return "\n".join(json.dumps(_shown(entry)) for entry in entries)


def export_log(code: str) -> Act:
    """Give everything the log holds about one receipt, oldest first: one JSON object an entry, with its number. Raises:
    OperatorFault.
    """
    found = read_receipt(code)
    if found is None:
        raise OperatorFault("a receipt looks like 1-0000-0000-0000")

    async def act(office: Office) -> str:
        await verify_log(office)
        entries = await office.audit.entries()
        told = [(number, entry) for number, entry in enumerate(entries, 1) if entry.after.get("receipt") == found[1]]
        if not told:
            raise OperatorFault("no entry of the log has this receipt")
        return "\n".join(json.dumps({"number": number, **_shown(entry)}) for number, entry in told)

    return act


def _shown(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in asdict(entry).items() if value}


def print_staff(settings: Settings, act: Act) -> int:
    """Carry out one act, print what it says; gives the exit code."""
    sys.stdout.write(run_staff(settings, act) + "\n")
    return 0
