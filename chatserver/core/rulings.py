"""What becomes of one message before it is recorded: delivered, with something folded or masked, held, or returned.

Values only; `chatserver.live.guard` makes them from a verdict. Laws: a masked character is nowhere in the text that is
kept; distress alone is always PLAIN words with at most a flag beside them. Knows no rule and no moderation library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

Span = tuple[int, int]
"""Half open, in code points."""

MASK = "▒"  # U+2592: a screen reader says "shade", a font has it
MAX_MASK = 8  # the length of what was hidden is nobody's business beyond this


class Way(Enum):
    """Which way a message goes."""

    DELIVER = "deliver"
    HOLD = "hold"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Because:
    """Words for the author alone: what crossed which boundary, why there is one, how to put it otherwise.

    `retry_after_s`: the same words can be sent after so many seconds; None when waiting does not help.
    """

    label: str
    what: str
    why: str
    instead: str
    retry_after_s: float | None = None

    def fields(self) -> dict[str, str]:
        """Give it as the author receives it."""
        return {"label": self.label, "what": self.what, "why": self.why, "instead": self.instead}

    def sentence(self) -> str:
        """Give it as one text."""
        return " ".join(part for part in (self.what, self.why, self.instead) if part)


@dataclass(frozen=True, slots=True)
class Folded:
    """What readers see behind a button: `why` is a boundary's label; no spans mean the whole message."""

    why: str
    spans: tuple[Span, ...] = ()

    def fields(self) -> dict[str, object]:
        """Give it as every reader receives it."""
        return {"why": self.why, "spans": [list(span) for span in self.spans]}


@dataclass(frozen=True, slots=True)
class Grounds:
    """One reason of a verdict: the rule, its label, where in the kept text, and what the rule is for."""

    rule: str
    label: str
    start: int
    end: int
    intent: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a person must look: opens a case. `asks_card` also offers its author private help."""

    level: str
    labels: tuple[str, ...] = ()
    grounds: tuple[Grounds, ...] = ()
    asks_card: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Ruling:
    """The whole decision. `text` and `note` replace what was sent where something was masked; None leaves it.

    `asks_after`: it asks how somebody is, so an open case about whom it answers is looked at a little sooner.
    """

    way: Way = Way.DELIVER
    text: str | None = None
    note: str | None = None
    folded: Folded | None = None
    because: Because | None = None
    flag: Flag | None = None
    asks_after: bool = False


PLAIN = Ruling()
"""Deliver as it is; what nearly every message gets."""


class Cuts:
    """Spans to be masked in one text, merged and in order."""

    __slots__ = ("_spans",)

    def __init__(self, spans: Iterable[Span]) -> None:
        merged: list[Span] = []
        for start, end in sorted(span for span in spans if span[0] < span[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        self._spans: Sequence[Span] = merged

    def mask(self, text: str) -> str:
        """Give the text with each span replaced by up to MAX_MASK marks.

        >>> Cuts([(3, 6)]).mask("at 555 now")
        'at ▒▒▒ now'
        """
        pieces, at = [], 0
        for start, end in self._spans:
            pieces += [text[at:start], MASK * _width(start, end)]
            at = end
        return "".join(pieces) + text[at:]

    def move(self, place: int) -> int:
        """Give where a place of the original stands in the masked text."""
        shift = 0
        for start, end in self._spans:
            if place <= start:
                break
            if place < end:
                return start + shift + min(place - start, _width(start, end))
            shift += _width(start, end) - (end - start)
        return place + shift


def _width(start: int, end: int) -> int:
    return min(MAX_MASK, end - start)
