"""Tests of chatserver.live.chores: what nobody awaits is done all the same, and no fault of it is lost."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from chatserver.core.errors import StoreUnavailable
from chatserver.live.chores import Chores

DEADLINE_S = 5


async def test_what_nobody_holds_is_done_though_garbage_is_collected() -> None:
    """The loop holds a task only weakly while it waits for something that nobody else holds either."""
    found: list[weakref.ref[asyncio.Event]] = []
    done = asyncio.Event()

    async def work() -> None:
        alone = asyncio.Event()
        found.append(weakref.ref(alone))
        await alone.wait()
        done.set()

    chores = Chores("the test")
    chores.begin(work())
    await asyncio.sleep(0)
    gc.collect()
    waited_for = found[0]()
    assert waited_for is not None, "the task was collected"
    waited_for.set()
    async with asyncio.timeout(DEADLINE_S):
        await done.wait()


@pytest.mark.parametrize(
    ("fault", "told"), [(ValueError("words"), ["the test: a task failed: ValueError"]), (StoreUnavailable(), [])]
)
async def test_a_bug_is_logged_by_its_kind_and_redis_away_is_not(
    caplog: pytest.LogCaptureFixture, fault: Exception, told: list[str]
) -> None:
    """Nothing of what it was about stands in the line."""
    over = asyncio.Event()

    async def work() -> None:
        over.set()
        raise fault

    chores = Chores("the test")
    chores.begin(work())
    async with asyncio.timeout(DEADLINE_S):
        await over.wait()
        await asyncio.sleep(0)  # its callback has its turn
    assert [record.getMessage() for record in caplog.records] == told
