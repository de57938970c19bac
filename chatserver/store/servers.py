"""Which server holds a key: one server, a Sentinel's primary, or the shards of a cluster, behind one face.

Promises: `link(tag)` is the live, ordered link to the primary that holds everything with this hash tag, or
StoreUnavailable. A lost link, a moved slot and a primary that became a replica all end in the same step: look again
where the slots are, connect, load the functions, subscribe again, tell the listeners. Redis older than 7, or without
functions, is StoreUnfit at start. Knows no function by name (chatserver.store.libraries does) and nothing of rooms.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from binascii import crc_hqx
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import hiredis

from chatserver.core.errors import StoreUnavailable, StoreUnfit
from chatserver.core.metrics import Tally
from chatserver.store.libraries import Libraries, read_libraries
from chatserver.store.link import Address, ConnectionLost, Link, open_link
from chatserver.store.place import NEEDED, read_url, refused, refused_tls
from chatserver.store.sentinels import primary_of
from chatserver.store.subscriptions import Subscriptions

_log = logging.getLogger(__name__)

SLOTS = 16384  # Redis Cluster specification
RETRY_FIRST_S, RETRY_LONGEST_S = 0.05, 1.0
REPLICA_LOOK_S = 5.0
CALL_TIMEOUT_S = 1.8  # whoever asks hears something within 2 s
OLDEST_MAJOR = 7  # Functions and sharded pub/sub came with Redis 7.0


def slot_of(tag: str) -> int:
    """Give the slot of a cluster to which all keys with this hash tag belong (specification, "Key distribution
    model": CRC-16/XMODEM of it).
    """
    return crc_hqx(tag.encode(), 0) % SLOTS


@dataclass(frozen=True, slots=True)
class Shard:
    """One primary and the slots it answers for, ends included."""

    address: Address
    first: int
    last: int


class Servers:
    """The live links. Start it once; after that it mends itself until stopped. `libraries`: what is loaded; None is the
    packaged ones.
    """

    def __init__(
        self,
        url: str,
        replicas: int | None = None,
        tally: Tally | None = None,
        *,
        libraries: Libraries | None = None,
    ) -> None:
        self._tally = tally
        self._place = read_url(url)
        self._replicas = replicas
        self._links: dict[Address, Link] = {}
        self._slots: list[Shard] = []
        # The link that serves every slot, once asked for: hashing an address for each post costs more than packing it.
        self._only: Link | None = None
        self.subscriptions = Subscriptions(self.link, self.look_again)
        self._mend = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._bugs: set[type[Exception]] = set()
        self._libraries = libraries or read_libraries()
        self.on_link: Callable[[Link], None] | None = None
        self.mended = 0
        """How often links were made, the first time included."""

    async def start(self) -> None:
        """Connect everywhere once. Raises: StoreUnfit (cannot serve), StoreUnavailable (cannot be reached)."""
        try:
            await self._connect_all()
        except (OSError, TimeoutError, hiredis.ReplyError) as fault:
            raise StoreUnavailable from fault
        self._task = asyncio.create_task(self._keep_mended())

    async def stop(self) -> None:
        """Close every link."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for link in list(self._links.values()):
            link.close()

    @property
    def is_ready(self) -> bool:
        """Whether every slot has a live link."""
        return bool(self._slots) and all(
            (link := self._links.get(s.address)) is not None and link.is_open for s in self._slots
        )

    def link(self, tag: str) -> Link:
        """Give the link to the primary of this hash tag. Raises: StoreUnavailable."""
        only = self._only
        if only is not None and only.is_open:
            return only
        slots = self._slots
        if len(slots) == 1:
            found = self._only = self._links.get(slots[0].address)
        else:
            slot = slot_of(tag)
            found = next((self._links.get(s.address) for s in slots if s.first <= slot <= s.last), None)
        if found is None or not found.is_open:
            raise StoreUnavailable
        return found

    def function(self, name: str) -> str:
        """Give the name under which a function of ours is called."""
        return self._libraries.functions[name]

    async def fcall(self, tag: str, function: str, keys: int, *args: bytes | str | int) -> Any:
        """Call one function of ours, whose first `keys` arguments are keys, as `call`."""
        return await self.call(tag, "FCALL", self.function(function), keys, *args)

    async def call(self, tag: str, *args: bytes | str | int) -> Any:
        """Send one command to the primary of `tag` and wait. Raises: StoreUnavailable within 2 s, or the error
        reply.
        """
        try:
            async with asyncio.timeout(CALL_TIMEOUT_S):
                return await self.link(tag).call(*args)
        except (ConnectionLost, TimeoutError):
            raise StoreUnavailable from None
        except hiredis.ReplyError as fault:
            if self.is_misplaced(fault):
                raise StoreUnavailable(0.5) from None
            raise

    def is_misplaced(self, fault: Exception) -> bool:
        """Tell whether an error reply means "ask another server"; if so the search has begun."""
        moved = str(fault).startswith(("MOVED", "ASK", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "LOADING", "NOREPLICAS"))
        missing = "Function not found" in str(fault)
        if moved or missing:
            self.look_again(drop=missing or str(fault).startswith("READONLY"))
        return moved or missing

    def look_again(self, *, drop: bool = False) -> None:
        """Look now at which servers there are and how many replicas follow them; `drop`: on new links."""
        if drop:
            for link in list(self._links.values()):
                link.close()
        self._mend.set()

    def _lost(self, link: Link) -> None:
        self.subscriptions.lost(link)
        self._mend.set()

    async def _keep_mended(self) -> None:
        pause = RETRY_FIRST_S
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REPLICA_LOOK_S):
                    await self._mend.wait()
            self._mend.clear()
            try:
                await self._connect_all()
                pause = RETRY_FIRST_S
                continue
            except (OSError, TimeoutError, hiredis.ReplyError, StoreUnfit) as fault:
                _log.warning("redis away: %s; next try in %.2f s", type(fault).__name__, pause)
            except Exception as fault:  # the named edge: without this task a lost link would be lost for good
                self._log_bug(fault)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_LONGEST_S)
            self._mend.set()

    def _log_bug(self, fault: Exception) -> None:
        """Once a kind: what fails again every second must not fill the log."""
        if type(fault) not in self._bugs:
            self._bugs.add(type(fault))
            _log.error("looking for redis failed: %s", type(fault).__name__, exc_info=fault)

    async def _connect_all(self) -> None:
        shards = await self._discover()
        for address in {shard.address for shard in shards}:
            await self._look_at_role(await self._linked(address))
        self._slots, self._only = shards, None
        for address in set(self._links) - {shard.address for shard in shards}:
            self._links.pop(address).close()
        self.subscriptions.stand()

    async def _discover(self) -> list[Shard]:
        place = self._place
        if place.service is not None:
            return [Shard(await primary_of(place), 0, SLOTS - 1)]
        fault: Exception = OSError()
        for address in [s.address for s in self._slots] + list(place.addresses):
            try:
                link = await self._linked(address)
                if link.hello.get("mode") != "cluster":
                    return [Shard(address, 0, SLOTS - 1)]
                return shards_of(address, await link.call("CLUSTER", "SLOTS"))
            except (OSError, TimeoutError, hiredis.ReplyError) as failed:
                fault = failed
        raise fault

    async def _linked(self, address: Address) -> Link:
        """Gives the link to a server, made anew when there is none."""
        link = self._links.get(address)
        if link is None or not link.is_open:
            link = self._links[address] = await self._open(address)
            self.mended += 1
            if self.on_link is not None:
                self.on_link(link)
        return link

    async def _open(self, address: Address) -> Link:
        link = await self._reach(address)
        if self._tally is not None:
            link.count_in(self._tally)
        try:
            _check_version(link.hello)
            for source in self._libraries.sources.values():
                try:
                    await link.call("FUNCTION", "LOAD", source)
                except hiredis.ReplyError as fault:
                    # A replica gets them from its primary; and this version may be there already.
                    if not str(fault).startswith("READONLY") and not str(fault).endswith("already exists"):
                        raise StoreUnfit(f"this Redis cannot load functions: {str(fault)[:80]}") from None
        except BaseException:
            link.close()
            raise
        return link

    async def _reach(self, address: Address) -> Link:
        """Connects; what no second try can mend is StoreUnfit."""
        try:
            return await open_link(address, self.subscriptions.pushed, self._lost)
        except ssl.SSLError as fault:
            raise refused_tls(address, fault) from None
        except hiredis.ReplyError as fault:
            raise refused(address, str(fault)) from None

    async def _look_at_role(self, link: Link) -> None:
        role = await link.call("ROLE")
        if role[0] != b"master":
            link.close()
            raise OSError("not a primary")
        replicas = len(role[2]) if self._replicas is None else self._replicas
        if replicas and (link.aside is None or not link.aside.is_open):
            link.aside = await open_link(link.address, self.subscriptions.pushed, lambda _: self._mend.set())
        link.replicas = replicas


def shards_of(asked: Address, slots: Sequence[Any]) -> list[Shard]:
    """Give the shards as CLUSTER SLOTS lists them. Raises: OSError when they do not cover every slot."""
    shards = []
    for first, last, primary, *_ in slots:
        host = primary[0].decode() if primary[0] else asked.host
        shards.append(Shard(replace(asked, host=host, port=int(primary[1]), path=None), int(first), int(last)))
    if sum(s.last - s.first + 1 for s in shards) != SLOTS:
        raise OSError("the cluster does not cover every slot")
    return shards


def _check_version(hello: dict[str, Any]) -> None:
    version = str(hello.get("version", "0"))
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        raise StoreUnfit(f"Redis {version} is too old: {NEEDED}")
