"""The letter: what the server tells one member and nobody else, and tells again until the member has seen it.

Sanctions, a moderator's private word, offers, what became of an appeal or of a held message: all are letters. A letter
belongs to one member in one room, stands for LETTER_MS at the longest, and of more than MAX_LETTERS the oldest go.
Values only; `functions/letters.lua` keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

LETTER_MS = 7 * 86_400_000  # as long as the longest retention of a group: long enough to come back to
MAX_LETTERS = 50  # of one member; nobody is told more than that in a week

LetterId = NewType("LetterId", str)
"""Milliseconds since 1970 and a number: letters are ordered by it."""

Body = Mapping[str, object]
"""`ev` and the fields of that event, as members receive it, without `letter` and `at`."""


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """One letter; its id says when it was written."""

    id: LetterId
    body: Body

    def __repr__(self) -> str:
        return f"Letter({self.id!r}, {self.body.get('ev')!r})"

    @property
    def at_ms(self) -> int:
        """Give when it was written (ms since 1970, by the record's clock)."""
        return int(self.id.partition("-")[0])

    def fields(self) -> dict[str, object]:
        """Give it as its member receives it."""
        return {"ev": self.body["ev"], "letter": self.id, "at": self.at_ms, **self.body}


def seen(letter: LetterId) -> dict[str, object]:
    """Give the event that says a letter is gone: its member has seen it, or it was withdrawn."""
    return {"ev": "seen", "letter": letter}


def echo(letter: Letter) -> dict[str, object] | None:
    """Give what a letter's arrival answers beside itself: the attempt that was held has its end, said as such."""
    body = letter.body
    if body.get("of") != "held":
        return None
    if body["sent"]:
        return {"ev": "sent", "id": body["id"], "pos": body["pos"]}
    return {"ev": "not_sent", "id": body["id"], "code": "returned", "message": body["why"]}


def word_body(text: str) -> dict[str, object]:
    """Give the letter that is a moderator's private word."""
    return {"ev": "word", "text": text}
