"""Members of a running house, and what each of them sees of the room."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

from chatserver.client import Member, Ticket, join
from tests.house import House
from tests.web.desks import Caller

DEADLINE_S = 10


async def seated(house: House, title: str = "Porch") -> Ticket:
    """Join a group."""
    return await asyncio.to_thread(join, house.url, house.group(title))


def view(events: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Give what somebody sees who has these events: position, words and fold of each message, in order of time."""
    shown: dict[str, dict[str, Any]] = {}
    for event in events:
        match event["ev"]:
            case "message":
                shown[event["pos"]] = dict(event)
            case "restored":
                shown[event["target"]] = dict(event["message"])
            case "removed":
                shown.pop(event["target"], None)
            case "folded" if event["target"] in shown:
                shown[event["target"]]["folded"] = {"why": event["why"]}
    ordered = sorted(shown.values(), key=lambda message: int(message["at"]))
    return [(m["pos"], m["text"], m.get("folded", {}).get("why")) for m in ordered]


async def caught_up(member: Member, pos: str) -> None:
    """Wait until a member has heard what stands at a position."""
    async with asyncio.timeout(DEADLINE_S):
        while member.state.pos != pos:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def until(member: Member, kind: str, /, **like: Any) -> dict[str, Any]:
    """Give the next event of a kind that has these fields."""
    while True:
        event = await member.wait_for(kind)
        if like.items() <= event.items():
            return event


async def heard_until(member: Member, kind: str) -> list[str]:
    """Give the kinds of all events a member has heard, up to the first of this kind."""
    heard: list[str] = []
    async with asyncio.timeout(DEADLINE_S):
        async for event in member.events():
            heard.append(event["ev"])
            if event["ev"] == kind:
                break
    return heard


@dataclass(frozen=True)
class Moderator:
    """One moderator's desk, awaited."""

    desk: Caller

    async def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        """Ask; gives status and answer."""
        return await asyncio.to_thread(self.desk.ask, path, body)

    async def ok(self, path: str, body: object = None) -> Any:
        """Ask what must succeed."""
        return await asyncio.to_thread(self.desk.ok, path, body)

    async def code(self, path: str, body: object = None) -> tuple[int, str]:
        """Ask what must be refused."""
        return await asyncio.to_thread(self.desk.code, path, body)

    async def act(self, case: str, act: str, **fields: object) -> Any:
        """Carry out an order about a case; gives the answer."""
        return await self.ok(f"cases/{case}/acts", {"act": act, "reason": "so and so", **fields})

    async def refused(self, case: str, act: str, **fields: object) -> tuple[int, str]:
        """Try what must be refused."""
        return await self.code(f"cases/{case}/acts", {"act": act, "reason": "so and so", **fields})

    async def case_of(self, member: Member, frame: dict[str, Any], **like: object) -> str:
        """Let a member call the moderators; gives the new case, claimed."""
        words = frame.get("words") or f"words {secrets.token_hex(4)}"
        await member.send({**frame, "words": words})
        await member.wait_for("received")
        case = await self._new(words, like)
        await self.ok(f"cases/{case}/claim", {})
        return case

    async def _new(self, words: str, like: dict[str, object]) -> str:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                for case in await asyncio.to_thread(self.desk.cases):
                    if like.items() <= case.items() and case["claim"] is None:
                        looked = await self.ok(f"cases/{case['id']}")
                        if looked["words"] == words:
                            return str(case["id"])
                await asyncio.sleep(0.02)
