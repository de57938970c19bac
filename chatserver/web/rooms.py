"""The rooms a moderator looks after, over HTTP (docs/desk.md): how many are in each, and what calms it.

Promises: nobody hears of a group that is not theirs; counts, never who. Looking is no entry of the log: nothing anybody
said is in it. What is done about a room is done elsewhere (web.acts).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.groups import Group
from chatserver.core.moderators import Account
from chatserver.store.acts import Acts, Scope
from chatserver.store.members import Members
from chatserver.store.scene import Scenes
from chatserver.web.desk import Desk

MAX_ROOMS = 100  # of one group: two short reads each; seats are filled from the first room on

Fields = dict[str, object]


class RoomsApi:
    """The request about rooms. `groups` are this house's."""

    def __init__(
        self,
        desk: Desk,
        members: Members,
        scenes: Scenes,
        acts: Acts,
        *,
        groups: Iterable[Group],
        now_ms: Callable[[], int],
    ) -> None:
        self._desk, self._members, self._scenes, self._acts = desk, members, scenes, acts
        self._groups, self._now_ms = tuple(groups), now_ms

    def routes(self) -> list[Route]:
        """Give the route."""
        return [Route("/desk/api/rooms", self._desk.only(self._list))]

    async def _list(self, _: Request, account: Account) -> Response:
        mine = [group for group in self._groups if account.may_moderate(group.slug)]
        return JSONResponse({"groups": await asyncio.gather(*(self._group(group) for group in mine))})

    async def _group(self, group: Group) -> Fields:
        count = await self._members.rooms(group)
        numbers = range(1, min(count, MAX_ROOMS) + 1)
        here, calms = await asyncio.gather(
            self._scenes.here(((str(group.id), number) for number in numbers), self._now_ms()),
            asyncio.gather(*(self._acts.calm(Scope(group, number)) for number in numbers)),
        )
        rooms = [
            {"number": number, "here": len(here[str(group.id), number]), **calm.fields()}
            for number, calm in zip(numbers, calms, strict=True)
        ]
        return {"slug": group.slug, "title": group.title, "rooms": rooms, "more": count - len(rooms)}
