"""Tests of chatserver.store.moderators, on a real server."""

from __future__ import annotations

import pytest

from chatserver.core.moderators import Account, Passkey, Role, Scope, Visit
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers


@pytest.fixture
def moderators(servers: Servers) -> Moderators:
    """The keeper of accounts."""
    return Moderators(servers)


async def make(moderators: Moderators, name: str = "Ada") -> Account:
    """Make an account."""
    account = await moderators.add(name, Role.MODERATOR, frozenset({"grief"}))
    assert account is not None
    return account


async def test_an_account_is_found_as_it_was_made_and_its_name_is_taken(moderators: Moderators) -> None:
    """By id and by name; a second one of that name is refused."""
    ada = await make(moderators)
    assert await moderators.find(ada.id) == await moderators.named("Ada") == ada
    assert await moderators.add("Ada", Role.LEAD, frozenset()) is None
    assert await moderators.all() == [ada]


async def test_a_link_opens_once(moderators: Moderators) -> None:
    """With its scope; a token nobody made opens nothing."""
    ada = await make(moderators)
    token = await moderators.make_link(ada, Scope.ENROL)
    assert await moderators.redeem_link("x" * 43) is None
    assert await moderators.redeem_link(token) == Visit(ada, Scope.ENROL)
    assert await moderators.redeem_link(token) is None


async def test_everything_ends_when_an_account_is_revoked(moderators: Moderators) -> None:
    """Links, sessions and passkeys; another account's stay."""
    ada, bea = await make(moderators), await make(moderators, "Bea")
    link, session = await moderators.make_link(ada, Scope.FULL), await moderators.open_session(ada.id, Scope.FULL)
    for name, account in (("a", ada), ("b", bea)):
        await moderators.keep_passkey(name, Passkey(account.id, b"key", 0))
    assert await moderators.session(session) == Visit(ada, Scope.FULL)
    await moderators.revoke(ada)
    assert await moderators.session(session) is None
    assert await moderators.redeem_link(link) is None
    assert list(await moderators.passkeys()) == ["b"]
    assert await moderators.named("Ada") is None


async def test_a_ceremony_is_finished_once(moderators: Moderators) -> None:
    """It remembers its challenge, and whose it is."""
    ada = await make(moderators)
    name = await moderators.begin(b"challenge", ada.id)
    ceremony = await moderators.finish(name)
    assert ceremony is not None
    assert (ceremony.challenge, ceremony.account) == (b"challenge", ada.id)
    assert await moderators.finish(name) is None


async def test_no_token_is_kept_and_what_lets_in_expires(servers: Servers, moderators: Moderators) -> None:
    """A full dump of Redis lets nobody in: only hashes stand there."""
    ada = await make(moderators)
    link, session = await moderators.make_link(ada, Scope.FULL), await moderators.open_session(ada.id, Scope.FULL)
    await moderators.begin(b"challenge", None)
    keys = [key.decode() for key in await servers.call("desk", "KEYS", "*")]
    assert not any(link in key or session in key for key in keys)
    lives = {key.split(":")[1]: await servers.call("desk", "TTL", key) for key in keys}
    assert 0 < lives["link"] <= 3_600
    assert 0 < lives["session"] <= 12 * 3_600
    assert 0 < lives["ceremony"] <= 300


def test_a_moderator_sees_the_cases_of_its_groups_alone() -> None:
    """An empty list is every group; an operator moderates nothing."""
    ada = Account("a", "Ada", Role.MODERATOR, frozenset({"grief"}))  # type: ignore[arg-type] # an id
    assert ada.may_moderate("grief")
    assert not ada.may_moderate("anxiety")
    assert Account("b", "Bea", Role.LEAD, frozenset()).may_moderate("anxiety")  # type: ignore[arg-type] # an id
    assert not Account("c", "Cy", Role.OPS, frozenset()).may_moderate("grief")  # type: ignore[arg-type] # an id
    assert "Ada" not in repr(ada)
