"""Tests of chatserver.groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatserver.core.acts import EXPLAINED
from chatserver.core.reasons import reasons_of
from chatserver.core.schedule import Span
from chatserver.groups import GroupFileError, load_groups, read_group

KEY = bytes(32)
GOOD = '[group]\ntitle = "Tea"\ntopic = "Talk"\nlanguage = "en"\nseats = 12\nagreement = "Be kind."\n'


def test_the_packaged_groups_are_read() -> None:
    """Six groups, each with an agreement that says what this is not; no slug shows in an id."""
    groups = load_groups(None, KEY)
    assert {group.slug for group in groups} >= {
        "depression",
        "anxiety",
        "bipolar",
        "addiction-recovery",
        "grief",
        "general",
    }
    assert all("not a crisis service" in group.agreement.text for group in groups)
    assert all(group.slug not in group.id for group in groups)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("seats = 12", "seats = 1"), 5, "from 2 to 5000"),
        (("seats = 12", 'seats = "12"'), 5, "whole number"),
        (('title = "Tea"', 'title = ""'), 2, "1 to 80"),
        (('language = "en"', 'language = "English!"'), 4, "language tag"),
        (("agreement", "agreemnt"), 6, "not a setting"),
        (('topic = "Talk"', "topic = Talk"), 3, "Invalid value"),
        (("[group]", "[club]"), 1, "not a table"),
    ],
)
def test_a_fault_names_file_and_line(change: tuple[str, str], line: int, words: str) -> None:
    """The operator finds the place."""
    with pytest.raises(GroupFileError, match=words) as caught:
        read_group("tea.toml", GOOD.replace(*change).encode(), KEY)
    assert (caught.value.path, caught.value.line) == ("tea.toml", line)


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("[desk]\nwords = 1\n", 8, "reasons, and nothing else"),
        ("[desk.reasons]\nhug = ['x']\n", 9, "not an act"),
        ("[desk.reasons]\nmute = 'x'\n", 9, "a list"),
        ("[desk.reasons]\nmute = ['']\n", 9, "1 to 500"),
        ("[desk.reasons]\nmute = ['" + "x" * 501 + "']\n", 9, "1 to 500"),
    ],
)
def test_reasons_of_another_form_are_a_fault(table: str, line: int, words: str) -> None:
    """The operator finds the place."""
    with pytest.raises(GroupFileError, match=words) as caught:
        read_group("tea.toml", f"{GOOD}\n{table}".encode(), KEY)
    assert caught.value.line == line


def test_a_groups_own_reasons_stand_before_the_houses() -> None:
    """For the acts it names; the others keep the house's; every act that somebody is told of has its list."""
    group = read_group("tea.toml", (GOOD + "\n[desk.reasons]\nmute = [' Drink some tea. ']\nfold = []\n").encode(), KEY)
    reasons = reasons_of(group.reasons)
    assert reasons["mute"] == ["Drink some tea."]
    assert reasons["fold"] == []
    assert reasons["remove"] == reasons_of(())["remove"] != []
    assert set(reasons) == set(EXPLAINED)


def test_an_agreement_has_a_new_version_when_its_text_changes() -> None:
    """A changed text must be agreed to anew; a table may name its version."""
    one = read_group("tea.toml", GOOD.encode(), KEY).agreement
    two = read_group("tea.toml", GOOD.replace("kind", "kinder").encode(), KEY).agreement
    three = read_group(
        "tea.toml", GOOD.replace('"Be kind."', '{version = "3", text = "Be kind."}').encode(), KEY
    ).agreement
    assert one.version != two.version
    assert three.version == "3"


def test_a_folder_without_groups_is_a_fault(tmp_path: Path) -> None:
    """An empty or missing folder is said, not served."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(GroupFileError):
            load_groups(folder, KEY)


def test_a_group_names_its_boundaries_or_leaves_them_to_its_slug(tmp_path: Path) -> None:
    """A packaged set by name, a file relative to the group's folder, or nothing."""
    head = b'[group]\ntitle = "Porch"\ntopic = "T"\nlanguage = "en"\nseats = 2\nagreement = "A"\n'
    assert read_group("porch.toml", head, KEY).rules is None
    assert read_group("porch.toml", head + b'[moderation]\nrules = "grief"\n', KEY).rules == "grief"
    own = read_group("porch.toml", head + b'[moderation]\nrules = "rules/own.toml"\n', KEY, tmp_path)
    assert own.rules == str(tmp_path / "rules" / "own.toml")
    for wrong in (b'rules = "Two Words"', b"rules = 1", b'colour = "red"'):
        with pytest.raises(GroupFileError, match=r"porch\.toml:"):
            read_group("porch.toml", head + b"[moderation]\n" + wrong, KEY, tmp_path)


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("[schedule]\nzone = 'Europe/Nowhere'\n", 9, "IANA"),
        ("[schedule]\nzone = '../../etc/passwd'\n", 9, "IANA"),
        ("[schedule]\nzone = 'Europe'\n", 9, "IANA"),
        ("[schedule]\ndaily = ['18:00-22:00']\n", 8, "must name its zone"),
        ("[schedule]\nzone = 'UTC'\nsomeday = []\n", 10, "not a day"),
        ("[schedule]\nzone = 'UTC'\nmonday = '18:00-22:00'\n", 10, "a list"),
        ("[schedule]\nzone = 'UTC'\nmonday = ['18-22']\n", 10, "18:00-22:00"),
        ("[schedule]\nzone = 'UTC'\nmonday = ['24:00-01:00']\n", 10, "18:00-22:00"),
        ("[schedule]\nzone = 'UTC'\nmonday = ['18:00-24:30']\n", 10, "18:00-22:00"),
        ("[schedule]\nzone = 'UTC'\nmonday = ['18:00-18:00']\n", 10, "18:00-22:00"),
    ],
)
def test_a_fault_of_the_schedule_names_its_line(table: str, line: int, words: str) -> None:
    """No zone of another name is ever opened as a file."""
    with pytest.raises(GroupFileError, match=words) as caught:
        read_group("tea.toml", (GOOD + "\n" + table).encode(), KEY)
    assert caught.value.line == line


def test_a_schedule_and_its_demand_are_read() -> None:
    """The daily spans and those of a day; without either nothing is demanded."""
    table = "[schedule]\nzone = 'UTC'\ndaily = ['18:00-24:00']\nsunday = ['22:00-02:00', '18:00-24:00']\n"
    group = read_group("tea.toml", (GOOD + "requires_staff = true\n" + table).encode(), KEY)
    assert group.requires_staff
    assert group.schedule is not None
    assert group.schedule.spans == (*(Span(day, 1080, 1440) for day in range(7)), Span(6, 1320, 120))
    plain = read_group("tea.toml", GOOD.encode(), KEY)
    assert (plain.schedule, plain.requires_staff) == (None, False)
    with pytest.raises(GroupFileError, match="true or false"):
        read_group("tea.toml", (GOOD + "requires_staff = 1\n").encode(), KEY)
