"""Logistic weights over buckets, as stored and as used. Must not know where they were learnt from.

A score is a sum of whole numbers, scaled once at the end: the same text has the same score on every machine.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Final

from moderation.model.concepts import MAX_CONCEPTS, Concepts, concepts_of, together
from moderation.model.features import (
    BUCKETS,
    CONCEPT_WEIGHT,
    SIZE,
    WORD,
    pair_halves,
    signal_buckets,
    word_buckets,
    word_key,
)
from moderation.verdict import Level

PACKAGED: Final = Path(__file__).with_name("weights.bin")
_MAGIC: Final = b"alongside model 2\n"
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


Met = tuple[int, int, int, int, Concepts]  # the sums of a word, what it brings to a pair, its concepts
Labels = dict[str, list[int]]  # of each danger: what speaks for it, first in any case, then each concept


class Model:
    """Scores normalised texts. Remembers the sums of words it has met, in memory only and within a bound."""

    def __init__(self, flag: Output, urgent: Output, labels: Labels | None = None) -> None:
        self.flag, self.urgent, self.labels = flag, urgent, labels or {}
        self._met: dict[str, Met] = {}

    def scores(self, text: str) -> tuple[float, float, int]:
        """The two log-odds (somebody should look; soon) of normalised `text`, and its words. Linear in the length."""
        words = WORD.findall(text)
        flag, urgent, met = self.flag.weights, self.urgent.weights, self._met
        rows = [met.get(word) or self._meet(word) for word in words]
        pairs = [one[2] ^ following[3] for one, following in pairwise(rows)]
        flag_sum = sum([row[0] for row in rows]) + sum([flag[pair] for pair in pairs])
        urgent_sum = sum([row[1] for row in rows]) + sum([urgent[pair] for pair in pairs])
        root, signals = sqrt(len(words) or 1), signal_buckets(words)
        seen = [BUCKETS + one for one in together(row[4] for row in rows)]
        share = CONCEPT_WEIGHT / sqrt(len(seen) or 1)
        return (
            self.flag.bias
            + self.flag.scale
            * (flag_sum / root + sum([flag[one] for one in signals]) + share * sum([flag[one] for one in seen])),
            self.urgent.bias
            + self.urgent.scale
            * (urgent_sum / root + sum([urgent[one] for one in signals]) + share * sum([urgent[one] for one in seen])),
            len(words),
        )

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
        seen = [one for one in together(map(concepts_of, WORD.findall(text))) if one < MAX_CONCEPTS]
        sums = {label: bias + sum([weights[one] for one in seen]) for label, (bias, *weights) in self.labels.items()}
        return max(sums, key=lambda label: sums[label], default=FLAG.label)

    def _meet(self, word: str) -> Met:
        buckets, flag, urgent = word_buckets(word), self.flag.weights, self.urgent.weights
        halves = pair_halves(word_key(word))
        sums = (sum(flag[one] for one in buckets), sum(urgent[one] for one in buckets), *halves, concepts_of(word))
        if len(self._met) >= MAX_REMEMBERED:
            self._met.clear()
        self._met[word] = sums
        return sums


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
