"""The model: the same weights from the same data, raising and never lowering, within its bounds."""

from __future__ import annotations

import re
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import Level, Reviewer
from moderation.model import Model
from moderation.model import weights as stored
from moderation.model.concepts import MAX_CONCEPTS, WINDOW, concepts_of, together
from moderation.model.features import BUCKETS, SIZE, word_buckets
from moderation.model.training import Example, _row, train
from moderation.model.weights import MAX_REMEMBERED, PACKAGED, URGENT, Output, dump, load, packaged, silent
from moderation.normalise import normalise
from tests.moderation.packaged import RULES

GLOOM = [Example(f"everything is gloom and fog {n}", 2) for n in range(12)]
CHEER = [Example(f"the picnic was sunny and warm {n}", 0) for n in range(12)]


def _always(short: float) -> Model:
    output = Output(array("b", bytes(SIZE)), 0.0, 0.0, short, short)
    return Model(output, output)


def test_train_when_run_twice() -> None:
    """Same data, same weights, byte for byte."""
    first, again = (dump(train(GLOOM + CHEER).model) for _ in range(2))
    assert first == again


@given(st.text(max_size=200))
def test_scores_when_compared_with_what_was_learnt_from(text: str) -> None:
    """A review reads of a text what training read of it: the same sum of the same weights."""
    normal, model = normalise(text).text, packaged()
    for score, output in zip(model.scores(normal), (model.flag, model.urgent), strict=False):
        told = sum(value * output.weights[bucket] for bucket, value in _row(normal).items())
        assert score == pytest.approx(output.bias + output.scale * told, abs=1e-6)


def test_train_when_kin_is_new() -> None:
    """A word never met speaks as its kin did, beside words nobody knows."""
    model = train(
        [Example(f"zorg hund {n}", 2) for n in range(12)] + [Example(f"zorg tabletten {n}", 0) for n in range(12)]
    )
    assert model.model.scores("cachorro")[1] > model.model.scores("pastillas")[1]


def test_train_when_texts_differ() -> None:
    """What was rated urgent scores above what was rated harmless, in texts of the same kind not learnt from."""
    model = train(GLOOM + CHEER).model
    assert model.scores("gloom and fog all day")[0] > model.scores("sunny and warm all day")[0]


@given(st.text(max_size=300))
def test_review_when_model_is_there(text: str) -> None:
    """The model never lowers what the rules said, and its verdict is the same again."""
    with_model, without = Reviewer(RULES).review(text), Reviewer(RULES, model=silent()).review(text)
    assert with_model.level >= without.level
    assert set(without.reasons) <= set(with_model.reasons)
    assert with_model == Reviewer(RULES).review(text)


def test_review_when_model_alone_speaks() -> None:
    """Its reason names itself and stands for the whole text."""
    verdict = Reviewer(RULES, model=_always(-1.0)).review("soup")
    assert (verdict.level, verdict.labels) == (Level.RED, frozenset({"suicide"}))
    assert [(r.rule, r.start, r.end) for r in verdict.reasons] == [(URGENT.rule, 0, 4)]


def test_review_when_rules_are_as_high() -> None:
    """The model adds nothing where a rule already said as much."""
    verdict = Reviewer(RULES, model=_always(-1.0)).review("i want to kill myself tonight")
    assert verdict.level >= Level.RED
    assert not [r for r in verdict.reasons if r.rule.startswith("model.")]


def test_load_when_dumped() -> None:
    """A dumped model is the same again; the packaged one holds numbers only and is small."""
    content = PACKAGED.read_bytes()
    assert dump(load(content)) == content
    assert len(content) < 1 << 19


@pytest.mark.parametrize("content", [b"", b"alongside model 3\n[]\n", PACKAGED.read_bytes()[:-1]])
def test_load_when_cut(content: bytes) -> None:
    """What is no model is refused."""
    with pytest.raises(ValueError, match="weights"):
        load(content)


def test_scores_when_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """No flood of new words grows the memory past its bound."""
    assert MAX_REMEMBERED == 8192
    monkeypatch.setattr(stored, "MAX_REMEMBERED", 4)
    model = silent()
    model.scores("one two three four five six seven eight")
    assert len(model._met) <= 4


@given(st.text(min_size=1, max_size=2000))
def test_word_buckets_when_word_is_long(word: str) -> None:
    """A long word costs no more than a bound, and every bucket exists."""
    buckets = word_buckets(word)
    assert len(buckets) <= 64
    assert all(0 <= bucket < BUCKETS for bucket in buckets)


def test_train_when_labels_are_given() -> None:
    """A danger that its words name has that label, in words it did not learn from too."""
    hunger = [Example(f"i skip every meal {n}", 1, labels=frozenset({"eating"})) for n in range(12)]
    death = [Example(f"i want to die {n}", 2, labels=frozenset({"suicide"})) for n in range(12)]
    model = train(hunger + death + CHEER).model
    model.flag = model.urgent = Output(model.flag.weights, model.flag.scale, 0.0, -1e9, -1e9)
    found = [model.find(text) for text in ("breakfast again, calories", "muerte")]
    assert [one.label for one in found if one is not None] == ["eating", "suicide"]


def test_train_when_a_hand_wrote_many() -> None:
    """All that one hand wrote is scored by a model that saw none of it: words only that hand uses say nothing there."""
    own = [Example(f"zorglub {n}", 2, hand="one") for n in range(12)]
    trained = train(own + GLOOM + CHEER)
    assert max(trained.held_out[0][:12]) < 0 < trained.model.scores("zorglub")[0] - trained.model.flag.bias


def test_train_when_a_rule_finds_a_harmless_line() -> None:
    """It sets no threshold: the model may say what a rule says anyway. What is learnt of words stays the same."""
    odd = [Example("gloom and fog and picnic", 0, is_found=found) for found in (False, True)]
    strict, free = (train([*GLOOM, *CHEER, one]).model for one in odd)
    assert free.urgent.short < strict.urgent.short
    assert free.urgent.weights == strict.urgent.weights


def test_packaged_when_read() -> None:
    """No word stands in the weights: after one line of numbers and labels there are only bytes of buckets."""
    head = PACKAGED.read_bytes().split(b"\n", 2)[1].decode()
    known = {"abuse", "eating", "overdose", "self_harm", "suicide", "threat"}
    assert set(re.findall(r"[a-z_]{2,}", head)) <= known
    assert len(PACKAGED.read_bytes()) < 2 * SIZE + 8192


@given(st.lists(st.lists(st.integers(0, MAX_CONCEPTS - 1), max_size=3).map(tuple), max_size=30))
def test_together_when_any_concepts(concepts: list[tuple[int, ...]]) -> None:
    """Each concept alone, and each within the window after another; nothing further apart, and every bucket exists."""
    pairs = {
        MAX_CONCEPTS * (one + 1) + other
        for at, now in enumerate(concepts)
        for earlier in concepts[max(0, at - WINDOW) : at]
        for one in earlier
        for other in now
    }
    assert together(concepts) == pairs | {one for now in concepts for one in now}
    assert all(0 <= one < SIZE - BUCKETS for one in together(concepts))


@pytest.mark.parametrize(("one", "other"), [("suicidio", "suicide"), ("morir", "die"), ("abschiedsbrief", "farewell")])
def test_concepts_of_when_languages_differ(one: str, other: str) -> None:
    """Words of one meaning share a concept, whatever the language or the ending."""
    assert set(concepts_of(one)) & set(concepts_of(other))
