"""Every route below /desk and /ops, asked as everybody who may come: let through or refused as it should be.

The routes are the application's own list: one without a row here fails. What is refused, or comes from another site's
page, changes nothing of cases, claims, rooms, sanctions, letters and the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route, WebSocketRoute

from chatserver.app import Node
from chatserver.client import Member, join
from chatserver.core.moderators import Role, Scope
from chatserver.groups import load_groups
from chatserver.live.guard import Guard
from chatserver.live.neighbours import Place
from chatserver.live.pager import HOUSE
from chatserver.settings import Settings
from chatserver.sides import Common
from chatserver.store.audit import Audit
from chatserver.store.servers import Servers
from chatserver.web.pages import Pages
from tests.house import House
from tests.web.desks import Caller, beside, call_moderators, sign_in

WHY = {"reason": "only a test"}
ELSEWHERE = "https://elsewhere.example"
ROLES = ("nobody", "member", "invited", "other", "ops", "moderator", "lead")
# What must not change: the desk's cases, claims, log and talks; a room's record, letters, sanctions; who is out.
WATCHED = re.compile(
    rb"\{desk\}:(queue|case|claim|closed|act|talk|duty)|:(stream|mark|sanction|receipt|letters|removed|restored|calm|act|"
    rb"held|said|calls|excluded|locked)\b"
)

Ids = dict[str, str]
Answer = tuple[int, str | None]


@dataclass(frozen=True)
class Stage:
    """A house, and who may come to its desk; `colleague` is one more moderator."""

    house: House
    callers: dict[str, Caller]
    colleague: Caller


def nothing(_: Stage, __: Caller) -> Ids:
    """What is about the house as it is."""
    return {}


def asked(stage: Stage, _: Caller) -> Ids:
    """A case that nobody has."""
    handle = call_moderators(stage.house)
    return {"case": str(stage.colleague.wait_for_case(handle=handle)["id"])}


def claimed(stage: Stage, actor: Caller) -> Ids:
    """A case that the actor has."""
    ids = asked(stage, actor)
    actor.ok(f"cases/{ids['case']}/claim", {})
    return ids


def acted(stage: Stage, actor: Caller) -> Ids:
    """An act of the actor, just now."""
    case = claimed(stage, actor)["case"]
    return {"act": str(actor.ok(f"cases/{case}/acts", {"act": "say", "text": "good evening", **WHY})["act"])}


def muted(stage: Stage, seconds: int) -> tuple[str, str]:
    """Let the colleague mute somebody; gives the handle and the receipt."""
    handle = call_moderators(stage.house)
    case = stage.colleague.wait_for_case(handle=handle)["id"]
    stage.colleague.ok(f"cases/{case}/claim", {})
    receipt = stage.colleague.ok(f"cases/{case}/acts", {"act": "mute", "seconds": seconds, **WHY})["receipt"]
    return handle, str(receipt)


def second(stage: Stage, actor: Caller) -> Ids:
    """A long mute by the colleague, for the actor to confirm."""
    handle, _ = muted(stage, 3 * 86_400)
    case = stage.colleague.wait_for_case(kind="second", handle=handle)["id"]
    actor.ok(f"cases/{case}/claim", {})
    return {"case": str(case)}


def appealed(stage: Stage, actor: Caller) -> Ids:
    """An appeal against the colleague's mute, for the actor to decide."""

    async def lodged() -> str:
        ticket = join(stage.house.url, stage.house.group())
        async with Member(ticket) as member:
            await member.enter()
            await member.send({"do": "ask_moderator"})
            await member.wait_for("received")
            return await asyncio.to_thread(limit, member, str(ticket.you["handle"]))

    def limit(member: Member, handle: str) -> str:
        case = stage.colleague.wait_for_case(handle=handle)["id"]
        stage.colleague.ok(f"cases/{case}/claim", {})
        receipt = stage.colleague.ok(f"cases/{case}/acts", {"act": "mute", "seconds": 600, **WHY})["receipt"]
        body = {"receipt": receipt, "words": "please"}
        path, headers = f"/g/{member.ticket.group}/appeal", {"Cookie": member.ticket.cookie}
        assert answered(stage.house, "POST", path, body, headers)[0] == 200
        return f"appeal-{receipt}"

    case = asyncio.run(lodged())
    stage.colleague.wait_for_case(id=case)
    actor.ok(f"cases/{case}/claim", {})
    return {"case": case}


