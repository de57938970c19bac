"""Logistic weights over buckets, as stored and as used. Must not know where they were learnt from.

A score is a sum of whole numbers, scaled once at the end: the same text has the same score on every machine.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, field, replace
from functools import cache
from math import sqrt
from operator import xor
from pathlib import Path
from typing import Final

from moderation.model.concepts import Concepts, concepts_of, together
from moderation.model.features import (
    BUCKETS,
    CONCEPT_WEIGHT,
    KIN_START,
    SIZE,
    is_first_person,
    kin_bucket,
    kin_key,
    pair_halves,
    signals_of,
    word_buckets,
    word_key,
    words_of,
)
from moderation.model.kin import kin_of
from moderation.verdict import Level

PACKAGED: Final = Path(__file__).with_name("weights.bin")
_BITS: Final = 24  # of the second weight of a bucket: sums of 60,000 weights have room
_HALF: Final = 1 << _BITS - 1
_MAGIC: Final = b"alongside model 3\n"
MAX_REMEMBERED: Final = 8192  # words with their sums, about 2 MB; then all are forgotten and learnt anew
LONG: Final = 25  # words; a post above this is another kind of text than a chat line, with thresholds of its own


@dataclass(frozen=True, slots=True)
class Output:
    """One question: its weights are signed bytes; above `short` (a line) or `long` (a post) the answer is yes."""

    weights: array[int] = field(repr=False)
    scale: float
    bias: float
    short: float
    long: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What the model says of a text above green."""

    rule: str
    level: Level
    intent: str
    label: str = "suicide"


FLAG: Final = Finding("model.flag", Level.AMBER, "Reads like what people write who need somebody to look.")
URGENT: Final = Finding("model.urgent", Level.RED, "Reads like what people write who think of ending their life.")


# Of a word: its sums, what it and its kin bring to a pair as first and as second, whether it is "I", its concepts.
Met = tuple[int, int, int, int, int, bool, Concepts]
Labels = dict[str, list[int]]  # of each danger: what speaks for it, first in any case, then each concept


class Model:
    """Scores normalised texts. Remembers the sums of words it has met, in memory only and within a bound."""

    def __init__(self, flag: Output, urgent: Output, labels: Labels | None = None) -> None:
        self.flag, self.urgent, self.labels = flag, urgent, labels or {}
        # Both weights of a bucket in one number, so that one look-up and one sum serve both.
        self._both = array(
            "i", [(one << _BITS) + other for one, other in zip(flag.weights, urgent.weights, strict=True)]
        )
        self._pairs = self._both[BUCKETS:KIN_START]  # those of concepts
        self._kin = self._both[KIN_START:]
        self._met = _Words(self._both)

    def scores(self, text: str) -> tuple[float, float, int]:
        """The two log-odds (somebody should look; soon) of normalised `text`, and its words. Linear in the length."""
        met, both = self._met, self._both.__getitem__
        rows = [met[word] for word in words_of(text)]
        sums, firsts, seconds, kin, next_kin, is_speaker, concepts = zip(*rows, strict=True) if rows else ((),) * 7
        words = sum(sums) + sum(map(both, map(xor, firsts, seconds[1:])))
        words += sum(map(self._kin.__getitem__, map(xor, kin, next_kin[1:])))
        signals = sum(map(both, signals_of(len(rows), sum(is_speaker))))
        seen = together(concepts)
        told = sum(map(self._pairs.__getitem__, seen))
        parts = zip(_parts(words), _parts(signals), _parts(told), strict=True)
        root, share = sqrt(len(rows) or 1), CONCEPT_WEIGHT / sqrt(len(seen) or 1)
        flag, urgent = [word / root + signal + share * concept for word, signal, concept in parts]
        return self.flag.bias + self.flag.scale * flag, self.urgent.bias + self.urgent.scale * urgent, len(rows)

    def find(self, text: str) -> Finding | None:
        """What the model sees in normalised `text`; None for nothing."""
        flag, urgent, words = self.scores(text)
        if urgent > (self.urgent.long if words > LONG else self.urgent.short):
            return replace(URGENT, label=self._label(text))
        return (
            replace(FLAG, label=self._label(text))
            if flag > (self.flag.long if words > LONG else self.flag.short)
            else None
        )

    def _label(self, text: str) -> str:
        """The danger that the concepts of `text` speak of most; suicide where nothing was learnt of labels."""
        met = self._met
        seen = {one for word in words_of(text) for one in met[word][-1]}
        sums = {label: bias + sum([weights[one] for one in seen]) for label, (bias, *weights) in self.labels.items()}
        return max(sums, key=lambda label: sums[label], default=FLAG.label)


class _Words(dict[str, Met]):
    """The words met, each worked out at its first look-up."""

    def __init__(self, both: array[int]) -> None:
        super().__init__()
        self._both = both

    def __missing__(self, word: str) -> Met:
        kin = kin_of(word)
        total = sum(map(self._both.__getitem__, word_buckets(word))) + self._both[KIN_START + kin_bucket(kin)]
        halves = (*pair_halves(word_key(word)), *pair_halves(kin_key(kin)))
        met = (total, *halves, is_first_person(word), concepts_of(word))
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        self[word] = met
        return met


def _parts(total: int) -> tuple[int, int]:
    """The two sums in a sum of numbers of `Model._both`."""
    urgent = ((total + _HALF) & (2 * _HALF - 1)) - _HALF
    return (total - urgent) >> _BITS, urgent


def dump(model: Model) -> bytes:
    """The model as a file's content: a line of numbers in JSON, then both arrays."""
    head = [[[o.scale, o.bias, o.short, o.long] for o in (model.flag, model.urgent)], model.labels]
    return _MAGIC + json.dumps(head).encode() + b"\n" + model.flag.weights.tobytes() + model.urgent.weights.tobytes()


def load(content: bytes) -> Model:
    """The model in a file's `content`. Raises: ValueError when it is not one."""
    head, _, rest = content.removeprefix(_MAGIC).partition(b"\n")
    if not content.startswith(_MAGIC) or len(rest) != 2 * SIZE:
        raise ValueError("these are not weights of this model")
    (flag, urgent), labels = json.loads(head)
    return Model(Output(array("b", rest[:SIZE]), *flag), Output(array("b", rest[SIZE:]), *urgent), labels)


def silent() -> Model:
    """A model that says nothing: for measuring the rules alone."""
    never = Output(array("b", bytes(SIZE)), 0.0, 0.0, float("inf"), float("inf"))
    return Model(never, never)


@cache
def packaged() -> Model:
    """The model that comes with the library, or a silent one where its file is missing (before the first training)."""
    return load(PACKAGED.read_bytes()) if PACKAGED.exists() else silent()
