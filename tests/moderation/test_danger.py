"""Danger rules: their examples are the tests; none can carry an action."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import Action, Context, Level, Reviewer, load_rules
from moderation.danger import PACKAGED, RuleFault
from moderation.normalise import normalise

RULES = load_rules()
MATCH = [(rule.id, text) for rule in RULES.rules for text in rule.match]
NEVER = [(rule.id, text) for rule in RULES.rules for text in rule.never]


@pytest.mark.parametrize(("rule", "text"), MATCH)
def test_rule_when_example_must_match(rule: str, text: str) -> None:
    """Every rule finds its own examples."""
    assert rule in {hit.rule.id for hit in RULES.find(normalise(text).text)}


@pytest.mark.parametrize(("rule", "text"), NEVER)
def test_rule_when_example_must_not_match(rule: str, text: str) -> None:
    """Every rule leaves its counter-examples alone."""
    assert rule not in {hit.rule.id for hit in RULES.find(normalise(text).text)}


@pytest.mark.parametrize("action", ["fold", "mask", "hold", "return", "deliver"])
def test_load_rules_when_danger_carries_an_action(tmp_path: Path, action: str) -> None:
    """A danger rule with any action is refused."""
    path = tmp_path / "rules.toml"
    path.write_text(PACKAGED.read_text("utf-8").replace("\nlevel =", f'\naction = "{action}"\nlevel =', 1), "utf-8")
    with pytest.raises(RuleFault, match="action"):
        load_rules(path)


@given(st.text(max_size=200))
def test_review_when_any_text(text: str) -> None:
    """Any text is delivered, every reason lies in it, and the verdict is the same again."""
    verdict = Reviewer(RULES).review(text)
    assert verdict == Reviewer(RULES).review(text)
    assert verdict.action is Action.DELIVER
    assert all(0 <= reason.start <= reason.end <= len(text) for reason in verdict.reasons)


@pytest.mark.parametrize("harmless", ["he said he wants to die", "years ago i wanted to kill myself", "lol"])
def test_review_when_harmless_clause_stands_beside(harmless: str) -> None:
    """A guard in one clause never lowers a present first-person statement in another."""
    assert Reviewer(RULES).review(f"{harmless}. i want to kill myself").level >= Level.RED


def test_review_when_typed_over_several_lines() -> None:
    """One statement typed over several lines is found at its last line."""
    assert Reviewer(RULES).review("kill myself tonight", Context(["i am", "going to"])).level is Level.CRISIS


@pytest.mark.parametrize("laugh", ["lol", "jk", "haha", "lmao"])
def test_review_when_a_laugh_stands_beside_a_statement(laugh: str) -> None:
    """A laugh, before or after, hides no present first-person statement."""
    reviewer = Reviewer(RULES)
    assert reviewer.review(f"i want to kill myself {laugh}").level >= Level.RED
    assert reviewer.review(f"{laugh} i want to kill myself").level >= Level.RED
