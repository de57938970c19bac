"""Danger rules: their examples are the tests; none can carry an action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import Action, Context, Earlier, Level, Reviewer, load_rules
from moderation.danger import Rule
from moderation.danger.loading import KEYS, PACKAGED
from moderation.normalise import normalise
from moderation.rulefile import RuleFault
from tests.moderation.packaged import RULES

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


def test_load_rules_when_packaged() -> None:
    """The packaged rules are loaded without a look at their patterns; as anybody's they would be accepted too."""
    assert load_rules(PACKAGED).rules == RULES.rules


RULE: dict[str, object] = {
    "id": "x", "label": "suicide", "level": "red", "intent": "Says so.", "source": "here", "owner": "us",
    "guards": [],
    "pattern": ["so"], "match": ["so"], "not": ["no"],
}  # fmt: skip
WORDS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
ACTIONS = st.sampled_from(
    ["action", "actions", "then", "do", "fold", "mask", "hold", "return", "hide", "delay", "mute"]
)
VALUES = st.sampled_from(["fold", "mask", "hold", "return", "deliver", "", 1, True, [], ["hold"], {"do": "hold"}])


def written(*rules: Mapping[str, object], top: str = "") -> str:
    """A rule file; TOML spells these values as JSON does."""
    tables = []
    for rule in rules:
        lines = [f"{key} = {_spell(value)}" for key, value in rule.items()]
        tables.append("\n".join(["[[rule]]", "reviewed = 2026-11-25", *lines]))
    return top + "\n".join(tables)