def offered(stage: Stage, actor: Caller) -> Ids:
    """A talk that the actor has offered."""
    case = claimed(stage, actor)["case"]
    return {"handoff": str(actor.ok(f"cases/{case}/offer", {})["handoff"]["id"])}


def room(stage: Stage, actor: Caller) -> Ids:
    """A room there is."""
    asked(stage, actor)
    return {"slug": "porch", "number": "1"}


@dataclass(frozen=True)
class Row:
    """What one route is about, what is sent, what whoever may do it is answered, and who is refused how."""

    ready: Callable[[Stage, Caller], Ids] = nothing
    body: object = None
    allowed: Answer = (200, None)
    whose: str = "group"  # the group's moderators and leads; "desk": all moderators; "ops" and leads; "session"; "all"

    def expected(self, role: str) -> Answer:
        """Give what this role must be answered."""
        if self.whose == "all" or role == "lead" or (role == "moderator" and self.whose != "ops"):
            return self.allowed
        if role in ("nobody", "member"):
            return 401, "not_signed_in"
        if self.whose == "session":
            return self.allowed
        if role == "invited":
            return 403, "passkey_needed"
        if (role == "ops") != (self.whose == "ops"):
            return 403, "not_yours"
        return self.allowed if self.whose in ("desk", "ops") else (404, "not_found")

    def is_refused(self, role: str) -> bool:
        """Tell whether this role must get nothing."""
        return self.expected(role) != self.allowed


SAY = {"act": "say", "text": "good evening", **WHY}
CLOSE = {"outcome": "helped", **WHY}
KEY = {"ceremony": "x", "credential": {}}
ROWS: dict[str, Row] = {
    "GET /desk": Row(whose="all"),
    "GET /desk/api/me": Row(whose="all"),
    "POST /desk/api/link": Row(body={"token": "x"}, allowed=(403, "link_spent"), whose="all"),
    "POST /desk/api/signin/options": Row(body={}, whose="all"),
    "POST /desk/api/signin": Row(body=KEY, allowed=(403, "too_late"), whose="all"),
    "POST /desk/api/signout": Row(body={}, allowed=(204, None), whose="all"),
    "POST /desk/api/passkey/options": Row(body={}, whose="session"),
    "POST /desk/api/passkey": Row(body=KEY, allowed=(403, "too_late"), whose="session"),
    "GET /desk/api/cases": Row(whose="desk"),
    "GET /desk/api/duty": Row(whose="desk"),
    "POST /desk/api/duty": Row(body={"on": True}, whose="desk"),
    "GET /desk/api/care": Row(whose="desk"),
    "GET /desk/api/rooms": Row(whose="desk"),
    "GET /desk/api/handoffs": Row(whose="desk"),
    "WS /desk/live": Row(allowed=(101, None), whose="desk"),
    "GET /desk/api/groups/{slug}": Row(room),
    "POST /desk/api/rooms/{slug}/{number}/acts": Row(room, SAY),
    "GET /desk/api/cases/{case}": Row(asked),
    "POST /desk/api/cases/{case}/claim": Row(asked, {}),
    "POST /desk/api/cases/{case}/renew": Row(claimed, {}),
    "POST /desk/api/cases/{case}/release": Row(claimed, {}),
    "POST /desk/api/cases/{case}/close": Row(claimed, CLOSE),
    "POST /desk/api/cases/{case}/acts": Row(claimed, SAY),
    "POST /desk/api/cases/{case}/confirm": Row(second, WHY),
    "POST /desk/api/cases/{case}/decide": Row(appealed, {"uphold": True, **WHY}),
    "POST /desk/api/cases/{case}/offer": Row(claimed, {}),
    "POST /desk/api/acts/{act}/undo": Row(acted, {}),
    "GET /desk/api/handoffs/{handoff}": Row(offered),
    "POST /desk/api/handoffs/{handoff}/take": Row(offered, {}),
    "POST /desk/api/handoffs/{handoff}/return": Row(offered, WHY, (409, "early")),
    "POST /desk/api/handoffs/{handoff}/close": Row(offered, WHY),
    "POST /desk/api/handoffs/{handoff}/look_in": Row(offered, WHY, (409, "early")),
    "WS /desk/handoff/{handoff}/live": Row(offered, allowed=(409, "early")),
    "GET /ops": Row(whose="all"),
    "GET /ops/api/health": Row(whose="ops"),
}

