"""Tests of the generated parts: they are what the newest record says, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load import record
from tests.load.curves import pictures
from tests.load.document import DocumentError, fill

TEXT = "a\n<!-- bench:machine -->\nold\n<!-- /bench:machine -->\nb\n"


def test_a_part_is_filled_and_the_prose_stays() -> None:
    """Twice gives the same."""
    filled = fill(TEXT, {"machine": "new"})
    assert filled == TEXT.replace("old", "new")
    assert fill(filled, {"machine": "new"}) == filled


@pytest.mark.parametrize(
    "text", [TEXT.replace("machine", "nothing"), TEXT.replace("<!-- /bench:machine -->", ""), TEXT + "<!-- bench:x -->"]
)
def test_a_part_that_there_is_not_is_an_error(text: str) -> None:
    """So is one without an end: nothing is written then."""
    with pytest.raises(DocumentError):
        fill(text, {"machine": "new"})


def test_the_documents_say_what_the_newest_record_says() -> None:
    """`make bench ARGS=--record` was the last to write them; a figure changed by hand is found here."""
    for file, text in record.documents(record.newest()).items():
        assert file.read_text() == text, file.name


def test_every_picture_is_the_newest_record_s() -> None:
    """And every picture that the pages show is there."""
    folder = record.DOCS / "benchmarks"
    for name, picture in pictures(record.newest()).items():
        assert (folder / name).read_text() == picture, name
    shown = [part.partition(")")[0] for part in _pages().split("](")[1:]]
    for name in {Path(one).name for one in shown if one.endswith(".svg")}:
        assert (folder / name).exists(), name


def _pages() -> str:
    return (record.DOCS / "benchmarks" / "README.md").read_text() + (record.DOCS / "capacity.md").read_text()
