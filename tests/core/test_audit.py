"""Tests of chatserver.core.audit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.core.audit import FIRST, Entry, Head, Seal, digest, first_fault, pack_entry, seal, unpack_entry

KEY = bytes(range(32))
ENTRIES = st.lists(
    st.builds(Entry, st.integers(0, 2**40), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
    min_size=2,
    max_size=8,
    unique_by=lambda entry: (entry.at_ms, entry.who, entry.act, entry.about),
)
Log = list[tuple[bytes, Seal]]


def sealed(entries: list[Entry], key: bytes = KEY) -> Log:
    """Give the log of these entries."""
    log: Log = []
    last = FIRST
    for entry in entries:
        packed = pack_entry(entry)
        last = seal(key, last, packed)
        log.append((packed, last))
    return log


def head(log: Log) -> Head:
    """Give where a log ends."""
    return Head(len(log), log[-1][1])


@given(ENTRIES)
def test_an_untouched_log_has_no_fault_and_reads_back(entries: list[Entry]) -> None:
    """Whatever the entries, and also without a checkpoint."""
    log = sealed(entries)
    assert first_fault(KEY, log, head(log)) is None
    assert first_fault(KEY, log) is None
    assert [unpack_entry(packed) for packed, _ in log] == entries


@given(ENTRIES, st.data())
def test_the_first_tampered_entry_is_named(entries: list[Entry], data: st.DataObject) -> None:
    """Edited, deleted, inserted, reordered, cut off."""
    log = sealed(entries)
    end = head(log)
    place = data.draw(st.integers(0, len(log) - 2))
    way = data.draw(st.sampled_from(["edit", "delete", "insert", "swap", "cut"]))
    forged = list(log)
    if way == "edit":
        forged[place] = (pack_entry(Entry(0, "somebody", "else", "did it")), forged[place][1])
    elif way == "delete":
        del forged[place]
    elif way == "insert":
        forged.insert(place, (pack_entry(Entry(0, "somebody", "else", "did it")), forged[place][1]))
    elif way == "swap":
        forged[place], forged[place + 1] = forged[place + 1], forged[place]
    else:
        del forged[place + 1 :]
    fault = first_fault(KEY, forged, end)
    assert fault is not None
    assert fault.number == (place + 2 if way == "cut" else place + 1)


@given(ENTRIES)
def test_a_log_written_anew_is_found_when_the_key_leaked_but_the_checkpoint_did_not(entries: list[Entry]) -> None:
    """Sealed well, but it is not the log that the checkpoint names."""
    end = head(sealed(entries))
    assert first_fault(KEY, sealed(entries[::-1]), end) is not None
    assert first_fault(KEY, sealed(entries, key=bytes(32)), end) is not None


def test_a_digest_says_nothing_and_is_the_same_for_the_same() -> None:
    """What stands for a member's words."""
    assert digest(KEY, "hello") == digest(KEY, "hello") != digest(KEY, "hallo")
    assert digest(bytes(32), "hello") != digest(KEY, "hello")


@pytest.mark.parametrize("packed", [b"", b"\xc0", b"\x93\x01\x02\x03"])
def test_what_is_no_entry_is_refused(packed: bytes) -> None:
    """Never half an entry."""
    with pytest.raises((ValueError, TypeError)):
        unpack_entry(packed)
