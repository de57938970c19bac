"""The plan of an act: which steps its room takes, all or none (functions/acts.lua does them).

A step is a tuple: the name of what is done there, then what it needs. Pure: what must be known of the room, the time
and chance are arguments. Knows no Redis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

import msgpack

from chatserver.core.acts import (
    Act,
    Exclude,
    Fold,
    GiveBack,
    LetThrough,
    Lock,
    Mute,
    Order,
    Quiet,
    Remove,
    Restore,
    RoomAct,
    Say,
    Slow,
    Word,
)
from chatserver.core.calm import Calm, notice_body, value
from chatserver.core.calm import Kind as CalmKind
from chatserver.core.cases import DANGER_LABELS, Case, pack_case
from chatserver.core.letters import word_body
from chatserver.core.messages import MODERATOR, Position, sent_at_ms
from chatserver.core.rulings import Flag
from chatserver.core.sanctions import ALONE_S, Kind, Sanction, make_receipt, pack_sanction, unpack_sanction

Step = tuple[Any, ...]
Plan = Sequence[Step]

BY_MODERATOR = "moderator"
"""Why a message is folded, where no boundary's rule did it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an act stands on: its room, its case (None: the room itself), who acts, under which name, and when.

    `author` is who wrote the message it is about; None when a moderator did, or there is none.
    """

    room: int
    by: str
    name: str
    now_ms: int
    chance: bytes
    case: Case | None = None
    author: str | None = None
    calm: Calm = field(default_factory=Calm)


def target_of(act: Act, case: Case | None) -> str | None:
    """Give the position of the message an act is about; None when it is about none (or none is named)."""
    if not isinstance(act, Remove | Fold | Restore):
        return None
    return act.pos or (case.pos if case is not None else None)


def is_danger(case: Case) -> bool:
    """Tell whether a case speaks of danger: then its member is helped before anything is taken from them."""
    return bool(DANGER_LABELS.intersection(case.flag.labels))


def plan(order: Order, act: RoomAct, ground: Ground) -> Plan:
    """Give the steps of an order that a room's record takes part in."""
    case = ground.case
    match act:
        case Say(text):
            return [("event", _packed(_said(text)))]
        case Word(text):
            return [("letter", _about(case).member, _packed(word_body(text)))]
        case Remove():
            target = target_of(act, case)
            return [("remove", target), *_sanctioned("remove", order, ground, target=target)]
        case Fold():
            target = target_of(act, case)
            return [("fold", target, BY_MODERATOR), *_sanctioned("fold", order, ground, target=target)]
        case Restore():
            return [("restore", target_of(act, case)), *_told(ground.author, "restored", order.reason)]
        case Mute(seconds):
            return _limited("mute", seconds, order, ground)
        case Exclude(seconds):
            return [*_limited("exclude", seconds, order, ground), ("exclude", _about(case).member)]
        case Slow(seconds):
            return [_calmed("slow", seconds, order, ground)]
        case Quiet(on):
            return [_calmed("quiet", int(on), order, ground)]
        case Lock(on):
            return [_calmed("lock", int(on), order, ground)]
        case LetThrough():
            return [("let_through", _about(case).id)]
        case GiveBack():
            return [("give_back", _about(case).id, order.reason)]
        case _:
            assert_never(act)


def sanction_in(steps: Plan) -> Sanction:
    """Give the sanction that these steps put under its receipt. Raises: StopIteration when there is none."""
    return unpack_sanction(msgpack.unpackb(next(step[2] for step in steps if step[0] == "receipt")))


def may_undo(steps: Plan) -> bool:
    """Tell whether these steps can be taken back: what went back to its author may have been said anew."""
    return all(step[0] != "give_back" for step in steps)


def outcome_body(of: str, why: str, **more: object) -> dict[str, object]:
    """Give the letter that says what became of something."""
    return {"ev": "outcome", "of": of, "why": why, **more}


def _calmed(kind: CalmKind, kept: int, order: Order, ground: Ground) -> Step:
    before = value(ground.calm, kind)
    back = notice_body(kind, before, "A moderator took this back.")
    return "calm", kind, kept, before, _packed(notice_body(kind, kept, order.reason)), _packed(back)


def _said(text: str) -> dict[str, object]:
    return {"ev": "message", "member": MODERATOR, "handle": "Moderator", "mark": MODERATOR, "text": text}


def _about(case: Case | None) -> Case:
    assert case is not None  # core.orders lets acts about a member or a held message through for cases alone
    return case


def _told(member: str | None, of: str, why: str, **more: object) -> Plan:
    return [] if member is None else [("letter", member, _packed(outcome_body(of, why, **more)))]


