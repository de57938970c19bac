"""`/ops/api/health` of a running house: true figures of all nodes, and nothing that singles out somebody."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chatserver.core.minutes import MINUTES
from chatserver.core.moderators import Role
from tests.house import House
from tests.web.crowds import crowd
from tests.web.desks import Caller, open_danger, sign_in

DEADLINE_S = 30


def link_in(words: str) -> str:
    """Give the address of the one-time link in what the house says."""
    return next(word for word in words.split() if "/desk#" in word)


def health_of(operator: Caller) -> Any:
    """Ask once; what does not answer in time is an OSError."""
    asked = urllib.request.Request(f"{operator.house.url}/ops/api/health", headers={"Cookie": operator.cookie})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)


def health_until(operator: Caller, is_right: Callable[[Any], bool]) -> Any:
    """Ask until something is so. A stopped node may be given the connection: asked again."""
    deadline, health = time.monotonic() + DEADLINE_S, None
    while time.monotonic() < deadline:
        try:
            health = health_of(operator)
        except urllib.error.HTTPError:
            raise
        except OSError:
            continue
        if is_right(health):
            return health
        time.sleep(0.1)
    raise AssertionError(health)


def group(health: Any, title: str = "Porch") -> Any:
    """Give a group's row."""
    return next(row for row in health["groups"] if row["title"] == title)


def wrong(health: Any) -> set[str]:
    """Give what is wrong, by name."""
    return {one["name"] for one in health["wrong"]}


def test_figures_are_the_whole_rooms_when_members_sit_with_both_nodes(own_house: House) -> None:
    """Members and messages once each; a group with two people tells that they are few, and nothing else."""
    ole = sign_in(own_house, "Ole", Role.OPS, set())
    with crowd(own_house, 7) as porch, crowd(own_house, 2, "Garden") as garden:
        porch.say(*(f"line {number}" for number in range(6)))
        garden.say(*(f"line {number}" for number in range(6)))
        health = health_until(ole, lambda now: group(now)["messages"] == 5 and group(now)["members"] == 5)
        (room,) = group(health)["rooms"]
        assert (room["members"], room["messages"], room["slow"], room["flags"], room["held"]) == (5, 5, 0, 0, 0)
        few = health_until(ole, lambda now: bool(group(now, "Garden")["rooms"]))
    (small,) = group(few, "Garden")["rooms"]
    assert small["members"] == group(few, "Garden")["members"] == "few"
    assert {small[name] for name in ("messages", "slow", "flags", "held")} == {None}
    assert group(few, "Garden")["messages"] is None
    assert small["hour"] == [None] * MINUTES
    assert {node["node"]: node["answers"] for node in few["nodes"]} == {"0": True, "1": True}


def has_both(health: Any) -> bool:
    """Tell whether the members of both groups are there."""
    return (group(health)["members"], group(health, "Garden")["members"]) == (5, 10)


def test_all_machines_are_told_whichever_is_asked(own_house: House, tmp_path: Path) -> None:
    """Rooms that only the other machine follows, and its nodes, by its name; sums are told when all have answered."""
    server, key = next(own_house.data.rglob("valkey.sock")), next(own_house.data.rglob("key"))
    options = ("--redis", f"unix://{server}", "--key-file", str(key), "--machine", "z.south")
    there = House(tmp_path / "south", "--join-proof", "off", "--limits", "off", *options).start()
    try:
        ole = sign_in(own_house, "Ole", Role.OPS, set())
        with crowd(own_house, 6), crowd(there, 11, "Garden"):
            for asked in (ole, Caller(there, ole.cookie)):
                health = health_until(asked, has_both)
                names = [node["node"] for node in health["nodes"]]
                assert len(names) == 3
                assert names[-1] == "z.south/0"
                assert all(node["answers"] for node in health["nodes"])
    finally:
        assert there.stop() == 0
    health_until(ole, lambda now: [node["node"] for node in now["nodes"]] == ["0", "1"])


def test_nobody_is_in_it_when_people_talk(own_house: House) -> None:
    """No handle, member, word or room number of anybody; the room has a name of its own that stays."""
    ole = sign_in(own_house, "Ole", Role.OPS, set())
    with crowd(own_house, 6) as porch:
        porch.say("the canary sings about a kestrel")
        first = health_until(ole, lambda now: group(now)["members"] == 5 and bool(group(now)["messages"]))
        told = json.dumps(first)
        for member in porch.members:
            for name in (member.ticket.you["member"], member.ticket.you["handle"], member.ticket.cookie):
                assert str(name) not in told
        assert "kestrel" not in told
        names = [room["id"] for room in group(first)["rooms"]]
        assert names  # a node that is asked late is missing from an answer, and with it its rooms
        assert health_until(ole, lambda now: [room["id"] for room in group(now)["rooms"]] == names)


def test_what_is_wrong_is_said_when_danger_waits_and_nobody_is_there(own_house: House) -> None:
    """And no longer once somebody is on duty and has claimed it."""
    ole, ada = sign_in(own_house, "Ole", Role.OPS, set()), sign_in(own_house, "Ada", Role.LEAD, set())
    health_until(ole, lambda now: wrong(now) == {"unstaffed"})
    open_danger(own_house, "old", 61_000)
    health = health_until(ole, lambda now: wrong(now) == {"danger", "unstaffed"})
    assert (group(health)["flags"], group(health)["oldest_min"], group(health)["danger_min"]) == ("few", 1, 1)
    ada.ok("duty", {"on": True})
    ada.ok("cases/old/claim", {})
    assert group(health_until(ada, lambda now: wrong(now) == set()))["staff"] == "here"


def test_the_page_is_named_when_the_house_starts(own_house: House) -> None:
    """Beside the desk, whose session it needs; the session's cookie goes to both, and with signing out from both."""
    where = own_house.desk_url.removesuffix("/desk") + "/ops"
    deadline = time.monotonic() + DEADLINE_S
    while f"operators:   {where} " not in own_house.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with urllib.request.urlopen(where, timeout=5) as answer:
        assert b"<title>Operations" in answer.read()
    for path, body in (("link", {"token": link_in(own_house.log.read_text()).partition("#")[2]}), ("signout", {})):
        asked = urllib.request.Request(f"{own_house.desk_url}/api/{path}", json.dumps(body).encode())
        with urllib.request.urlopen(asked, timeout=5) as answer:
            cookies = answer.headers.get_all("set-cookie")
        assert [cookie.partition("Path=")[2].partition(";")[0] for cookie in cookies] == ["/desk", "/ops"]


def test_a_node_is_said_to_be_silent_when_it_hangs(own_house: House) -> None:
    """By the other one, which goes on telling of itself."""
    ole = sign_in(own_house, "Ole", Role.OPS, set())
    pid = own_house.nodes()[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        health = health_until(ole, lambda now: "silent" in wrong(now))
    finally:
        os.kill(pid, signal.SIGCONT)
    assert group(health)["members"] is None
    assert sorted(node["answers"] for node in health["nodes"]) == [False, True]
    alive = next(node for node in health["nodes"] if node["answers"])
    assert alive["memory_bytes"] > 1_000_000
    assert alive["sockets"] == "few"
    assert alive["redis_ready"] is True
