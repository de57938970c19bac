"""The kin of words: a number each, found again by hash, near for words that mean nearly the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.commands.kin import grouped, vocabulary
from moderation.model import kin as kin_file
from moderation.model.kin import KINDS, PACKAGED, UNKNOWN, dump, hash_of, kin_of, load

WORDS = st.dictionaries(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=8), st.integers(0, KINDS - 1))


@given(WORDS)
def test_load_when_dumped(words: dict[str, int]) -> None:
    """Every word's number is there, in the order of the hashes, and nothing else."""
    hashes, numbers = load(dump(words))
    assert list(hashes) == sorted({hash_of(word) for word in words})
    found = dict(zip(hashes, numbers, strict=True))
    assert {found[hash_of(word)] for word in words} <= set(words.values())
    assert all(found[hash_of(word)] in {words[one] for one in words if hash_of(one) == hash_of(word)} for word in words)


@pytest.mark.parametrize("content", [b"", b"alongside kin 0\n", PACKAGED.read_bytes()[:-1]])
def test_load_when_cut(content: bytes) -> None:
    """What is no table is refused."""
    with pytest.raises(ValueError, match="kin"):
        load(content)


def test_packaged_when_read() -> None:
    """It is small, holds six bytes a word and no words, and every number is one of the kinds."""
    hashes, numbers = kin_file.packaged()
    assert len(PACKAGED.read_bytes()) == len(b"alongside kin 1\n") + 6 * len(hashes) < 1 << 19
    assert list(hashes) == sorted(set(hashes))
    assert max(numbers) < KINDS


@pytest.mark.parametrize(("one", "other"), [("pills", "pastillas"), ("bridge", "puente"), ("dog", "hund")])
def test_kin_of_when_words_mean_the_same(one: str, other: str) -> None:
    """Words of one meaning are kin, whatever the language."""
    assert kin_of(one) == kin_of(other) != UNKNOWN


def test_kin_of_when_word_is_new() -> None:
    """A word that nobody knows has the number of the unknown, the empty one and the last one of all hashes too."""
    assert {kin_of(word) for word in ("zorglubxq", "", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")} == {UNKNOWN}


def test_vocabulary_when_pieces_are_of_all_sorts() -> None:
    """Whole words of Latin letters alone, under their normalised spelling; likelier ones and concepts weigh more."""
    pieces = {
        "\u2581Mañana": -6.0,
        "\u2581manana": -8.0,
        "ing": -3.0,
        "\u2581rare": -12.0,
        "\u2581дом": -5.0,
        "\u2581": -2.0,
    }
    spelled = vocabulary(pieces, ["rare", "rope"])
    assert {word: spellings for word, (spellings, _) in spelled.items()} == {
        "manana": ["mañana", "manana"], "rare": ["rare"], "rope": ["rope"],
    }  # fmt: skip
    assert spelled["rare"][1] > spelled["rope"][1] > 3
    assert 1 < spelled["manana"][1] < 2


def test_grouped_when_directions_differ() -> None:
    """Words that the encoder puts in one direction are kin, however far out; the same again the next time."""
    places = {"near": [1.0, 0.1], "far": [9.0, 1.0], "up": [0.1, 1.0], "high": [0.5, 8.0]}

    def embed(words: object) -> object:
        import numpy

        assert isinstance(words, list)
        return numpy.array([places[word] for word in words])

    spelled = {word: ([word], 1.0) for word in places}
    kin = grouped(spelled, embed, 2)
    assert kin["near"] == kin["far"] != kin["up"] == kin["high"]
    assert kin == grouped(spelled, embed, 2)
