"""Tests of chatserver.store.duty, on a real server."""

from __future__ import annotations

import asyncio

from chatserver.core.duty import DUTY_MS
from chatserver.core.moderators import Account, Role
from chatserver.live.connection import now_ms
from chatserver.store.duty import Duty
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers

DEADLINE_S = 20


async def account(servers: Servers, name: str) -> Account:
    """Make an account."""
    made = await Moderators(servers).add(name, Role.MODERATOR, frozenset({"porch"}))
    assert made is not None
    return made


async def names(duty: Duty) -> list[str]:
    """Name who is on duty."""
    return [one.account.name for one in await duty.standing()]


async def test_who_said_so_is_on_duty_until_they_say_otherwise(servers: Servers) -> None:
    """Saying it twice changes nothing; everything of the account comes back."""
    duty, ada, bea = Duty(servers, now_ms), await account(servers, "Ada"), await account(servers, "Bea")
    assert [await duty.begin(bea), await duty.begin(ada), await duty.begin(ada)] == [True, True, False]
    assert [one.account for one in await duty.standing()] == [ada, bea]
    assert [await duty.end(ada.id), await duty.end(ada.id)] == [True, False]
    assert await names(duty) == ["Bea"]


async def test_duty_ends_when_nobody_renews_it_and_is_not_begun_by_renewing(servers: Servers) -> None:
    """By Redis' clock; an open desk keeps it, and cannot bring it back."""
    duty, ada = Duty(servers, now_ms), await account(servers, "Ada")
    short, long = Duty(servers, now_ms, ttl_ms=1), Duty(servers, now_ms, ttl_ms=2 * DUTY_MS)
    assert not await duty.stay(ada.id)
    assert await duty.begin(ada)
    before = (await duty.standing())[0].until_ms
    assert await long.stay(ada.id)
    assert (await duty.standing())[0].until_ms > before + DUTY_MS / 2
    await short.stay(ada.id)
    async with asyncio.timeout(DEADLINE_S):
        while await names(duty):
            pass
    assert not await duty.stay(ada.id)


async def test_a_revoked_account_is_on_duty_nowhere(servers: Servers) -> None:
    """Neither by what stood, nor by a desk that goes on."""
    duty, ada = Duty(servers, now_ms), await account(servers, "Ada")
    await duty.begin(ada)
    await Moderators(servers).revoke(ada)
    assert await names(duty) == []
    assert not await duty.stay(ada.id)
    assert not await duty.begin(ada)


async def test_whoever_listens_hears_of_coming_and_going(servers: Servers) -> None:
    """Not of renewing."""
    duty, ada, heard = Duty(servers, now_ms), await account(servers, "Ada"), asyncio.Semaphore(0)
    duty.listen(heard.release)
    async with asyncio.timeout(DEADLINE_S):
        await heard.acquire()  # hearing has begun
        await duty.begin(ada)
        await heard.acquire()
        await duty.stay(ada.id)
        await duty.end(ada.id)
        await heard.acquire()
    assert heard.locked()
