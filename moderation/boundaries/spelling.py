"""Restores the words of the hate rules where they are misspelt, glued or spaced out; everything else stays.

`moderation.normalise` undoes disguise in general; this undoes what only makes sense with a list of words at hand.
Must not know what a word means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from moderation.boundaries.catalogue import PACKAGED
from moderation.boundaries.finding import Normal
from moderation.patterns import compiled
from moderation.rulefile import read

_SHORTEST_MISSPELT: Final = 4  # shorter words have too many neighbours that are words themselves
# Letters spaced out, or a word with a figure in it. Nothing is read twice: possessive, only from a word's beginning.
_MASK: Final = re.compile(
    r"(?<![a-z0-9])[a-z](?: [a-z]){2,}(?![a-z0-9])|(?<![a-z0-9$@!|])[a-z]*+[0-9$@!|][a-z0-9$@!|]*"
)
_IN_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789$@!|")
_WORD: Final = re.compile(r"[a-z]{3,}")
# Asked first, because most lines have neither: letters spaced out, or a figure beside a letter.
_MASKED: Final = compiled(r"\b[a-z] [a-z] [a-z]\b|[a-z][0-9$@!|]|[0-9$@!|][a-z]")
_LEET: Final = str.maketrans("0134578$@!|", "oieastbsail")
_DIGITS: Final = frozenset("013457$@!|")


@dataclass(frozen=True, slots=True)
class Respelt:
    """A normalised text with words restored, which can still point back into the original."""

    text: str = field(repr=False)
    normal: Normal = field(repr=False)
    edits: tuple[tuple[int, int, str], ...] = field(default=(), repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original that `text[start:end]` came from; a restored word is taken whole."""
        return self.normal.span(self._back(start, is_end=False), self._back(end, is_end=True))

    def _back(self, place: int, *, is_end: bool) -> int:
        shift = 0
        for start, end, word in self.edits:
            new_start, new_end = start + shift, start + shift + len(word)
            if place < new_start or (is_end and place == new_start):
                break
            if place < new_end or (is_end and place == new_end):
                return end if is_end else start
            shift += len(word) - (end - start)
        return place - shift


def respell(normal: Normal) -> Respelt:
    """`normal` with listed words restored. Linear in the length: one look-up a word."""
    text, table = normal.text, _table()
    words = _WORD.findall(text)
    if table.keys().isdisjoint(words) and not _MASKED.search(text):
        return Respelt(text, normal)
    edits = [edit for word in table.keys() & words for edit in _places(text, word, table[word])]
    for match in _MASK.finditer(text):
        word = match.group()
        if len(word) > 2 and (restored := table.get(word) or _unmasked(word, table)) is not None:
            edits.append((*match.span(), restored))
    edits.sort()
    if not edits:
        return Respelt(text, normal)
    parts: list[str] = []
    at = 0
    for start, end, restored in edits:
        parts += (text[at:start], restored)
        at = end
    return Respelt("".join((*parts, text[at:])), normal, tuple(edits))


def _places(text: str, word: str, restored: str) -> Iterator[tuple[int, int, str]]:
    """Where `word` stands in `text` by itself, with what it is restored to."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if _IN_WORD.isdisjoint(text[max(0, start - 1) : start]) and _IN_WORD.isdisjoint(text[end : end + 1]):
            yield start, end, restored
        start = text.find(word, end)


def _unmasked(word: str, table: Mapping[str, str]) -> str | None:
    """A listed word behind spaces ("g a y") or figures ("4ss"), or None."""
    if " " in word:
        plain = word.replace(" ", "")
    elif _DIGITS.isdisjoint(word) or not any(char.isalpha() for char in word):
        return None
    else:
        plain = word.strip("!").translate(_LEET)
    return plain if plain in _listed() else table.get(plain)


@cache
def _listed() -> frozenset[str]:
    """Every listed word."""
    document = read(PACKAGED / "hate.toml").document
    return frozenset(word for name in document["restore"] for word in document["slots"][name])


@cache
def _table() -> Mapping[str, str]:
    """What each misspelt or glued form of a listed word is restored to."""
    document = read(PACKAGED / "hate.toml").document
    words = _listed()
    table = dict(_misspelt(words)) | dict(_glued(words, document["glue"]))
    for word in words | frozenset(document["real"]):
        table.pop(word, None)
    return table


def _misspelt(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A letter left out inside the word, or two neighbours swapped; the first letter always stays."""
    for word in sorted(words):
        for place in range(1, len(word) - 1 if len(word) > _SHORTEST_MISSPELT else 0):
            yield word[:place] + word[place + 1 :], word
        for place in range(1, len(word) - 1 if len(word) >= _SHORTEST_MISSPELT else 0):
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :], word


def _glued(words: Iterable[str], glue: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A listed word with a small word before or behind it, the space left out."""
    pairs = list(glue)
    for word in sorted(words):
        for small in pairs:
            yield small + word, f"{small} {word}"
            if small != "a":
                yield word + small, f"{word} {small}"