PAGES = ("GET /desk", "GET /ops")
"""Nothing is told or done by these themselves."""


def answered(house: House, method: str, path: str, body: object, headers: dict[str, str]) -> Answer:
    """Make one request, or knock for a socket; gives the status and the code of a refusal."""
    asks = dict(headers)
    if method == "WS":
        subprotocol = "alongside.desk.v1+json" if path == "/desk/live" else "alongside.v1+json"
        asks |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        asks |= {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": subprotocol}
        asks.setdefault("Origin", house.desk_url.removesuffix("/desk"))
    with contextlib.closing(http.client.HTTPConnection("localhost", house.port, timeout=10)) as line:
        sent = None if body is None or method != "POST" else json.dumps(body)
        line.request("GET" if method == "WS" else method, path, sent, asks)
        answer = line.getresponse()
        said = answer.read() if answer.status >= 400 else b""
    return answer.status, json.loads(said)["error"]["code"] if said else None


def as_caller(stage: Stage, caller: Caller, route: str, ids: Ids, row: Row, **headers: str) -> Answer:
    """Ask a route as somebody."""
    method, _, path = route.partition(" ")
    cookie = {"Cookie": caller.cookie} if caller.cookie else {}
    return answered(stage.house, method, path.format(**ids), row.body, {**cookie, **headers})


@dataclass(frozen=True)
class Picture:
    """What is kept of all that must not change, and until when (ms since 1970) that which ends by itself; of the log,
    what people did: the house itself writes down that danger waits.
    """

    kept: dict[bytes, str]
    until_ms: dict[bytes, int]
    at_ms: int

    def shows_the_same(self, before: Picture) -> bool:
        """Tell whether nothing but what ended by itself is missing since then, and nothing is new."""
        ended = {key for key, until_ms in before.until_ms.items() if until_ms <= self.at_ms}
        return self.kept == {key: value for key, value in before.kept.items() if key in self.kept or key not in ended}


def picture(house: House) -> Picture:
    """Take one now."""

    async def taken(servers: Servers) -> Picture:
        keys = [key for key in await servers.call("desk", "KEYS", "*") if WATCHED.search(key)]
        dumps = [await servers.call("desk", "DUMP", key) for key in keys]
        kept = {
            key: hashlib.sha256(dump).hexdigest() for key, dump in zip(keys, dumps, strict=True) if dump is not None
        }
        ends = {key: int(await servers.call("desk", "PEXPIRETIME", key)) for key in kept}
        log = await Audit(servers, bytes(32), house.data).entries()
        kept[b"log"] = repr([entry for entry in log if entry.who != HOUSE])
        return Picture(kept, {key: ms for key, ms in ends.items() if ms > 0}, time.time_ns() // 1_000_000)

    return beside(house, taken)


def everybody(house: House, mark: str) -> dict[str, Caller]:
    """Sign everybody in anew, under names with this mark."""
    cookie = join(house.url, house.group()).cookie.partition("=")[2]
    return {
        "nobody": Caller(house),
        "member": Caller(house, f"alongside={cookie}; desk={cookie}"),
        "invited": sign_in(house, f"Ina {mark}", Role.MODERATOR, {"porch"}, Scope.ENROL),
        "other": sign_in(house, f"Oda {mark}", Role.MODERATOR, {"garden"}),
        "ops": sign_in(house, f"Ole {mark}", Role.OPS, set()),
        "moderator": sign_in(house, f"Ada {mark}", Role.MODERATOR, {"porch"}),
        "lead": sign_in(house, f"Lea {mark}", Role.LEAD, set()),
    }


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everybody who may come, in a house of their own: elsewhere talks and claims of other tests end by themselves."""
    options = ("--join-proof", "off", "--limits", "off", "--workers", "2")
    house = House(tmp_path_factory.mktemp("routes"), *options, seats=5_000).start()
    colleague = sign_in(house, "Cora of the routes", Role.MODERATOR, {"porch", "garden"})
    yield Stage(house, everybody(house, "of the routes"), colleague)
    assert house.stop() == 0


async def test_every_route_of_the_desk_has_a_row(tmp_path: Path) -> None:
    """And no row is left of a route that went: this is the list of what the application answers."""
    chosen: dict[str, Any] = {"data_dir": tmp_path, "redis": "redis://127.0.0.1:1"}  # it is not asked
    groups = load_groups(None, bytes(32))
    common = Common(bytes(32), groups, Guard({}), Pages(groups))
    node = Node(Settings(**chosen), common, Place(tmp_path, 0, 1))
    found = set()
    for route in node.routes():
        if isinstance(route, WebSocketRoute):
            found.add(f"WS {route.path}")
        elif isinstance(route, Route):
            found |= {f"{method} {route.path}" for method in route.methods or () if method != "HEAD"}
        else:
            raise AssertionError(f"a route of another kind: {route}")
    assert {route for route in found if "/desk" in route or "/ops" in route} == set(ROWS)


@pytest.mark.parametrize("route", ROWS)
def test_who_may_not_is_refused_and_changes_nothing(stage: Stage, route: str) -> None:
    """By role; and from another site's page whoever it is, with a session that may."""
    row = ROWS[route]
    ids = row.ready(stage, stage.callers["moderator"])
    before = picture(stage.house)
    for role in ROLES:
        caller = stage.callers[role]
        if row.is_refused(role):
            assert as_caller(stage, caller, route, ids, row) == row.expected(role), role
        if route not in PAGES:
            foreign = as_caller(stage, caller, route, ids, row, Origin=ELSEWHERE)
            assert foreign == (403, "foreign_origin"), role
    assert picture(stage.house).shows_the_same(before)


@pytest.mark.parametrize(("route", "role"), [(r, who) for r in ROWS for who in ROLES if not ROWS[r].is_refused(who)])
def test_who_may_is_let_through(stage: Stage, route: str, role: str) -> None:
    """Each with a case, talk or act of their own, as they may have it."""
    row = ROWS[route]
    signs_out = route == "POST /desk/api/signout"
    caller = everybody(stage.house, "who goes")[role] if signs_out else stage.callers[role]
    assert as_caller(stage, caller, route, row.ready(stage, caller), row) == row.allowed


def test_the_picture_changes_with_what_is_done(stage: Stage) -> None:
    """The tests above can fail: a claim, a release and a word in a room are seen in it."""
    moderator = stage.callers["moderator"]
    case = asked(stage, moderator)["case"]
    pictures = [picture(stage.house).kept]
    for path, body in (("claim", {}), ("acts", SAY), ("release", {})):
        moderator.ok(f"cases/{case}/{path}", body)
        pictures.append(picture(stage.house).kept)
    assert all(one != other for one, other in pairwise(pictures))


@pytest.mark.parametrize("route", [route for route in ROWS if "{case}" in route and route.startswith("POST")])
def test_a_case_of_somebody_else_is_left_alone(stage: Stage, route: str) -> None:
    """A moderator of the same group without the claim is told so, and nothing changes."""
    row = ROWS[route]
    ids = row.ready(stage, stage.callers["moderator"])
    if row.ready is asked:
        stage.callers["moderator"].ok(f"cases/{ids['case']}/claim", {})
    before = picture(stage.house)
    expected = (409, "claimed") if route.endswith("/claim") else (409, "lost")
    assert as_caller(stage, stage.callers["lead"], route, ids, row) == expected
    assert picture(stage.house).shows_the_same(before)
