"""Which patterns can occur in a text at all: a look at its words, before RE2 is asked anything.

Answers from the clauses of `needs.py` by looking up what a text's parts hold, so that a text costs what its words
cost, however many patterns there are. Says too much now and then, never too little. Must not know what a pattern is
for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from moderation.needs import ANY, Clause
from moderation.reading import Part, Reading

MAX_REMEMBERED: Final = 8192  # words with the open pieces they hold; then all are forgotten and learnt anew
MAX_WORD: Final = 32  # bytes of a word that is remembered; longer ones are no words
FREQUENT: Final = 0.2  # a clause that a fifth of the words of chat meet tells nothing
_ANY: Final = ANY.encode()

Place = tuple[int, int]
Call = tuple[int, bytes, tuple[frozenset[bytes], ...]]  # a pattern, the text it needs besides, its other clauses


class Lookup:
    """The index of several patterns, which are numbered from 0."""

    def __init__(self, clauses: Iterable[Sequence[Clause]]) -> None:
        calls: dict[bytes, list[Call]] = defaultdict(list)
        same: dict[frozenset[bytes], frozenset[bytes]] = {}
        self._always: list[int] = []
        for index, (first, *others) in enumerate([each or (None,) for each in clauses]):
            if first is None:
                self._always.append(index)
                continue
            telling = [one for one in others if sum([piece.share for piece in one]) < FREQUENT]
            keys = [frozenset([piece.key.encode() for piece in one]) for one in telling]
            besides = tuple([same.setdefault(one, one) for one in keys])
            for piece in first:
                calls[piece.key.encode()].append((index, piece.phrase.encode(), besides))
        self._calls = {key: tuple(each) for key, each in calls.items()}
        self._open = _Open(key for key in {*self._calls, *(key for one in same for key in one)} if _ANY in key)

    def candidates(self, text: Reading) -> dict[int, list[Place]]:
        """The patterns that may occur in `text`, and between which bytes. Linear in its length."""
        found = {index: [(0, len(text.data))] for index in self._always}
        if len(text.parts) == 1:
            chosen = self._of_one(text.lowered, self._held(text.parts[0]))
            return found | {index: [(0, len(text.data))] for index in chosen}
        return found | self._of_several(text, [self._held(part) for part in text.parts])

    def _of_one(self, lowered: bytes, held: set[bytes]) -> list[int]:
        return [
            index
            for key in self._calls.keys() & held
            for index, phrase, besides in self._calls[key]
            if phrase in lowered and not (besides and any(map(held.isdisjoint, besides)))
        ]

    def _of_several(self, text: Reading, held: Sequence[set[bytes]]) -> dict[int, list[Place]]:
        found: dict[int, list[Place]] = {}
        for number, here in enumerate(held):
            low, high = text.around(number)
            near = set[bytes]().union(*held[max(0, number - 1) : number + 2])
            for key in self._calls.keys() & here:
                for index, phrase, besides in self._calls[key]:
                    if text.lowered.find(phrase, low, high) >= 0 and not any(map(near.isdisjoint, besides)):
                        places = found.setdefault(index, [])
                        if not places or places[-1][1] < low:
                            places.append((low, high))
                        elif places[-1][1] < high:
                            places[-1] = places[-1][0], high
        return found

    def _held(self, part: Part) -> set[bytes]:
        opened = self._open
        return part.held.union(*[held for word in part.words if (held := opened[word])])


class _Open(dict[bytes, frozenset[bytes]]):
    """The open pieces in each word met: those it begins with, ends with or has inside."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        super().__init__()
        self._begin: dict[bytes, bytes] = {}
        self._end: dict[bytes, bytes] = {}
        self._inside: dict[bytes, bytes] = {}
        for key in keys:
            if not key.startswith(_ANY):
                self._begin[key[:-1]] = key
            elif not key.endswith(_ANY):
                self._end[key[1:]] = key
            else:
                self._inside[key[1:-1]] = key
        sizes = [sorted(map(len, one)) for one in (self._begin, self._end, self._inside)]
        self._sizes = [tuple(dict.fromkeys(one)) for one in sizes]

    def __missing__(self, word: bytes) -> frozenset[bytes]:
        held = frozenset(self._pieces(word))
        if len(word) <= MAX_WORD:
            if len(self) >= MAX_REMEMBERED:
                self.clear()
            self[word] = held
        return held

    def _pieces(self, word: bytes) -> list[bytes]:
        if len(word) > MAX_WORD:  # no word: then every key is looked for, which costs less than every place
            begun = [key for plain, key in self._begin.items() if word.startswith(plain)]
            ended = [key for plain, key in self._end.items() if word.endswith(plain)]
            return [*begun, *ended, *[key for plain, key in self._inside.items() if plain in word]]
        begin, end, inside = self._sizes
        pieces = [self._begin[word[:size]] for size in begin if word[:size] in self._begin]
        pieces += [self._end[word[-size:]] for size in end if word[-size:] in self._end]
        for size in inside:
            starts = range(len(word) - size + 1)
            pieces += [self._inside[one] for at in starts if (one := word[at : at + size]) in self._inside]
        return pieces
