"""The pager: calls out danger that nobody has, step by step (chatserver.core.paging).

Promises: while Redis answers and one node lives, every step is done within seconds of its time, by one node; one that
dies in the middle is followed by another after the lease, with the same delivery id, so at least once. Leads are paged
by their own desks, which see the same times (chatserver.web.deskdoor): here that is only written down. What fails is
counted and shown. Knows no words: a case's go nowhere from here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Iterable

from chatserver.core.errors import StoreUnavailable
from chatserver.core.groups import Group
from chatserver.core.metrics import Tally
from chatserver.core.paging import ON_CALL, Look, Progress, Step, delivery_id, due, failed, next_look_ms, succeeded
from chatserver.live.oncall import CallFailed, Webhook, call
from chatserver.store.audit import Audit
from chatserver.store.pages import Pages

_log = logging.getLogger(__name__)

BEAT_S = 1.0
ALARM = "oncall"
HOUSE = "house"
"""Who the log names for what happened by itself."""


def call_body(look: Look, slug: str) -> bytes:
    """Give what whoever is on call is told: which case, of which group, how urgent, how old; no text, no handle."""
    case = look.case
    return json.dumps(
        {
            "event": "unclaimed_danger",
            "case": case.id,
            "group": slug,
            "level": case.flag.level,
            "age_s": (look.now_ms - case.opened_at_ms) // 1000,
            "sent_at": look.now_ms,
        }
    ).encode()


class Pager:
    """The pager of one node. Without a webhook the second step is only written down, and leads see it."""

    def __init__(
        self, pages: Pages, webhook: Webhook | None, audit: Audit, groups: Iterable[Group], tally: Tally
    ) -> None:
        self._pages, self._webhook, self._audit, self._tally = pages, webhook, audit, tally
        self._slugs = {str(group.id): group.slug for group in groups}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                looks = await self._pages.take()
                for fault in await asyncio.gather(*(self._follow(look) for look in looks), return_exceptions=True):
                    if isinstance(fault, BaseException):
                        raise fault
            except StoreUnavailable:
                pass  # whoever looks next finds the same
            except Exception as fault:  # the named edge: one bad case must not end the paging of all
                _log.error("paging failed: %s", type(fault).__name__, exc_info=fault)
            await asyncio.sleep(BEAT_S)

    async def _follow(self, look: Look) -> None:
        step, progress = due(look), look.progress
        if step is not None:
            progress = await self._do(look, step)
        await self._pages.keep(look.case.id, progress, next_look_ms(progress, look.now_ms, random.random()))  # noqa: S311 (no secret)

    async def _do(self, look: Look, step: Step) -> Progress:
        if step == ON_CALL and self._webhook is not None:
            return await self._call(look, self._webhook)
        await self._note(look, "case.paged", {"step": int(step)})
        return succeeded(look.progress, step)

    async def _call(self, look: Look, webhook: Webhook) -> Progress:
        body = call_body(look, self._slugs.get(look.case.group, ""))
        try:
            await call(webhook, delivery_id(look), look.now_ms // 1000, body)
        except CallFailed as fault:
            return await self._failed(look, str(fault))
        await self._pages.calm(ALARM)
        await self._note(look, "oncall.called", {"step": int(ON_CALL)})
        return succeeded(look.progress, ON_CALL)

    async def _failed(self, look: Look, why: str) -> Progress:
        self._tally.add("webhook_failures")
        progress = failed(look.progress)
        _log.warning("calling whoever is on call failed: %s; try %d", why, progress.tries)
        await self._pages.alarm(ALARM, why)
        if progress.done == ON_CALL:
            await self._note(look, "oncall.given_up", {"why": why})
        return progress

    async def _note(self, look: Look, act: str, after: dict[str, object]) -> None:
        await self._audit.append(HOUSE, act, look.case.id, case=look.case.id, after=after)
