"""Learns weights and thresholds from rated texts. Needs scikit-learn (extra `train`); a review never imports this.

Thresholds come from scores of texts the scoring fold did not learn from. Same data, same weights.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import Any, Final, Literal

from moderation.model.concepts import MAX_CONCEPTS, concepts_of, together
from moderation.model.features import (
    BUCKETS,
    CONCEPT_WEIGHT,
    KIN_START,
    SIZE,
    WORD,
    kin_bucket,
    kin_key,
    pair_bucket,
    signal_buckets,
    word_buckets,
    word_key,
)
from moderation.model.kin import kin_of
from moderation.model.weights import LONG, Labels, Model, Output
from moderation.normalise import normalise

C: Final = 3.0  # inverse regularisation; .1 to 4 tried, each hand scored by a model of the others: flat above 2
FOLDS: Final = 5  # for texts whose hands are not known
URGENT_IN_FLAG: Final = (
    0.1  # what an urgent line counts where "somebody should look" is learnt; at 1 it drowns what is said quietly
)
_LABEL_SCALE: Final = 100  # labels are chosen by whole numbers, hundredths of log-odds
ORDINARY_WEIGHT: Final = (
    8.0  # a harmless line nobody meant sadly counts so often; at 1 the few odd ones set every threshold
)
ORDINARY_ALARMS: Final = 0.5e-3  # of harmless lines nobody meant sadly: the aim, one of ours
LONG_ALARMS: Final = 3e-3  # of harmless posts nobody meant sadly: one of ours
SAD_ALARMS: Final = 10e-3  # of sad but safe lines; the aim is 15, and the rules take their part
TRIGGER_ALARMS: Final = 30e-3  # of harmless lines made of trigger words; the aim is 50, and the rules take their part
# Long harmless posts count for LONG_ALARMS when nobody meant them sadly. Posts a rater called safe among posts of
# distress do not count: one of them flagged costs a moderator a look, the threshold they would set (3.5 instead of 0)
# leaves a third of the others unseen.

Kind = Literal["ordinary", "sad", "trigger"]


@dataclass(frozen=True, slots=True)
class Example:
    """One rated text; `level` 0 to 3; `kind` says which false alarms a harmless one counts for.

    `hand` names who wrote it, where one person wrote many: all of a hand's texts are scored by a model of the others.
    `is_found` says that a rule calls somebody anyway: such a harmless text is no false alarm that the model adds, so it
    sets no threshold; what is learnt from it is the same.
    """

    text: str = field(repr=False)
    level: int
    kind: Kind = "ordinary"
    labels: frozenset[str] = frozenset()
    hand: str = ""
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, with the log-odds each example got from a fold that had not seen it."""

    model: Model
    held_out: tuple[list[float], list[float]] = field(repr=False)


def train(examples: Sequence[Example]) -> Trained:
    """Learn from `examples`. A hand's texts, and texts alike in spelling, stay in one fold."""
    normal = [normalise(example.text).text for example in examples]
    rows = _matrix([_row(text) for text in normal])
    words = [len(WORD.findall(text)) for text in normal]
    folds = _folds(examples, normal)
    outputs, held_out = [], []
    for least in (1, 2):
        truth = [example.level >= least for example in examples]
        counted = [_weight(one, least) for one in examples]
        scores = _held_out(rows, truth, counted, folds)
        held_out.append(scores)
        outputs.append(_quantised(*_fit_both(rows, truth, counted), *_thresholds(examples, words, scores)))
    return Trained(Model(outputs[0], outputs[1], _labels(examples, normal)), (held_out[0], held_out[1]))


def _weight(example: Example, least: int) -> float:
    """What an example counts where lines of level `least` and above are told from the others."""
    if example.level == 0 and example.kind == "ordinary":
        return ORDINARY_WEIGHT
    return URGENT_IN_FLAG if example.level > least == 1 else 1.0


def _row(text: str) -> dict[int, float]:
    words = WORD.findall(text)
    keys = [word_key(word) for word in words]
    counts = Counter(bucket for word in words for bucket in word_buckets(word))
    counts.update(pair_bucket(one, following) for one, following in pairwise(keys))
    kin = [kin_of(word) for word in words]
    counts.update(KIN_START + kin_bucket(one) for one in kin)
    counts.update(KIN_START + pair_bucket(kin_key(one), kin_key(following)) for one, following in pairwise(kin))
    row = {bucket: count / sqrt(len(words) or 1) for bucket, count in counts.items()}
    for bucket in signal_buckets(words):
        row[bucket] = row.get(bucket, 0) + 1.0
    seen = together(map(concepts_of, words))
    return row | {BUCKETS + one: CONCEPT_WEIGHT / sqrt(len(seen)) for one in seen}


