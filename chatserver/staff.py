"""`chatserver moderators`: invite, list, let in, revoke. What an operator does to accounts, from the machine itself.

Promises: a fault is one sentence and exit code 1, and then nothing has changed; a link is printed once and kept nowhere
but as a hash. Works beside a running server, on the same Redis. Knows no HTTP.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from chatserver.core.errors import StoreUnavailable, StoreUnfit
from chatserver.core.moderators import MAX_NAME_CHARS, Account, Role, Scope
from chatserver.groups import GroupFileError, slugs
from chatserver.settings import Settings
from chatserver.store.embedded import EmbeddedServer
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers

FIRST = "first lead"
"""The account of whoever starts the server for the first time; its link is printed at every start."""


class StaffFault(Exception):
    """Something an operator can mend, in one sentence."""


def desk_url(settings: Settings, token: str = "") -> str:
    """Give the desk's address; a token goes into the fragment, which no browser sends.

    The first of `--origins` where there is one: that is where people come. Passkeys belong to a name, not to a number,
    so this machine is called localhost.
    """
    host = "localhost" if settings.host in ("127.0.0.1", "::1", "0.0.0.0", "::") else settings.host  # noqa: S104 (read)
    base = settings.origins[0].rstrip("/") if settings.origins else f"http://{host}:{settings.port}"
    return f"{base}/desk" + (f"#{token}" if token else "")


def run_staff(settings: Settings, act: Callable[[Moderators], Awaitable[str]]) -> str:
    """Carry out one act and give what to print. Raises: StaffFault."""
    try:
        return asyncio.run(_with_moderators(settings, act))
    except StoreUnfit as fault:
        raise StaffFault(str(fault)) from None
    except StoreUnavailable:
        where = "the embedded server (is chatserver serve running?)" if settings.redis is None else "Redis"
        raise StaffFault(f"{where} cannot be reached") from None


async def _with_moderators(settings: Settings, act: Callable[[Moderators], Awaitable[str]]) -> str:
    servers = Servers(settings.redis or EmbeddedServer(settings.data_dir).url, settings.replicas)
    await servers.start()
    try:
        return await act(Moderators(servers))
    finally:
        await servers.stop()


def invite(settings: Settings, name: str, role: Role, groups: frozenset[str]) -> Callable[[Moderators], Awaitable[str]]:
    """Make an account and the link by which its person registers a passkey. Raises: StaffFault."""
    if not name.strip() or len(name) > MAX_NAME_CHARS:
        raise StaffFault(f"a name has 1 to {MAX_NAME_CHARS} characters")
    try:
        unknown = groups - slugs(settings.groups)
    except GroupFileError as fault:
        raise StaffFault(str(fault)) from None
    if unknown:
        raise StaffFault(f"no group has a file named {sorted(unknown)[0]}.toml")

    async def act(moderators: Moderators) -> str:
        account = await moderators.add(name, role, groups)
        if account is None:
            raise StaffFault(f"{name} has an account already; chatserver moderators link lets them in again")
        token = await moderators.make_link(account, Scope.ENROL)
        return f"For {name}, once, within 7 days: {desk_url(settings, token)}"

    return act


def let_in(settings: Settings, name: str) -> Callable[[Moderators], Awaitable[str]]:
    """Make a one-time link that signs in without a passkey: for whoever lost theirs."""

    async def act(moderators: Moderators) -> str:
        token = await moderators.make_link(await _named(moderators, name), Scope.FULL)
        return f"For {name}, once, within an hour: {desk_url(settings, token)}"

    return act


def revoke(name: str) -> Callable[[Moderators], Awaitable[str]]:
    """End an account with all its passkeys, links and sessions."""

    async def act(moderators: Moderators) -> str:
        await moderators.revoke(await _named(moderators, name))
        return f"{name} has no account any more."

    return act


async def list_all(moderators: Moderators) -> str:
    """Give one line an account."""
    keys = (await moderators.passkeys()).values()
    lines = []
    for account in await moderators.all():
        count = sum(key.account == account.id for key in keys)
        where = ", ".join(sorted(account.groups)) or "every group"
        lines.append(f"{account.name}\t{account.role.value}\t{where}\t{count} passkey{'' if count == 1 else 's'}")
    return "\n".join(lines) or "There is no account yet."


async def first_link(settings: Settings, servers_url: str) -> str:
    """Give the address that lets whoever starts the server in, once: as the first lead, made when there is none."""

    async def act(moderators: Moderators) -> str:
        account = await moderators.named(FIRST) or await moderators.add(FIRST, Role.LEAD, frozenset())
        if account is None:  # another machine was quicker by a moment
            account = await _named(moderators, FIRST)
        return desk_url(settings, await moderators.make_link(account, Scope.FULL))

    return await _with_moderators(settings.model_copy(update={"redis": servers_url}), act)


async def _named(moderators: Moderators, name: str) -> Account:
    account = await moderators.named(name)
    if account is None:
        raise StaffFault(f"nobody called {name} has an account")
    return account


def print_staff(settings: Settings, act: Callable[[Moderators], Awaitable[str]]) -> int:
    """Carry out one act, print what it says; gives the exit code."""
    sys.stdout.write(run_staff(settings, act) + "\n")
    return 0
