"""Promises of the one reader of rule files."""

from pathlib import Path

import pytest

from moderation import load_rules
from moderation.boundaries.catalogue import load
from moderation.rulefile import RuleFault, parse

PATH = Path("x.toml")
SLOTS = "[slots]\nwho = 'i|we'\nwhat = ['tea', 'teacup']\nall = '(?:{who}) {what}'\n"


def test_expand_when_slots_name_slots() -> None:
    """A slot is a pattern or a list of words, may name others, and stands before a shared one of its name."""
    file = parse(SLOTS, PATH)
    assert file.expand("{all}{end}{who}", {"end": "[.]", "who": "x"}) == "(?:i|we) (?:teacup|tea)[.]i|we"


@pytest.mark.parametrize("pattern", [r"\p{Lu}", r"\x{C0}", "a{2,5}", "a{3}"])
def test_expand_when_braces_are_of_the_pattern(pattern: str) -> None:
    """Classes, letters by number and repetitions are no slots."""
    assert parse(SLOTS, PATH).expand(pattern) == pattern


def test_expand_when_no_slot_has_the_name() -> None:
    """A misspelt slot would match its own braces and nothing else: it is refused, with its place."""
    file = parse(SLOTS + "pattern = 'a {waht}'\n", PATH)
    with pytest.raises(RuleFault, match="no slot waht") as fault:
        file.expand("a {waht}")
    assert (fault.value.line, fault.value.column) == (5, 14)


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [("[[rule]]\nid = = 1\n", 2, 6), ("[[rule]]\nid = 'a'\nid = 'b'\n", 3, 9), ("a = 1\n[[rule]]\nid = '", 3, 7)],
)
def test_fault_when_a_file_is_no_toml(tmp_path: Path, source: str, line: int, column: int) -> None:
    """Whatever kind of rules the file was to hold, the same fault names the same place."""
    path = tmp_path / "x.toml"
    path.write_text(source, "utf-8")
    for reader, where in ((load_rules, path), (load, tmp_path)):
        with pytest.raises(RuleFault, match="not TOML") as fault:
            reader(where)
        assert (fault.value.line, fault.value.column) == (line, column)
