"""Following one room's record on this node: what is heard is passed on when it follows directly, else the record is
read.

Promises: every event after the first reading is passed on once, in the order of the record, or `on_lost` says that this
is another record now. At most one reading at a time, and one more when asked meanwhile. Knows no socket.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from chatserver.core.errors import StoreUnavailable
from chatserver.core.messages import Event, Position
from chatserver.core.metrics import Tally
from chatserver.core.timeline import Step, Timeline
from chatserver.store.rooms import PAGE_EVENTS, Page, RoomRecord

_log = logging.getLogger(__name__)

MAX_EARLY = 1_000  # what is heard while the record is first read; more than that is simply read again
OPEN_TIMEOUT_S = 5.0


class Following:
    """Where this node stands in a record. `on_begin` reads what else must be known before the first event is passed to
    `on_event`; it may raise StoreUnavailable.
    """

    def __init__(
        self,
        record: RoomRecord,
        tally: Tally,
        *,
        on_begin: Callable[[], Awaitable[None]],
        on_event: Callable[[Event], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._record, self._tally = record, tally
        self._on_begin, self._on_event, self._on_lost = on_begin, on_event, on_lost
        self._timeline: Timeline | None = None
        self._early: list[Event] = []
        self._reading: asyncio.Task[None] | None = None
        self._read_again = False
        self._opened = asyncio.Event()
        self.holes = 0
        """How often the record had to be read because pub/sub skipped something."""

    async def opened(self) -> None:
        """Wait until the record is followed. Raises: StoreUnavailable after OPEN_TIMEOUT_S."""
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                await self._opened.wait()
        except TimeoutError:
            raise StoreUnavailable from None

    def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()

    @property
    def pos(self) -> Position | None:
        """Where this node stands; None before the first reading."""
        return None if self._timeline is None else self._timeline.pos

    def since(self, after: Position | None) -> tuple[list[Event], bool] | None:
        """Give the events after a position and whether nothing is missing; None when the record must be read."""
        assert self._timeline is not None
        events = self._timeline.since(after)
        if events is None:
            return None
        return events, self._timeline.is_whole if after is None else True

    def drop_before(self, oldest_ms: int) -> None:
        """Forget what is older than the group keeps."""
        if self._timeline is not None:
            self._timeline.drop_before(oldest_ms)

    def offer(self, event: Event) -> None:
        """Take one event that was heard: passed on, known already, or a sign that something is missing."""
        if self._timeline is None:
            if len(self._early) < MAX_EARLY:
                self._early.append(event)
            else:
                self._read_again = True
            return
        match self._timeline.offer(event):
            case Step.TAKEN:
                self._on_event(event)
            case Step.HOLE:
                self.holes += 1
                self._tally.add("holes")
                self.refresh()
            case Step.KNOWN:
                pass

    def refresh(self) -> None:
        """Read the record from where this node stands; once more when it is being read already."""
        if self._reading is not None:
            self._read_again = True
            return
        self._reading = asyncio.get_running_loop().create_task(self._read())
        self._reading.add_done_callback(self._read_done)

    def _read_done(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("room %s: reading failed", self._record.tag, exc_info=fault)
        if self._read_again and not task.cancelled():
            self._read_again = False
            self.refresh()

    async def _read(self) -> None:
        try:
            if self._timeline is None:
                await self._read_first()
            else:
                await self._read_on(self._timeline)
        except StoreUnavailable:
            return  # the subscription calls again when Redis is back, and the hub looks every few seconds

    async def _read_first(self) -> None:
        page = await self._record.read(None)
        await self._on_begin()
        self._timeline = self._begin(page)
        early, self._early = self._early, []
        for event in early:
            self.offer(event)
        self._opened.set()

    @staticmethod
    def _begin(page: Page) -> Timeline:
        if len(page.events) >= PAGE_EVENTS:
            return Timeline(page.mark)
        first = page.events[0].prev if page.events else page.mark
        timeline = Timeline(first, is_from_beginning=True, is_whole=page.is_whole)
        timeline.extend(page.events)
        timeline.pos = page.mark
        return timeline

    async def _read_on(self, timeline: Timeline) -> None:
        while True:
            page = await self._record.read(timeline.pos)
            if not page.is_whole:
                self._timeline = self._begin(page)
                self._on_lost()
                return
            for event in timeline.extend(page.events):
                self._on_event(event)
            if len(page.events) < PAGE_EVENTS:
                return
