"""The shape of what the boundaries find; it must not know how."""

from dataclasses import dataclass
from typing import Protocol


class Normal(Protocol):
    """What a detector needs of a normalised text (`moderation.normalise.Normalised`)."""

    @property
    def text(self) -> str:
        """The plain form."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a place in `text`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One boundary crossed in the original text, from `start` up to `end`; `intent` says what the rule is for.

    `retry_after_s`: waiting so long clears it; None when waiting does not help.
    """

    label: str
    rule: str
    start: int
    end: int
    intent: str
    retry_after_s: float | None = None