def _sanctioned(kind: Kind, order: Order, ground: Ground, target: str | None) -> Plan:
    """What a removal or a fold is for its author: told why, with a receipt. A moderator's own words need none."""
    if ground.author is None:
        return []
    return _given(_sanction(kind, order, ground, ground.author, target=target), ground.case)


def _limited(kind: Kind, seconds: int, order: Order, ground: Ground) -> Plan:
    """What keeps a member from writing: at most ALONE_S by one moderator; the rest waits for a second one."""
    case = _about(ground.case)
    until_ms = ground.now_ms + min(seconds, ALONE_S) * 1000
    wanted_ms = ground.now_ms + seconds * 1000 if seconds > ALONE_S else None
    ends = {"until_ms": until_ms, "wanted_ms": wanted_ms}
    sanction = _sanction(kind, order, ground, case.member, **ends, about=case.pos)
    return [bar(sanction), *_given(sanction, case), *_second(sanction, case)]


def bar(sanction: Sanction) -> Step:
    """Give the step that keeps a member from writing, until the sanction's end."""
    return "bar", sanction.member, f"{sanction.until_ms}:{sanction.receipt}", str(sanction.until_ms)


def lengthened(sanction: Sanction) -> Plan:
    """Give the steps by which a sanction that stands lasts until its new end."""
    return [amended(sanction), bar(sanction), ("letter", sanction.member, _packed(sanction.letter()))]


def upheld(sanction: Sanction, why: str) -> Plan:
    """Give the steps by which an appeal leaves a sanction as it is."""
    outcome = _told(sanction.member, "appeal", why, upheld=True, receipt=sanction.receipt)
    return [amended(sanction), ("unsaid", sanction.receipt), *outcome]


def lifted(sanction: Sanction, why: str, now_ms: int) -> Plan:
    """Give the steps by which an appeal ends a sanction: what is left of it is taken back."""
    over = replace(sanction, until_ms=sanction.until_ms and min(sanction.until_ms, now_ms), wanted_ms=None)
    back: Step = ("unbar", sanction.member, sanction.receipt)
    if sanction.target is not None:
        back = ("maybe", ("restore", sanction.target))  # it may have left the record by age
    outcome = _told(sanction.member, "appeal", why, upheld=False, receipt=sanction.receipt)
    return [amended(over), ("unsaid", sanction.receipt), back, *outcome]


def amended(sanction: Sanction) -> Step:
    """Give the step that keeps a sanction as it is now, under the receipt it has."""
    return "amend", sanction.receipt, _packed(pack_sanction(sanction)), sanction.keep_ms


def _given(sanction: Sanction, case: Case | None) -> Plan:
    taken_back = outcome_body("undone", "A moderator took this back at once.", receipt=sanction.receipt)
    return [
        ("receipt", sanction.receipt, _packed(pack_sanction(sanction)), sanction.keep_ms),
        *_kept_words(sanction, case),
        ("letter", sanction.member, _packed(sanction.letter())),
        ("on_undo", ("letter", sanction.member, _packed(taken_back))),
    ]


def _kept_words(sanction: Sanction, case: Case | None) -> Plan:
    """What its member wrote that it came of is kept beside the receipt, and for as long; nobody else's words are."""
    pos = sanction.target or sanction.about
    if pos is not None:
        return [("said", sanction.receipt, pos, sent_at_ms(Position(pos)))]
    if case is None:
        return []
    if case.kind == "held":
        return [("said", sanction.receipt, f"held:{case.id}", case.opened_at_ms)]
    if case.words is None or case.by not in (None, case.member):
        return []
    words = {"handle": case.handle, "text": case.words, "at": case.opened_at_ms}
    return [("words", sanction.receipt, _packed(words))]


def _second(sanction: Sanction, case: Case) -> Plan:
    """A case for another moderator, when it is meant to last longer than one alone may decide."""
    if sanction.wanted_ms is None:
        return []
    asked = replace(case, id=sanction.act, kind="second", flag=Flag("amber"), by=None, words=None)
    asked = replace(asked, receipt=sanction.receipt, not_by=sanction.by, note=sanction.why)
    return [("call", _packed(pack_case(asked)), case.pos or "")]


def _sanction(kind: Kind, order: Order, ground: Ground, member: str, **more: Any) -> Sanction:
    code = make_receipt(ground.room, ground.chance)
    case = "" if ground.case is None else ground.case.id
    return Sanction(code, kind, member, ground.by, case, order.reason, ground.now_ms, act=ground.name, **more)


def _packed(fields: Mapping[str, object]) -> bytes:
    packed: bytes = msgpack.packb(fields)
    return packed
