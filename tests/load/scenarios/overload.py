"""More than it can: how much one node takes, and what becomes of it at up to three times as much."""

from __future__ import annotations

from typing import Any

from tests.load.bench import COME_S, Bench, stretch
from tests.load.houses import Shape, crowd_at, house_of, load_core

GROUPS = 8
KEPT = ("said", "sent", "sent_per_s", "send_to_receipt_ms", "send_to_sent_ms", "told", "cpu", "late_ms", "load_share")


def overload(bench: Bench) -> dict[str, Any]:
    """Capacity: what is answered with `sent` while `window` messages are always unanswered. Then shares and multiples
    of it, whatever the server answers; nothing that was refused is said again. Limits are on.
    """
    size = bench.size
    shape = Shape(size.seats, groups=GROUPS, limits=True)
    with load_core(), house_of(bench.folder / "house", shape) as house, crowd_at(house, repeats=False) as crowd:
        members = house.seat(crowd, size.overload_people)
        crowd.come_all(members, COME_S)
        bench.tell("capacity")
        most, _ = stretch(house, crowd, lambda: crowd.press(members, size.window, size.point_s))
        capacity = most["sent_per_s"]
        steps = []
        for times in size.loads:
            bench.tell(f"{times} times {capacity:.0f} messages a second")
            told, heard = stretch(
                house,
                crowd,
                lambda: crowd.talk(members, capacity * times, size.point_s),  # noqa: B023 (called at once)
            )
            refused = sum(heard.told.values())
            steps.append(
                {"times": times, "offered_per_s": round(capacity * times, 1), "refused_share": refused / heard.said}
                | {name: told[name] for name in KEPT}
            )
        return {
            "people": len(members),
            "rooms": len(crowd.ledger.rooms),
            "seats": size.seats,
            "window": size.window,
            "capacity_per_s": capacity,
            "cpu": most["cpu"],
            "steps": steps,
            "wrong": crowd.wrongs(),
        }
