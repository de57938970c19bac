"""The private card: help offered to one member about one of their own messages, and to nobody else.

It names no level and no label: what the server thought of the words is not the author's burden either. Values only.
"""

from __future__ import annotations

from dataclasses import dataclass

CARD_MS = 86_400_000  # it stands for a day, or until the member says that it was misread


@dataclass(frozen=True, slots=True)
class Card:
    """`about` is the position of the message it goes with; empty when that was not taken into the room."""

    id: str
    about: str

    def fields(self) -> dict[str, object]:
        """Give it as its member receives it."""
        return {"ev": "card", "card": self.id, "about": self.about or None}