def _spell(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_spell(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


@settings(deadline=None, max_examples=40)
@given(ACTIONS | WORDS.filter(lambda key: key not in KEYS), VALUES, st.integers(0, 2), st.integers(1, 3))
def test_load_rules_when_danger_carries_an_action(key: str, value: object, at: int, count: int) -> None:
    """Whatever the key is called and wherever it stands, a danger rule has no place for an action."""
    rules: list[dict[str, object]] = [RULE | {"id": f"r{n}"} for n in range(count)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rules.toml"
        path.write_text(written(*rules), "utf-8")
        assert len(load_rules(path).rules) == count
        rules[at % count] |= {key: value}
        path.write_text(written(*rules), "utf-8")
        with pytest.raises(RuleFault) as fault:
            load_rules(path)
        assert key in str(fault.value)
        path.write_text(written(RULE, top=f"{key} = {_spell(value)}\n"), "utf-8")
        if key not in ("rule", "slots"):
            with pytest.raises(RuleFault):
                load_rules(path)


def test_rule_has_no_field_for_an_action() -> None:
    """Not only the loader: the value itself has nowhere to keep one."""
    assert {field.name for field in fields(Rule)} == {
        "id", "label", "level", "intent", "source", "owner", "reviewed", "guards", "patterns", "match", "never",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": "promotion"}, "not a danger label"),
        ({"level": "green"}, "level is"),
        ({"guards": ["all"]}, "unknown guard"),
        ({"pattern": ["(so"]}, "not RE2"),
        ({"pattern": ["(?=so)so"]}, "not RE2"),
        ({"pattern": ["s*"]}, "empty text"),
        ({"match": []}, "at least one"),
        ({"intent": ""}, "not empty"),
        ({"intent": 3}, "texts"),
        ({"match": "so"}, "list of texts"),
    ],
)
def test_load_rules_when_a_rule_is_wrong(tmp_path: Path, change: dict[str, object], message: str) -> None:
    """A wrong rule is refused with the file, the line and what is wrong."""
    path = tmp_path / "rules.toml"
    path.write_text(written(RULE | {"id": "fine"}, RULE | change), "utf-8")
    with pytest.raises(RuleFault, match=message) as fault:
        load_rules(path)
    assert fault.value.line > written(RULE).count("\n")


def test_load_rules_when_two_have_one_id(tmp_path: Path) -> None:
    """An id names one rule."""
    path = tmp_path / "rules.toml"
    path.write_text(written(RULE, RULE), "utf-8")
    with pytest.raises(RuleFault, match="two rules"):
        load_rules(path)


@settings(deadline=None)
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


PRESENT = [
    "i want to kill myself", "i want to die", "im going to end my life", "i just want to be dead", "im suicidal",
    "i dont want to live", "im going to kill myself tonight", "i have the rope ready", "i took all my pills",
    "i cut myself again", "my husband hits me", "im going to stab him tonight", "quiero matarme", "je veux mourir",
    "ich will sterben", "quero me matar",
]  # fmt: skip
HARMLESS = [
    "i used to love football", "years ago i was fine", "when i was 15 i used to cut", "she said it is late",
    "my friend wants to die", "i dont want to go to school", "never mind the weather", "that film is about suicide",
    "dying of laughter", "this homework is killing me", "he said he wants to die", "i wanted to die last year",
    "i dont want to kill anyone", "lol", "my nan died", "no", "i am not suicidal",
    "holiday starts on monday", "id pick the beach", "id go with the red one", "the party is at ten", "jaja",
    "mdr", "kkk", "he survived", "i burned it",
    "the laundry is done", "the dishwasher is on", "the plumber comes tomorrow", "we took photos",
    "so glad the bus came", "now i have work", "back in 2015 i was a kid", "i said no to him", "i left the oven on",
    "restraining order or not", "looking back", "the doctor asked", "at school we had maths", "until monday then",
    "then someone called", "hoy tengo 20", "heute bin ich froh", "maintenant je suis bien", "hoje estou feliz",
]  # fmt: skip
WITHOUT_JOINT = [
    "id pick the beach", "i said no to him", "i left the oven on", "holiday starts monday", "the laundry is done",
    "jaja", "so glad the bus came", "now i have work", "at school we had maths", "heute bin ich im buero",
]  # fmt: skip


def test_review_when_any_harmless_words_stand_beside() -> None:
    """None of the four kinds lowers a present first-person statement in the same message, whatever joins them."""
    reviewer = Reviewer(RULES)
    for now, harmless, joint in product(PRESENT, HARMLESS, (" and ", ", ", ". ", " but ", "; ")):
        for text in (f"{harmless}{joint}{now}", f"{now}{joint}{harmless}"):
            assert reviewer.review(text).level >= Level.RED, text


def test_review_when_harmless_words_follow_without_a_sign() -> None:
    """Many type without commas: words of another statement that follow lower nothing either.

    Two may go on to mean something else ("live in london", "hits me up") and are left out.
    """
    reviewer = Reviewer(RULES)
    complete = [one for one in PRESENT if one not in ("i dont want to live", "my husband hits me")]
    for now, harmless in product(complete, WITHOUT_JOINT):
        assert reviewer.review(f"{now} {harmless}").level >= Level.RED, f"{now} {harmless}"


def test_find_when_any_example_stands_beside_harmless_words() -> None:
    """No rule's own example is lowered by what is behind a comma or an "and".

    The same words about the weather show whether the example is one only where it ends. What is told as past itself
    ("i wanted to die") is read with the words around it.
    """
    for rule in (one for one in RULES.rules if not any(guard.wide for guard in one.guards)):
        for text, joint in product(rule.match, (", ", " and ")):
            alone = text.rstrip(".!? ")
            least = min(_level(alone), _level(f"{alone}{joint}the weather is warm"))
            for harmless in ("years ago i was fine", "holiday", "id pick the beach", "i said no", "party at ten"):
                assert _level(f"{alone}{joint}{harmless}") >= least, (rule.id, alone, harmless)


def _level(text: str) -> Level:
    return max((hit.rule.level for hit in RULES.find(normalise(text).text)), default=Level.GREEN)


def test_review_when_taken_back_as_a_joke() -> None:
    """A joke afterwards erases nothing, and without a statement before it says nothing."""
    reviewer = Reviewer(RULES)
    assert reviewer.review("jk i was just joking", Context([Earlier("i want to kill myself", 60)])).level >= Level.RED
    assert reviewer.review("jk i was just joking", Context(["my cat wrote this"])).level is Level.GREEN


def test_review_when_weak_signals_add_up() -> None:
    """Three weak lines of a day are red; the same over a longer time stay amber."""
    reviewer, weak = Reviewer(RULES), ("everything feels hopeless", "no one would miss me if i was gone")
    now = "i cant do this anymore"
    assert reviewer.review(now, Context([Earlier(line, 3600) for line in weak])).level is Level.RED
    assert reviewer.review(now, Context([Earlier(line, 200_000) for line in weak])).level is Level.AMBER
