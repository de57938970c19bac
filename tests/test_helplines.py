"""Tests of chatserver.helplines and of what the server answers with them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from chatserver.helplines import HelplineFileError, by_country, load_lines
from chatserver.helplines.__main__ import read_table
from tests.house import House

COLUMNS = [
    "iso2",
    "country",
    "service",
    "dial_in_country",
    "text",
    "url",
    "hours",
    "languages",
    "source_1",
    "source_1_date",
    "source_2",
    "source_2_date",
    "confidence",
    "notes",
]


def test_no_line_is_confirmed_before_somebody_says_so() -> None:
    """Every packaged line can be reached in some way, names its country, and is unconfirmed; X is nowhere."""
    lines = load_lines()
    assert len(lines) > 50
    assert not any(line.is_confirmed for line in lines)
    assert {line.confidence for line in lines} <= {"A", "B", "C"}
    assert all((line.dial or line.text or line.url) and len(line.iso2) == 2 for line in lines)
    assert all(line.checked is None or len(line.checked) == 10 for line in lines)


def test_a_line_is_confirmed_when_the_operators_file_names_it_with_its_number(tmp_path: Path) -> None:
    """That line alone, with the day of the call."""
    first = load_lines()[0]
    file = tmp_path / "called.toml"
    file.write_text(
        f'[[confirmed]]\niso2 = "{first.iso2}"\nservice = "{first.service}"\ndial = "{first.dial}"\non = "2026-11-20"\n'
    )
    confirmed = [line for line in load_lines(file) if line.is_confirmed]
    assert [(line.service, line.checked) for line in confirmed] == [(first.service, "2026-11-20")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "cannot be read"),
        ("", "tables"),
        ('[[confirmed]]\niso2 = "US"\n', "confirmation 1: needs"),
        ('[[confirmed]]\niso2 = "US"\nservice = "None such"\ndial = "1"\non = "2026-11-20"\n', "None such"),
        ('[[confirmed]]\niso2 = "US"\nservice = "a"\ndial = "1"\non = "last week"\n', "must be a day"),
    ],
)
def test_a_fault_names_the_operators_file(tmp_path: Path, text: str, words: str) -> None:
    """Nothing is confirmed by mistake: a wrong number, an unknown service and a wrong form are faults."""
    file = tmp_path / "called.toml"
    file.write_text(text)
    with pytest.raises(HelplineFileError, match=words) as caught:
        load_lines(file)
    assert str(caught.value).startswith(str(file))


def test_a_line_whose_sources_conflict_is_left_out_of_the_table(tmp_path: Path) -> None:
    """The day is that of the newest source that names one."""
    table = tmp_path / "table.csv"
    with table.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        row = ["XX", "Nowhere", "A line", "1", "", "", "", "en", "one", "2021-07-09", "two", "undated ; 2025-11-30"]
        writer.writerow([*row, "A", ""])
        writer.writerow([*row, "X", "they differ"])
    rows = read_table(table)
    assert [(row["dial"], row["checked"]) for row in rows] == [("1", "2025-11-30")]


def test_the_server_gives_every_country_to_everybody(house: House) -> None:
    """The form pages rely on; nobody says which country is theirs."""
    countries = house.get("/api/helplines")
    assert countries == by_country(load_lines())
    assert [country["country"] for country in countries] == sorted(country["country"] for country in countries)
    assert set(countries[0]["lines"][0]) == {
        "service", "dial", "text", "url", "hours", "languages", "confidence", "is_confirmed", "checked",
    }  # fmt: skip
