"""Promises of the boundary rules: their examples are the tests."""

from pathlib import Path

import pytest

from moderation.boundaries import load_group
from moderation.boundaries.catalogue import Catalogue, Rule, load, packaged
from moderation.boundaries.spelling import respell
from moderation.normalise import normalise
from moderation.rulefile import RuleFault

GROUPS = sorted(path.stem for path in (Path(__file__).parents[3] / "moderation" / "groups").glob("*.toml"))
LABELS = frozenset({"personal_info", "contact", "method", "harassment", "hate", "sexual", "medical", "promotion"})
RULE = (
    '[[rule]]\nid = "a.b"\nlabel = "{label}"\nintent = "Keeps."\n'
    "pattern = '''{pattern}'''\nmatch = [\"a\"]\nnot = [\"b\"]\n"
)


def _cases() -> list[tuple[str, Catalogue, Rule]]:
    own = [("plain", load_group(name).own) for name in GROUPS]
    return [(place, book, rule) for place, book in (*packaged().items(), *own) for rule in book.rules]


def _rules_in(text: str, place: str, book: Catalogue) -> set[str]:
    seen = text if place == "original" else respell(normalise(text)).text
    return {rule.id for rule, _, _ in book.find(seen, LABELS)}


@pytest.mark.parametrize(("place", "book", "rule"), _cases(), ids=lambda value: getattr(value, "id", ""))
def test_rule_keeps_its_examples_when_matched(place: str, book: Catalogue, rule: Rule) -> None:
    """Every rule finds each text of its `match` and none of its `not`."""
    assert [text for text in rule.match if rule.id not in _rules_in(text, place, book)] == []
    assert [text for text in rule.never if rule.id in _rules_in(text, place, book)] == []
    assert rule.match
    assert rule.never


@pytest.mark.parametrize("place", ["plain", "original"])
def test_patterns_are_one_or_many_when_listed(tmp_path: Path, place: str) -> None:
    """A list is as good as an alternation, and a flag at the head of one pattern says nothing of the next."""
    head, rule = f"on = '{place}'\n", RULE.format(label="hate", pattern="(?i)soup|salt")
    for source in (rule, rule.replace("'''(?i)soup|salt'''", '["(?i)soup", "salt"]')):
        (tmp_path / "x.toml").write_text(head + source)
        book = load(tmp_path)[place]
        assert [start for _, start, _ in book.find("SOUP salt", LABELS)] == [0, 5]
    assert [start for _, start, _ in book.find("SOUP SALT", LABELS)] == [0]


def test_rule_ids_are_unique_when_loaded() -> None:
    """A reason names one rule."""
    ids = [rule.id for book in packaged().values() for rule in book.rules]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("on = 'nowhere'\n", 1, 1),
        ("\n" + RULE.format(label="suicide", pattern="a"), 4, 1),
        (RULE.format(label="hate", pattern="(a"), 5, 1),
        (RULE.format(label="hate", pattern="a") + 'action = "hold"\n', 8, 1),
        (RULE.format(label="hate", pattern="a") + 'guards = ["never"]\n', 8, 12),
        ('[[rule]]\nid = "a.b"\n', 2, 6),
        ("[[rule]\n", 1, 7),
    ],
)
def test_fault_names_its_place_when_refused(tmp_path: Path, source: str, line: int, column: int) -> None:
    """Whoever writes a rule is told line and column of what is wrong."""
    (tmp_path / "x.toml").write_text(source)
    with pytest.raises(RuleFault) as fault:
        load(tmp_path)
    assert (fault.value.line, fault.value.column) == (line, column)
