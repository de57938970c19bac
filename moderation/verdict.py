"""What a review says: values only. Must not know how rules, model or group policy came to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

DANGER_LABELS: Final = frozenset({"suicide", "self_harm", "overdose", "abuse", "threat", "eating"})
BOUNDARY_LABELS: Final = frozenset(
    {"personal_info", "contact", "method", "harassment", "hate", "sexual", "medical", "promotion", "flood"}
)


class Level(IntEnum):
    """How soon a person must look; not how ill somebody is."""

    GREEN = 0
    AMBER = 1
    RED = 2
    CRISIS = 3


class Action(StrEnum):
    """What happens to the message, from the mildest to the strongest."""

    DELIVER = "deliver"
    MASK = "mask"
    FOLD = "fold"
    HOLD = "hold"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule, its label, the half-open span in the original text (code points), the rule's sentence of intent.

    `action` is what this reason alone asks for; a danger reason asks for delivery and nothing else.
    """

    rule: str
    label: str
    start: int
    end: int
    intent: str
    action: Action = Action.DELIVER


@dataclass(frozen=True, slots=True)
class Advice:
    """Words for the author: what was found, why the room keeps this boundary, and how to put it otherwise."""

    what: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `moderation` says of one text; holds no words of it.

    `retry_after_s`: what the action is for is over after so many seconds; None when waiting does not help.
    `asks_after`: the text asks how somebody is ("are you ok?"), which says nothing of its author.
    """

    level: Level
    labels: frozenset[str]
    action: Action
    reasons: tuple[Reason, ...]
    advice: Advice | None = None
    retry_after_s: float | None = None
    asks_after: bool = False
