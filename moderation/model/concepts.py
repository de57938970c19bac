"""Words that mean one thing, in five languages: what the model reads of a word it never met. Must not know weights.

The lists stand in `concepts.toml`; a concept is the number of its line there.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict, deque
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
    found = dict.fromkeys(whole.get(word, ()))
    for length in lengths:
        found |= dict.fromkeys(beginnings.get(word[:length], ()) if len(word) >= length else ())
    return tuple(found)


def together(concepts: Iterable[Concepts]) -> set[int]:
    """What the concepts of a text's words say: below `MAX_CONCEPTS` each alone, above it each after another.

    Linear in the words: only `WINDOW` words back are read.
    """
    seen: set[int] = set()
    recent: deque[Concepts] = deque(maxlen=WINDOW)
    for now in concepts:
        if now:
            seen.update(now)
            for earlier in recent:
                for one in earlier:
                    start = MAX_CONCEPTS * (one + 1)
                    seen.update([start + other for other in now])
        recent.append(now)
    return seen


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