def _fit_both(rows: Any, truth: Sequence[bool], weights: Sequence[float]) -> tuple[Any, float]:
    """The weights of all columns, and the bias: what is learnt of words and what is learnt of kin, added up.

    Each is learnt without the other: learnt together, words take what kin would have learnt, and both know less of a
    hand they never met. An odd line that one of them takes for danger seldom misleads both.
    """
    from numpy import concatenate

    words = _fit(rows[:, :KIN_START], truth, weights)
    kin = _fit(rows[:, KIN_START:], truth, weights)
    return concatenate([words.coef_[0], kin.coef_[0]]), float(words.intercept_[0] + kin.intercept_[0])


def _fit(rows: Any, truth: Sequence[bool], weights: Sequence[float] | None = None) -> Any:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(
        1
    ):  # sums in another order are other sums: the weights must not depend on the machine's cores
        return LogisticRegression(C=C, solver="liblinear", random_state=0).fit(rows, list(truth), sample_weight=weights)


def _matrix(rows: Sequence[dict[int, float]]) -> Any:
    from scipy.sparse import csr_matrix

    starts, columns, values = [0], array("l"), array("d")
    for row in rows:
        for bucket in sorted(row):
            columns.append(bucket)
            values.append(row[bucket])
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(rows), SIZE))


def _folds(examples: Sequence[Example], normal: Sequence[str]) -> list[str]:
    """The fold of each example: its hand, or one of `FOLDS` by its spelling."""
    return [one.hand or str(word_key(text) % FOLDS) for one, text in zip(examples, normal, strict=True)]


def _held_out(rows: Any, truth: Sequence[bool], weights: Sequence[float], folds: Sequence[str]) -> list[float]:
    scores = [0.0] * len(folds)
    for fold in sorted(set(folds)):
        seen = [i for i, one in enumerate(folds) if one != fold]
        unseen = [i for i, one in enumerate(folds) if one == fold]
        columns, bias = _fit_both(rows[seen], [truth[i] for i in seen], [weights[i] for i in seen])
        for i, score in zip(unseen, rows[unseen] @ columns, strict=True):
            scores[i] = float(score) + bias
    return scores


def _labels(examples: Sequence[Example], normal: Sequence[str]) -> Labels:
    """What each concept says of each label, among the dangers that name one; nothing with fewer than two labels."""
    chosen = [i for i, one in enumerate(examples) if one.labels]
    rows = [
        {one: 1.0 for one in together(map(concepts_of, WORD.findall(normal[i]))) if one < MAX_CONCEPTS} for i in chosen
    ]
    learnt: Labels = {}
    for label in sorted({label for i in chosen for label in examples[i].labels}):
        truth = [label in examples[i].labels for i in chosen]
        if all(truth):
            continue
        fitted = _fit(_matrix(rows), truth)
        weights = [float(fitted.intercept_[0]), *map(float, fitted.coef_[0][:MAX_CONCEPTS])]
        learnt[label] = [round(_LABEL_SCALE * one) for one in weights]
    return learnt


def _quantised(weights: Any, bias: float, short: float, long: float) -> Output:
    scale = float(abs(weights).max()) / 127 or 1.0
    return Output(array("b", (round(float(w) / scale) for w in weights)), scale, bias, short, long)


def _thresholds(examples: Sequence[Example], words: Sequence[int], scores: Sequence[float]) -> tuple[float, float]:
    """For lines and for posts, the lowest threshold that keeps to the false alarms."""
    harmless: dict[str, list[float]] = {kind: [] for kind in ("ordinary", "sad", "trigger", "long")}
    for example, count, score in zip(examples, words, scores, strict=True):
        if example.level > 0 or example.is_found:  # amber raised to red is no false alarm
            continue
        if count <= LONG:
            harmless[example.kind].append(score)
        elif example.kind == "ordinary":
            harmless["long"].append(score)
    shares = {"ordinary": ORDINARY_ALARMS, "sad": SAD_ALARMS, "trigger": TRIGGER_ALARMS}
    return max(_above(harmless[kind], share) for kind, share in shares.items()), _above(harmless["long"], LONG_ALARMS)


def _above(scores: Sequence[float], share: float) -> float:
    """The lowest threshold that at most `share` of `scores` exceed."""
    ordered = sorted(scores, reverse=True)
    return ordered[int(share * len(ordered))] if ordered else float("-inf")
