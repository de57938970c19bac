"""One thing for a moderator to look at, as a value, and in which order cases wait.

Law: what risks a life comes first, then what has waited longest; nothing that only crosses a boundary is ever before
talk of danger. Knows no Redis, no clock, no rule. A case holds no copy of a message: it names its position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chatserver.core.rulings import Flag, Grounds

DANGER_LABELS = frozenset({"suicide", "self_harm", "overdose", "abuse", "threat", "eating"})
"""The moderation library's, which the core may not import (a test compares them)."""

LEVELS = ("green", "amber", "red", "crisis")
"""How soon a person must look, from "not at all" to "at once"."""

Kind = Literal["message", "held", "failed", "concern", "rule", "asked", "handoff", "second", "appeal"]
"""Where it came from: a verdict, a message held back, a review that failed, a report of either sort, a request, a
hand-off that lost its moderator, a sanction that is to last longer than one moderator alone may decide, an appeal."""

BAND_MS = 10**13  # more than any time in ms since 1970 until the year 2286, so a band never runs into the next


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """`member` is whom it is about, `by` who called (None: the server itself). `words` are the caller's own, if any.

    `note` is what one moderator tells the next, `receipt` the sanction it is about, `not_by` the account that may not
    decide it, for it is about that account's act.
    """

    id: str
    kind: Kind
    group: str
    room: int
    member: str
    handle: str
    flag: Flag
    by: str | None = None
    words: str | None = None
    pos: str | None = None
    opened_at_ms: int = 0
    note: str | None = None
    receipt: str | None = None
    not_by: str | None = None

    def __repr__(self) -> str:
        return f"Case({self.id!r}, {self.kind!r}, {self.flag.level!r})"

    @property
    def rank(self) -> int:
        """Give its place in the queue: the smaller, the sooner."""
        return _band(self) * BAND_MS + self.opened_at_ms


def higher(one: str, other: str) -> str:
    """Give the more urgent of two levels."""
    return max(one, other, key=LEVELS.index)


def may_be_danger(flag: Flag) -> bool:
    """Tell whether a life may be at risk: by a label, by the card that is due, or because a review failed."""
    return flag.asks_card or not flag.grounds or bool(DANGER_LABELS.intersection(flag.labels))


def _band(case: Case) -> int:
    flag = case.flag
    if flag.level == "crisis":
        return 0
    if flag.level == "red":
        return 1
    is_about_danger = case.kind in ("failed", "concern", "asked") or DANGER_LABELS.intersection(flag.labels)
    return 2 if is_about_danger else 3


def pack_case(case: Case) -> dict[str, Any]:
    """Give the case as a flat mapping, which `unpack_case` turns back."""
    flag = case.flag
    grounds = [[g.rule, g.label, g.start, g.end, g.intent] for g in flag.grounds]
    return {
        "id": case.id,
        "kind": case.kind,
        "group": case.group,
        "room": case.room,
        "member": case.member,
        "handle": case.handle,
        "level": flag.level,
        "labels": list(flag.labels),
        "grounds": grounds,
        "by": case.by,
        "words": case.words,
        "pos": case.pos,
        "at": case.opened_at_ms,
        "note": case.note,
        "receipt": case.receipt,
        "not_by": case.not_by,
    }


def unpack_case(fields: Mapping[str, Any]) -> Case:
    """Give the case that `pack_case` packed."""
    flag = Flag(fields["level"], tuple(fields["labels"]), tuple(Grounds(*g) for g in fields["grounds"]))
    return Case(
        id=fields["id"],
        kind=fields["kind"],
        group=fields["group"],
        room=fields["room"],
        member=fields["member"],
        handle=fields["handle"],
        flag=flag,
        by=fields.get("by"),  # what is None is left out where a function packed the case anew
        words=fields.get("words"),
        pos=fields.get("pos"),
        opened_at_ms=fields["at"],
        note=fields.get("note"),
        receipt=fields.get("receipt"),
        not_by=fields.get("not_by"),
    )
