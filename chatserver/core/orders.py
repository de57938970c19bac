"""Reading an order from what a desk sends.

Promises: `read_order` gives an order that obeys every bound of docs/desk.md, or raises BadOrder; it looks at nothing
but the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chatserver.core.acts import (
    Act,
    Exclude,
    Fold,
    GiveBack,
    HandOver,
    LetThrough,
    Lock,
    Mute,
    Order,
    Quiet,
    Remove,
    Restore,
    Say,
    SetLevel,
    Slow,
    Word,
)
from chatserver.core.audit import MAX_REASON_CHARS
from chatserver.core.calm import MAX_SLOW_S
from chatserver.core.cases import LEVELS
from chatserver.core.codec import read_position, read_text
from chatserver.core.errors import AlongsideError, BadFrame
from chatserver.core.messages import MAX_ID_CHARS, MAX_TEXT_CHARS
from chatserver.core.moderators import MAX_NAME_CHARS
from chatserver.core.sanctions import MAX_S, MIN_S


class BadOrder(AlongsideError):
    """What a desk sent is no order; `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


Fields = Mapping[str, Any]
_ALWAYS = frozenset({"act", "reason"})


@dataclass(frozen=True, slots=True)
class _Form:
    needed: frozenset[str]
    optional: frozenset[str]
    read: Callable[[Fields], Act]


def _form(needed: str, optional: str, read: Callable[[Fields], Act]) -> _Form:
    return _Form(frozenset(needed.split()) | _ALWAYS, frozenset(optional.split()) | {"attempt"}, read)


def _text(f: Fields) -> str:
    return read_text("text", f["text"], MAX_TEXT_CHARS)


def _pos(f: Fields) -> str | None:
    return None if f.get("pos") is None else read_position("pos", f["pos"])


def _whole(f: Fields, name: str, least: int, most: int) -> int:
    value = f[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadOrder("bad_request", f"{name}: a whole number from {least} to {most}.")
    return value


def _flag(f: Fields, name: str) -> bool:
    value = f.get(name, False)
    if not isinstance(value, bool):
        raise BadOrder("bad_request", f"{name}: true or false.")
    return value


def _name(value: object) -> str | None:
    return None if value is None else read_text("to", value, MAX_NAME_CHARS)


def _level(value: object) -> str:
    if not isinstance(value, str) or value not in LEVELS:
        raise BadOrder("bad_request", "level: one of " + ", ".join(LEVELS) + ".")
    return value


_FORMS: dict[str, _Form] = {
    "say": _form("text", "", lambda f: Say(_text(f))),
    "word": _form("text", "", lambda f: Word(_text(f))),
    "remove": _form("", "pos", lambda f: Remove(_pos(f))),
    "fold": _form("", "pos", lambda f: Fold(_pos(f))),
    "restore": _form("", "pos", lambda f: Restore(_pos(f))),
    "mute": _form("seconds", "is_sure", lambda f: Mute(_whole(f, "seconds", MIN_S, MAX_S), _flag(f, "is_sure"))),
    "exclude": _form("seconds", "is_sure", lambda f: Exclude(_whole(f, "seconds", MIN_S, MAX_S), _flag(f, "is_sure"))),
    "slow": _form("seconds", "", lambda f: Slow(_whole(f, "seconds", 0, MAX_SLOW_S))),
    "quiet": _form("on", "", lambda f: Quiet(_flag(f, "on"))),
    "lock": _form("on", "", lambda f: Lock(_flag(f, "on"))),
    "level": _form("level", "", lambda f: SetLevel(_level(f["level"]))),
    "hand_over": _form("to", "", lambda f: HandOver(_name(f["to"]))),
    "let_through": _form("", "", lambda _: LetThrough()),
    "give_back": _form("", "", lambda _: GiveBack()),
}
OF_CASE = tuple(_FORMS)
"""The acts about a case, by name."""
OF_ROOM = ("say", "slow", "quiet", "lock")
"""Those that need none."""


def read_order(fields: object, possible: tuple[str, ...] = OF_CASE) -> Order:
    """Read an order of one of these names. Raises: BadOrder."""
    name = fields.get("act") if isinstance(fields, dict) else None
    if not isinstance(fields, dict) or not isinstance(name, str) or name not in possible:
        raise BadOrder("bad_request", "act: one of " + ", ".join(possible) + ".")
    form, names = _FORMS[name], frozenset(fields)
    if not form.needed <= names or not names <= form.needed | form.optional:
        wanted = ", ".join(sorted(form.needed))
        raise BadOrder("bad_request", f"Needed: {wanted}; possible: {', '.join(sorted(form.optional))}; nothing else.")
    reason, attempt = read_reason(fields["reason"]), fields.get("attempt")
    try:
        act = form.read(fields)
        return Order(name, act, reason, None if attempt is None else read_text("attempt", attempt, MAX_ID_CHARS))
    except BadFrame as fault:
        raise BadOrder("bad_request", f"{fault.message}.") from None


def read_reason(words: object) -> str:
    """Read a reason as it is kept and told. Raises: BadOrder."""
    try:
        return read_text("reason", words.strip() if isinstance(words, str) else words, MAX_REASON_CHARS)
    except BadFrame:
        raise BadOrder("reason_needed", f"A reason of 1 to {MAX_REASON_CHARS} characters is needed.") from None
