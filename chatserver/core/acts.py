"""What a moderator may do about a case or a room, as values read from what a desk sends (docs/desk.md).

Promises: `read_order` gives an order that obeys every bound of docs/desk.md, or raises BadOrder; it looks at nothing
but the fields. Knows no case, no room and no Redis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NewType

from chatserver.core.audit import MAX_REASON_CHARS
from chatserver.core.errors import AlongsideError
from chatserver.core.messages import MAX_ID_CHARS

ActId = NewType("ActId", str)
"""Names one act, and the room whose record knows it."""

UNDO_MS = 10_000  # long enough to see that it was the wrong button


class BadOrder(AlongsideError):
    """What a desk sent is no order; `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class LetThrough:
    """Put the held message into the record."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give the held message back to its author, with the reason."""


Act = LetThrough | GiveBack


@dataclass(frozen=True, slots=True)
class Order:
    """An act with its reason. `attempt` names it for the desk that asks: repeated, nothing is done twice."""

    name: str
    act: Act
    reason: str
    attempt: str | None = None


Fields = Mapping[str, Any]
_ALWAYS = frozenset({"act", "reason"})


@dataclass(frozen=True, slots=True)
class _Form:
    needed: frozenset[str]
    optional: frozenset[str]
    read: Callable[[Fields], Act]


def _form(needed: str, optional: str, read: Callable[[Fields], Act]) -> _Form:
    return _Form(frozenset(needed.split()) | _ALWAYS, frozenset(optional.split()) | {"attempt"}, read)


_OF_CASE: dict[str, _Form] = {
    "let_through": _form("", "", lambda _: LetThrough()),
    "give_back": _form("", "", lambda _: GiveBack()),
}


def read_order(fields: object) -> Order:
    """Read an order. Raises: BadOrder."""
    forms = _OF_CASE
    form = forms.get(str(fields.get("act"))) if isinstance(fields, dict) else None
    if form is None or not isinstance(fields, dict):
        raise BadOrder("bad_request", "act: one of " + ", ".join(sorted(forms)) + ".")
    names = frozenset(fields)
    if not form.needed <= names or not names <= form.needed | form.optional:
        wanted = ", ".join(sorted(form.needed))
        raise BadOrder("bad_request", f"Needed: {wanted}; possible: {', '.join(sorted(form.optional))}; nothing else.")
    reason = read_reason(fields["reason"])
    return Order(fields["act"], form.read(fields), reason, _attempt(fields.get("attempt")))


def read_reason(words: object) -> str:
    """Read a reason as it is kept and told. Raises: BadOrder."""
    reason = words.strip() if isinstance(words, str) and _is_text(words) else ""
    if not reason or len(reason) > MAX_REASON_CHARS:
        raise BadOrder("reason_needed", f"A reason of 1 to {MAX_REASON_CHARS} characters is needed.")
    return reason


def act_name(account: str, attempt: str) -> str:
    """Give the name under which this account's attempt is known: the same for the same."""
    return blake2b(f"{account}\0{attempt}".encode(), digest_size=12, person=b"act").hexdigest()


def _attempt(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_ID_CHARS or not _is_text(value):
        raise BadOrder("bad_request", f"attempt: 1 to {MAX_ID_CHARS} characters.")
    return value


def _is_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:  # half a character (a lone surrogate)
        return False
    return True
