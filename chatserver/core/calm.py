"""What calms a whole room for a while, set by a moderator: slow mode, moderators only, closed to newcomers.

Each change is a `notice` of the room with its reason; who comes later finds the state in `entered`. Values only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

CALM_MS = 7 * 86_400_000  # a measure that everybody forgot ends by itself
MAX_SLOW_S = 3_600  # more than an hour between two messages is no conversation

Kind = Literal["slow", "quiet", "lock"]

_ON = {
    "slow": "Slow mode: everybody can write once in {seconds} seconds.",
    "quiet": "For now only moderators write here. You can read, and ask for a moderator.",
    "lock": "For now nobody new comes into this room.",
}
_OFF = {
    "slow": "Slow mode is over.",
    "quiet": "Everybody can write again.",
    "lock": "The room is open to newcomers again.",
}


@dataclass(frozen=True, slots=True)
class Calm:
    """The state of one room. `slow` is in seconds between two messages of one member, 0 for none."""

    slow: int = 0
    quiet: bool = False
    lock: bool = False

    def fields(self) -> dict[str, object]:
        """Give it as members find it on entering."""
        return {"slow": self.slow, "quiet": self.quiet, "lock": self.lock}


def value(calm: Calm, kind: Kind) -> int:
    """Give one of its parts as it is kept: seconds, or 1 and 0."""
    return int(getattr(calm, kind))


def with_value(calm: Calm, kind: str, kept: int) -> Calm:
    """Give the state with one part changed; an unknown part changes nothing."""
    match kind:
        case "slow":
            return replace(calm, slow=kept)
        case "quiet":
            return replace(calm, quiet=bool(kept))
        case "lock":
            return replace(calm, lock=bool(kept))
        case _:
            return calm


def after(calm: Calm, notice: Mapping[str, object]) -> Calm:
    """Give the state after a notice; one that is about something else changes nothing."""
    kind, kept = str(notice.get("kind")), notice.get("seconds", notice.get("on"))
    return with_value(calm, kind, kept) if isinstance(kept, int) else calm


def notice_body(kind: Kind, kept: int, why: str) -> dict[str, object]:
    """Give the notice that says a part has this value from now on, and why."""
    said = (_ON if kept else _OFF)[kind].format(seconds=kept)
    part: dict[str, object] = {"seconds": kept} if kind == "slow" else {"on": bool(kept)}
    return {"ev": "notice", "kind": kind, **part, "text": f"{said} {why}".strip()}
