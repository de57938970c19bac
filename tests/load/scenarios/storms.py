"""Many come at once: a whole evening's people within two seconds, everybody again after an outage, or after a cut."""

from __future__ import annotations

import threading
import time
from typing import Any

from tests.load.bench import COME_S, Bench, cpu
from tests.load.crowd import TURN_S, Crowd
from tests.load.heard import Heard
from tests.load.houses import BenchHouse, Shape, crowd_at, house_of, load_core
from tests.load.member import INSIDE
from tests.load.quantiles import spread_ms

GROUPS = 8  # with limits on, a group takes 500 newcomers a minute
BEFORE_S, AFTER_S = 3.0, 3.0
BACK_S = 90.0
WRITING_PER_S = 20.0  # during the outage: words that wait in the pages for it to end


def storm_join(bench: Bench) -> dict[str, Any]:
    """Everybody presses Join within two seconds, with the limits an operator has; refusals are obeyed."""
    size = bench.size
    shape = Shape(size.seats, groups=GROUPS, limits=True)
    with load_core(), house_of(bench.folder / "house", shape) as house, crowd_at(house, at_once=size.people) as crowd:
        members = house.seat(crowd, size.people)
        crowd.begin()
        before, began = house.costs(), time.monotonic()
        crowd.come(members, size.newcomers_within_s)
        _until_inside(crowd, len(members), COME_S)
        seconds, after = time.monotonic() - began, house.costs()
        heard = crowd.begin()
        return {"people": len(members), "within_s": size.newcomers_within_s} | _came(heard, before, after, seconds)


def storm_reconnect(bench: Bench) -> dict[str, Any]:
    """The whole house is killed while people talk, stays away, and comes back; so does everybody, as pages do."""
    size = bench.size
    shape = Shape(size.seats, groups=GROUPS, limits=True)
    with load_core(), house_of(bench.folder / "house", shape) as house, crowd_at(house, at_once=size.people) as crowd:
        members = house.seat(crowd, size.people)
        crowd.come(members, len(members) / 200)
        _until_inside(crowd, len(members), COME_S)
        crowd.talk(members, size.rate / 2, min(BEFORE_S, size.outage_s))
        house.kill_all()
        bench.tell(f"an outage of {size.outage_s:.0f} s")
        crowd.talk(members, WRITING_PER_S, size.outage_s)
        waiting = crowd.unanswered
        told = _come_back(house, crowd, len(members))
        crowd.talk(members, size.rate / 2, min(AFTER_S, size.outage_s))
        crowd.settle()
        bench.tell("every line is cut at once")
        cut = _cut(house, crowd, len(members))
        inside = sum(member.state == INSIDE for member in members)
        return {
            "people": len(members),
            "outage_s": size.outage_s,
            "inside_at_the_end": inside,
            "written_meanwhile": waiting,
            **told,
            "cut": cut,
            "wrong": crowd.wrongs(),
        }


def _cut(house: BenchHouse, crowd: Crowd, count: int) -> dict[str, Any]:
    """Cuts every member's line while the house stands: what coming back costs, without the house's own start."""
    crowd.begin()
    before, began = house.costs(), time.monotonic()
    crowd.drop(crowd.members)
    _until_inside(crowd, count, BACK_S)
    seconds, after = time.monotonic() - began, house.costs()
    crowd.settle()
    return _came(crowd.begin(), before, after, seconds)


def _come_back(house: BenchHouse, crowd: Crowd, count: int) -> dict[str, Any]:
    """Starts the house again, in a thread of its own, while the pages go on trying; everything counts from here."""
    starting = threading.Thread(target=house.start)
    starting.start()
    crowd.begin()
    began = time.monotonic()
    crowd.want_again()
    crowd.until(lambda: not starting.is_alive(), COME_S)
    starting.join()
    ready, before = time.monotonic() - began, house.costs()
    _until_inside(crowd, count, BACK_S)
    seconds, after = time.monotonic() - began, house.costs()
    crowd.settle()
    return {"ready_s": round(ready, 2)} | _came(crowd.begin(), before, after, seconds)


def _until_inside(crowd: Crowd, count: int, limit_s: float) -> None:
    """Waits until so many are in; those who are not after so long are counted as they are."""
    end = time.monotonic() + limit_s
    while crowd.inside < count and time.monotonic() < end:
        crowd.turn(TURN_S)


def _came(heard: Heard, before: Any, after: Any, seconds: float) -> dict[str, Any]:
    """How everybody came in: when the first half, nearly all and all were there, since the beginning of it."""
    count = len(heard.back_us)
    used = cpu(before, after, count, count, seconds)
    return {
        "came": count,
        "all_in_s": round(seconds, 2),
        "each_ms": spread_ms(heard.back_us),
        "refused": dict(heard.refused),
        "closed": {str(code): number for code, number in heard.closed.items()},
        "node_ms_each": round(used["node_us_per_message"] / 1000, 3),
        "redis_ms_each": round(used["redis_us_per_message"] / 1000, 3),
        "node_share": used["node_share"],
        "told": dict(heard.told),
        "sent": heard.sent,
        "over_time": [*([at, inside] for at, inside, _ in heard.samples if at < seconds), [round(seconds, 2), count]],
    }
