"""Words that mean one thing, in five languages: what the model reads of a word it never met. Must not know weights.

The lists stand in `concepts.toml`; a concept is the number of its line there.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

MAX_CONCEPTS: Final = 80  # lines of the file; a pair of them is one of 6,400 buckets, few enough to learn each
WINDOW: Final = 6  # words back that a concept is read with: "give ... my things to ... because I won't"
_FILE: Final = Path(__file__).with_name("concepts.toml")

Concepts = tuple[int, ...]


def concepts_of(word: str) -> Concepts:
    """The concepts of a normalised word, in order; a word that no list knows has none."""
    whole, beginnings, lengths = _lists()
    found = whole.get(word, ())
    for length in lengths:
        if length > len(word):
            break
        if begun := beginnings.get(word[:length]):
            found += begun
    return tuple(dict.fromkeys(found)) if found else ()


def together(concepts: Iterable[Concepts]) -> set[int]:
    """What the concepts of a text's words say: below `MAX_CONCEPTS` each alone, above it each after another.

    Linear in the words: only `WINDOW` words back are read.
    """
    each = tuple(concepts)
    before = [_STARTS[one] for one in each]
    seen = {
        start + other
        for place, now in enumerate(each)
        if now
        for starts in before[place - WINDOW if place > WINDOW else 0 : place]
        for start in starts
        for other in now
    }
    return seen.union(*each)


class _Starts(dict[Concepts, Concepts]):
    """Where the pairs begin of which a word's concepts are the first. There are few different ones, as few as lists."""

    def __missing__(self, concepts: Concepts) -> Concepts:
        starts = self[concepts] = tuple([MAX_CONCEPTS * (one + 1) for one in concepts])
        return starts


_STARTS: Final = _Starts()


def words() -> list[str]:
    """The words of the lists that stand whole, in order, each once."""
    return list(_lists()[0])


@cache
def _lists() -> tuple[dict[str, Concepts], dict[str, Concepts], tuple[int, ...]]:
    document = tomllib.loads(_FILE.read_text("utf-8"))
    if len(document) > MAX_CONCEPTS:
        raise ValueError(f"{_FILE.name} holds more than {MAX_CONCEPTS} concepts")
    whole: dict[str, list[int]] = defaultdict(list)
    beginnings: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(document.values()):
        for word in dict.fromkeys(words.split()):
            (beginnings if word.endswith("*") else whole)[word.rstrip("*")].append(number)
    return (
        {word: tuple(numbers) for word, numbers in whole.items()},
        {word: tuple(numbers) for word, numbers in beginnings.items()},
        tuple(sorted({len(word) for word in beginnings})),
    )
