"""Tests of chatserver.core.codec."""

from __future__ import annotations

import json
import unicodedata

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.codec import JSON, MSGPACK, Codec, attempt_of, read_fields
from chatserver.core.errors import BadFrame
from chatserver.core.messages import Act, Enter, Position, React, Say

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


def read(codec: Codec, payload: bytes) -> Act:
    """Read one payload."""
    return read_fields(codec.decode(payload))


@given(st.binary(max_size=200), st.sampled_from([JSON, MSGPACK]))
def test_nothing_but_a_bad_frame_is_raised_when_bytes_are_arbitrary(payload: bytes, codec: Codec) -> None:
    """Whatever bytes come, the codec gives an act or BadFrame."""
    try:
        act = read(codec, payload)
    except BadFrame as fault:
        assert fault.code
    else:
        assert act is not None


@given(ANYTHING)
def test_nothing_but_a_bad_frame_is_raised_when_values_are_arbitrary(value: object) -> None:
    """Whatever was decoded, reading it gives an act or BadFrame."""
    try:
        read_fields(value)
    except BadFrame as fault:
        assert fault.message
    else:
        assert isinstance(value, dict)


@given(
    st.sampled_from(["enter", "say", "react", "take_back", "report", "ask_moderator", "typing"]),
    st.dictionaries(
        st.sampled_from(["id", "text", "pos", "kind", "on", "after", "why", "words", "note", "x"]), ANYTHING
    ),
)
def test_nothing_but_a_bad_frame_is_raised_when_fields_are_arbitrary(do: str, fields: dict[str, object]) -> None:
    """Known acts with any fields are read or refused, and never read with a field that is not theirs."""
    try:
        read_fields({**fields, "do": do})
    except BadFrame:
        return
    assert "x" not in fields


def may_show_nothing(text: str) -> bool:
    """Tell whether there is no letter, digit, sign or symbol in it, but for those that are drawn as nothing."""
    return all(unicodedata.category(c)[0] in "ZCM" or c in "\u115f\u1160\u3164\uffa0\u2800" for c in text)


@given(st.text(min_size=1, max_size=64), st.text(min_size=1, max_size=300), st.sampled_from([JSON, MSGPACK]))
def test_a_say_is_the_same_when_it_has_travelled(name: str, text: str, codec: Codec) -> None:
    """decode(encode(x)) = x, in both encodings."""
    try:
        sent = codec.encode({"do": "say", "id": name, "text": text})
        act = read(codec, sent)
    except BadFrame as fault:
        assert may_show_nothing(name) or may_show_nothing(text)
        assert fault.code == "bad_field"
    else:
        assert act == Say(name, text)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("[]", "bad_frame"),
        ("{", "bad_frame"),
        ('{"do": NaN}', "bad_frame"),
        ("[" * 10_000, "bad_frame"),
        ('{"do": "dance"}', "unknown_act"),
        ('{"do": "say", "id": "a"}', "missing_field"),
        ('{"do": "say", "id": "a", "text": "b", "colour": 1}', "unknown_field"),
        ('{"do": "say", "id": "a", "text": 5}', "bad_field"),
        ('{"do": "say", "id": "", "text": "b"}', "bad_field"),
        ('{"do": "say", "id": "a", "text": "   "}', "bad_field"),
        ('{"do": "say", "id": "a", "text": "\\u200b \\u2800\\ufe0f"}', "bad_field"),
        ('{"do": "say", "id": "a", "text": "\\ud800"}', "bad_field"),
        (json.dumps({"do": "say", "id": "a", "text": "x" * 4001}), "too_long"),
        (json.dumps({"do": "say", "id": "x" * 65, "text": "a"}), "too_long"),
        ('{"do": "enter", "after": "nowhere"}', "bad_field"),
        ('{"do": "react", "pos": "a1.5-0", "kind": "shrug", "on": true}', "bad_field"),
        ('{"do": "react", "pos": "a1.5-0", "kind": "hug", "on": 1}', "bad_field"),
    ],
)
def test_a_frame_is_refused_with_its_code_when_it_is_wrong(frame: str, code: str) -> None:
    """Each kind of fault has its code."""
    with pytest.raises(BadFrame) as caught:
        read(JSON, frame.encode())
    assert caught.value.code == code


@pytest.mark.parametrize("value", [[1] * 100, {"do": {"a": [[]]}}, {str(n): n for n in range(50)}, {1: 2}, b"raw"])
def test_messagepack_is_refused_when_it_holds_more_than_an_act(value: object) -> None:
    """Deep, large or foreign MessagePack is refused before it is built."""
    with pytest.raises(BadFrame):
        read(MSGPACK, msgpack.packb(value))


def test_acts_are_read_when_they_are_well_formed() -> None:
    """The plain cases."""
    assert read(JSON, b'{"do": "enter", "after": null}') == Enter(None)
    assert read(JSON, b'{"do": "react", "pos": "a1.5-0", "kind": "hug", "on": true}') == React(
        Position("a1.5-0"), "hug", True
    )
    assert attempt_of({"do": "say", "id": "a7", "text": 5}) == "a7"
    assert "secret" not in repr(Say("a", "secret words"))
