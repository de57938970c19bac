"""The two encodings of the members' protocol: bytes to acts, plain mappings to bytes.

Promises: `read_act` raises nothing but BadFrame, on any bytes; what it returns obeys every bound of docs/protocol.md.
Unknown fields are refused. Knows nothing of frames, sockets or sessions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack

from chatserver.core.errors import BadFrame
from chatserver.core.letters import LetterId
from chatserver.core.messages import (
    MAX_ID_CHARS,
    MAX_NOTE_CHARS,
    MAX_POSITION_CHARS,
    MAX_TEXT_CHARS,
    REACTION_KINDS,
    Act,
    AnswerOffer,
    Appeal,
    AskModerator,
    Enter,
    Leave,
    LeaveHandOff,
    Misread,
    Position,
    React,
    Report,
    Say,
    Seen,
    TakeBack,
    Typing,
)

SUBPROTOCOL_JSON = "alongside.v1+json"
SUBPROTOCOL_MSGPACK = "alongside.v1+msgpack"

_LETTER = re.compile(r"\d{1,15}-\d{1,10}\Z")
_POSITION = re.compile(r"[0-9a-z]{1,20}\.\d{1,15}-\d{1,10}\Z")
# The bound of a frame (16 KiB) bounds sizes; this one keeps an unpacker from building thousands of objects for nothing.
_MAX_FIELDS = 16


# What shows nothing: white space, fillers (soft hyphen, Hangul, Mongolian, Braille blank), zero widths and marks of
# direction (Unicode 16, Default_Ignorable_Code_Point, and U+2800). Inside words they stay, emoji need some of them.
_UNSEEN = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "".join(
    chr(code)
    for first, last in (
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    )
    for code in range(first, last + 1)
)  # fmt: skip


def _fault(field: str, wanted: str) -> BadFrame:
    return BadFrame("bad_field", f"{field}: {wanted}")


def read_text(field: str, value: object, longest: int) -> str:
    """Give a text of 1 to `longest` characters that is not blank. Raises: BadFrame, which repeats nothing of it."""
    if not isinstance(value, str):
        raise _fault(field, "a text is needed")
    if len(value) > longest:
        raise BadFrame("too_long", f"{field}: {longest} characters at most")
    if not value.strip(_UNSEEN):
        raise _fault(field, "must not be empty")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _fault(field, "half a character (a lone surrogate)") from None
    return value


def read_position(field: str, value: object) -> Position:
    """Give a position. Raises: BadFrame."""
    if not isinstance(value, str) or len(value) > MAX_POSITION_CHARS or not _POSITION.match(value):
        raise _fault(field, "not a position")
    return Position(value)


def _letter(field: str, value: object) -> LetterId:
    if not isinstance(value, str) or not _LETTER.match(value):
        raise _fault(field, "not a letter")
    return LetterId(value)


def _choice(field: str, value: object, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise _fault(field, "one of " + ", ".join(choices))
    return value


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _fault(field, "true or false is needed")
    return value


Fields = Mapping[str, Any]


def _optional_text(fields: Fields, field: str, longest: int) -> str | None:
    value = fields.get(field)
    return None if value is None else read_text(field, value, longest)


def _enter(f: Fields) -> Act:
    return Enter(None if f["after"] is None else read_position("after", f["after"]))


def _say(f: Fields) -> Act:
    reply_to = f.get("reply_to")
    return Say(
        id=read_text("id", f["id"], MAX_ID_CHARS),
        text=read_text("text", f["text"], MAX_TEXT_CHARS),
        reply_to=None if reply_to is None else read_position("reply_to", reply_to),
        note=_optional_text(f, "note", MAX_NOTE_CHARS),
    )


def _react(f: Fields) -> Act:
    return React(read_position("pos", f["pos"]), _choice("kind", f["kind"], REACTION_KINDS), _flag("on", f["on"]))


def _report(f: Fields) -> Act:
    why = _choice("why", f["why"], ("concern", "rule"))
    return Report(
        read_position("pos", f["pos"]),
        "concern" if why == "concern" else "rule",
        _optional_text(f, "words", MAX_TEXT_CHARS),
    )


def _appeal(f: Fields) -> Act:
    return Appeal(read_text("receipt", f["receipt"], MAX_ID_CHARS), read_text("words", f["words"], MAX_TEXT_CHARS))


@dataclass(frozen=True, slots=True)
class _Form:
    needed: frozenset[str]
    allowed: frozenset[str]
    read: Callable[[Fields], Act]


def _form(needed: str, optional: str, read: Callable[[Fields], Act]) -> _Form:
    must = frozenset(needed.split()) | {"do"}
    return _Form(must, must | frozenset(optional.split()), read)


_FORMS: dict[str, _Form] = {
    "enter": _form("after", "", _enter),
    "say": _form("id text", "reply_to note", _say),
    "react": _form("pos kind on", "", _react),
    "take_back": _form("pos", "", lambda f: TakeBack(read_position("pos", f["pos"]))),
    "report": _form("pos why", "words", _report),
    "ask_moderator": _form("", "words", lambda f: AskModerator(_optional_text(f, "words", MAX_TEXT_CHARS))),
    "misread": _form("card", "", lambda f: Misread(read_text("card", f["card"], MAX_ID_CHARS))),
    "appeal": _form("receipt words", "", _appeal),
    "seen": _form("letter", "", lambda f: Seen(_letter("letter", f["letter"]))),
    "answer_offer": _form(
        "handoff accept",
        "",
        lambda f: AnswerOffer(read_text("handoff", f["handoff"], MAX_ID_CHARS), _flag("accept", f["accept"])),
    ),
    "leave_handoff": _form("handoff", "", lambda f: LeaveHandOff(read_text("handoff", f["handoff"], MAX_ID_CHARS))),
    "typing": _form("", "", lambda f: Typing()),
    "leave": _form("", "", lambda f: Leave()),
}


def read_fields(fields: object) -> Act:
    """Give the act one decoded frame asks for.

    Raises: BadFrame for anything docs/protocol.md does not name. A `say` that fails but names its attempt carries that
    name in no way: the caller asks `attempt_of`.
    """
    if not isinstance(fields, dict):
        raise BadFrame("bad_frame", "one object a frame is needed")
    do = fields.get("do")
    form = _FORMS.get(do) if isinstance(do, str) else None
    if form is None:
        raise BadFrame("unknown_act", "do: not an act of this protocol")
    names = fields.keys()
    if not form.needed <= names:
        raise BadFrame("missing_field", "missing: " + ", ".join(sorted(form.needed - names)))
    if not names <= form.allowed:
        raise BadFrame("unknown_field", "the frame holds a field this act does not know")
    return form.read(fields)


def attempt_of(fields: object) -> str | None:
    """Give the attempt's name of a `say` that could not be read, so that its author can be told which one; else
    None.
    """
    if isinstance(fields, dict) and fields.get("do") == "say":
        name = fields.get("id")
        if isinstance(name, str) and 0 < len(name) <= MAX_ID_CHARS:
            return name
    return None


@dataclass(frozen=True, slots=True)
class Codec:
    """One encoding: `decode` raises BadFrame on bytes that are none of it; `encode` takes what the server itself
    made.
    """

    subprotocol: str
    is_text: bool
    decode: Callable[[bytes], object]
    encode: Callable[[object], bytes]


def _no_constant(_: str) -> object:
    raise ValueError


# Made once: `json.loads` makes a decoder for every call that asks for anything special.
_decoder = json.JSONDecoder(parse_constant=_no_constant)


def _decode_json(payload: bytes) -> object:
    try:
        return _decoder.decode(payload.decode())
    except (ValueError, RecursionError):
        raise BadFrame("bad_frame", "not JSON") from None


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _encode_json(value: object) -> bytes:
    return _encoder.encode(value).encode()


def _decode_msgpack(payload: bytes) -> object:
    try:
        return msgpack.unpackb(
            payload, strict_map_key=True, max_map_len=_MAX_FIELDS, max_array_len=0, max_ext_len=0, max_bin_len=0
        )
    except (ValueError, RecursionError, msgpack.UnpackException):
        raise BadFrame("bad_frame", "not MessagePack, or more than an act holds") from None


JSON = Codec(SUBPROTOCOL_JSON, True, _decode_json, _encode_json)
MSGPACK = Codec(SUBPROTOCOL_MSGPACK, False, _decode_msgpack, msgpack.packb)
CODECS: dict[str, Codec] = {codec.subprotocol: codec for codec in (JSON, MSGPACK)}
