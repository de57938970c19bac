"""Accounts, passkeys, one-time links and sessions of moderators, in Redis, under the hash tag `{desk}`.

Promises: a link and a ceremony are good once; of tokens only hashes are kept, so that a dump of Redis lets nobody in;
revoking an account ends its links and sessions with the same step, since each is looked up together with it. Every
method waits on the network and raises StoreUnavailable when it is away. Knows no cookie and no WebAuthn.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import msgpack

from chatserver.core.moderators import Account, AccountId, Passkey, Role, Scope, Visit
from chatserver.store.servers import Servers

TAG = "desk"
_ROOT = "{desk}:"
INVITE_S = 7 * 86_400  # a volunteer may be away for a weekend
LINK_S = 3_600  # the way in when a passkey is lost: used at once or not at all
SESSION_S = 12 * 3_600  # one long shift; the longest the desk's issue allows
CEREMONY_S = 300  # between asking for a passkey and the finger on it


@dataclass(frozen=True, slots=True, repr=False)
class Ceremony:
    """A registration or a sign-in under way; `account` is None while nobody knows who is signing in."""

    challenge: bytes
    account: AccountId | None


class Moderators:
    """The keeper of accounts."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def add(self, name: str, role: Role, groups: frozenset[str]) -> Account | None:
        """Make an account; None when the name is taken."""
        account = Account(AccountId(secrets.token_hex(8)), name, role, groups)
        taken = await self._call("HSETNX", "names", name, account.id)
        if not taken:
            return None
        await self._call("HSET", "accounts", account.id, pack_account(account))
        return account

    async def all(self) -> list[Account]:
        """List every account, by name."""
        flat = await self._call("HGETALL", "accounts")
        pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
        return sorted((unpack_account(key.decode(), packed) for key, packed in pairs), key=lambda account: account.name)

    async def named(self, name: str) -> Account | None:
        """Find an account by its name."""
        found = await self._call("HGET", "names", name)
        return await self.find(AccountId(found.decode())) if found else None

    async def find(self, account: AccountId) -> Account | None:
        """Find an account by its id; None once it is revoked."""
        packed = await self._call("HGET", "accounts", account)
        return unpack_account(account, packed) if packed else None

    async def revoke(self, account: Account) -> None:
        """End an account: its passkeys, links and sessions open nothing any more, and it is not on duty."""
        await self._call("HDEL", "accounts", account.id)
        await self._servers.fcall(TAG, "alongside_off_duty", 1, _ROOT, account.id)
        await self._call("HDEL", "names", account.name)
        for credential, passkey in (await self.passkeys()).items():
            if passkey.account == account.id:
                await self._call("HDEL", "passkeys", credential)

    async def make_link(self, account: Account, scope: Scope) -> str:
        """Give the token of a one-time link."""
        token = secrets.token_urlsafe(32)
        life_s = INVITE_S if scope is Scope.ENROL else LINK_S
        await self._set("link:" + _hashed(token), [account.id, scope.value], life_s)
        return token

    async def redeem_link(self, token: str) -> Visit | None:
        """Use a one-time link up; None when it is unknown, used, too old or its account is gone."""
        return await self._visit(await self._call("GETDEL", "link:" + _hashed(token)))

    async def open_session(self, account: AccountId, scope: Scope) -> str:
        """Give the token of a new session of at most SESSION_S."""
        token = secrets.token_urlsafe(32)
        await self._set("session:" + _hashed(token), [account, scope.value], SESSION_S)
        return token

    async def session(self, token: str) -> Visit | None:
        """Find whose session this is; None when it is over."""
        return await self._visit(await self._call("GET", "session:" + _hashed(token)))

    async def end_session(self, token: str) -> None:
        """End a session."""
        await self._call("DEL", "session:" + _hashed(token))

    async def begin(self, challenge: bytes, account: AccountId | None) -> str:
        """Remember a ceremony's challenge; gives the name by which it is finished."""
        name = secrets.token_urlsafe(16)
        await self._set("ceremony:" + name, [challenge, account], CEREMONY_S)
        return name

    async def finish(self, name: str) -> Ceremony | None:
        """Use a ceremony up; None when it is unknown, used or too old."""
        packed = await self._call("GETDEL", "ceremony:" + name)
        return Ceremony(*msgpack.unpackb(packed)) if packed else None

    async def passkeys(self) -> dict[str, Passkey]:
        """List every passkey by its credential id (base64url)."""
        flat = await self._call("HGETALL", "passkeys")
        pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
        return {key.decode(): Passkey(*msgpack.unpackb(packed)) for key, packed in pairs}

    async def passkey(self, credential: str) -> Passkey | None:
        """Find one passkey."""
        packed = await self._call("HGET", "passkeys", credential)
        return Passkey(*msgpack.unpackb(packed)) if packed else None

    async def keep_passkey(self, credential: str, passkey: Passkey) -> None:
        """Keep a passkey, or its new count."""
        packed = msgpack.packb([passkey.account, passkey.public_key, passkey.sign_count])
        await self._call("HSET", "passkeys", credential, packed)

    async def _visit(self, packed: bytes | None) -> Visit | None:
        if packed is None:
            return None
        known, scope = msgpack.unpackb(packed)
        account = await self.find(AccountId(known))
        return Visit(account, Scope(scope)) if account else None

    async def _set(self, key: str, value: object, life_s: int) -> None:
        await self._call("SET", key, msgpack.packb(value), "EX", life_s)

    async def _call(self, command: str, key: str, *args: bytes | str | int) -> Any:
        return await self._servers.call(TAG, command, _ROOT + key, *args)


def pack_account(account: Account) -> bytes:
    """Give an account without its id, as `unpack_account` takes it."""
    packed: bytes = msgpack.packb({"name": account.name, "role": account.role.value, "groups": sorted(account.groups)})
    return packed


def unpack_account(account: str, packed: bytes) -> Account:
    """Give the account that `pack_account` packed."""
    fields = msgpack.unpackb(packed)
    return Account(AccountId(account), fields["name"], Role(fields["role"]), frozenset(fields["groups"]))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
