"""The sanction: what limits one member, why, until when, and by which code it is proved and appealed.

Laws: every sanction has a reason, an end where it lasts, and a receipt; no moderator alone limits anybody for longer
than ALONE_S. Pure: time and chance are arguments. `functions/acts.lua` keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NewType

from chatserver.core.letters import LETTER_MS

Receipt = NewType("Receipt", str)
"""`ROOM-XXXX-XXXX-XXXX`: the room whose record knows it, and 60 bits nobody guesses."""

Kind = Literal["mute", "exclude", "remove", "fold"]

ALONE_S = 86_400  # a longer one needs a second moderator
MIN_S = 60  # less than a minute is over before it is read
MAX_S = 30 * 86_400  # as long as anybody is known here (chatserver.store.members, REMEMBER_MS)

HOW_TO_APPEAL = "You can ask for another look: a moderator who did not do it decides."

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no two look alike
RECEIPT_BYTES = 8


@dataclass(frozen=True, slots=True, repr=False)
class Sanction:
    """What was done to whom: by which account, about which case, for which reason.

    `until_ms` (ms since 1970) is None where it does not end by itself (a removal); `wanted_ms` is the end that a second
    moderator must confirm, if any. `target` is the position of the message it took away, if any;
    `about` that of the message a mute or an exclusion came of, for whoever looks again. `act` is its act's id.
    """

    receipt: Receipt
    kind: Kind
    member: str
    by: str
    case: str
    why: str
    at_ms: int
    until_ms: int | None = None
    wanted_ms: int | None = None
    target: str | None = None
    about: str | None = None
    act: str = ""
    appeal: str | None = None

    def __repr__(self) -> str:
        return f"Sanction({self.kind!r}, {self.until_ms})"

    @property
    def keep_ms(self) -> int:
        """Give for how long its receipt is good, from when it was given: a week after its end."""
        return max(self.at_ms, self.until_ms or 0, self.wanted_ms or 0) - self.at_ms + LETTER_MS

    def letter(self) -> dict[str, object]:
        """Give the letter by which its member hears of it."""
        body: dict[str, object] = {"ev": "sanction", **self.fields(), "appeal": HOW_TO_APPEAL}
        return body if self.target is None else {**body, "target": self.target}

    def sentence(self, when: str) -> str:
        """Say it to a member who is out; `when` is its end as words."""
        return f"You are out of this group until {when}. Why: {self.why} Receipt: {self.receipt}"

    def fields(self) -> dict[str, object]:
        """Give it as its member may see it at any time."""
        return {"kind": self.kind, "until": self.until_ms, "why": self.why, "receipt": self.receipt}


def pack_sanction(sanction: Sanction) -> dict[str, Any]:
    """Give a flat mapping, which `unpack_sanction` turns back."""
    return {name: value for name, value in asdict(sanction).items() if value is not None}


def unpack_sanction(fields: Mapping[str, Any]) -> Sanction:
    """Give the sanction that `pack_sanction` packed."""
    return Sanction(**fields)


def make_receipt(room: int, chance: bytes) -> Receipt:
    """Make a code for a room from RECEIPT_BYTES of chance.

    >>> make_receipt(3, bytes(8))
    '3-0000-0000-0000'
    """
    number = int.from_bytes(chance[:RECEIPT_BYTES], "big")
    letters = [_LETTERS[number >> 5 * place & 31] for place in range(12)]
    return Receipt("-".join([str(room), *("".join(letters[part : part + 4]) for part in (0, 4, 8))]))


def read_receipt(code: str) -> tuple[int, Receipt] | None:
    """Read a code as a person may have typed it; gives its room too, or None when it is none.

    >>> read_receipt(" 3-0o00-0000-000l ")
    (3, '3-0000-0000-0001')
    """
    room, *parts = code.strip().upper().translate(str.maketrans("OIL", "011")).split("-")
    is_code = [len(part) for part in parts] == [4, 4, 4] and all(set(part) <= set(_LETTERS) for part in parts)
    if not is_code or not room.isascii() or not room.isdigit() or len(room) > 9:
        return None
    return int(room), Receipt("-".join([str(int(room)), *parts]))
