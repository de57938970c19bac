"""One plain spelling for many disguises, with the way back into the original text.

Lower case, compatibility forms, accents, look-alikes, invisible characters, leet inside words, spaced and stretched
letters, apostrophes, contractions and common misspellings. Must not know what any rule looks for.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import re2

from moderation.spelling import FOLDED, LEET, MISSPELT

Edit = tuple[int, int, str]
"""From where up to where, and what stands there afterwards."""

_BEHIND_ALL: Final[Edit] = (sys.maxsize, sys.maxsize, "")
Step = tuple[Any, Callable[[re.Match[str]], str]]

# Each round shortens a text at least fourfold where it still changes it, so 4,000 characters settle well below this.
MAX_ROUNDS: Final = 16

_STAYS_DOUBLE: Final = "ls"  # kill, miss: the letters that English most often doubles at a word's end

# Each begins with the character it looks for, and only then looks behind: so Python's `re` can leap to it.
_APOSTROPHE: Final = r"['`](?<=[a-z].)(?=[a-z])"
_LEET_INSIDE: Final = (
    r"[0134578$!|@](?:(?<=[a-z][0134578$!|])[0134578$!|]?(?=[a-z])"
    r"|(?<=[a-z]@)(?=[a-z])(?![a-z0-9-]*\.)|(?<=\$)(?<![a-z0-9$]\$)(?=[a-z]{3}))"
)
_SPACED: Final = r"(?<![a-z0-9'])[a-z](?:([ .*_-]|//?)[a-z])(?:\1[a-z])+(?![a-z0-9'])"
_STRETCHED: Final = r"([a-z])\1{2,}"
_GLUE: Final = r"(?:_(?<=[a-z]_)_*|/(?<=[a-z]/)/+)(?=[a-z])"
_BLANKS: Final = r"[ \t\n\r\x0b\x0c](?:[ \t\n\r\x0b\x0c]+|(?<! ))"

# Does any step have work to do? One pass of RE2 asks for all of them; each entry finds at least what its step changes.
_TRIPLES: Final = "|".join(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
_WORDS: Final = r"\b(?:" + "|".join(re.escape(word) for word in sorted(MISSPELT, key=len, reverse=True)) + r")\b"
_SUSPECT: Final = (
    r"[a-z]['`][a-z]",
    r"[a-z][0134578$!|@]{1,2}[a-z]|(?:^|[^a-z0-9$])\$[a-z]{3}",
    r"(?:^|[^a-z0-9'])[a-z](?:[ .*_-]|//?)[a-z](?:[ .*_-]|//?)[a-z](?:[^a-z0-9']|$)|"
    r"(?:^|[^a-z0-9'])[a-z](?:(?:[ .*_-]|//?)[a-z]){3,}",
    _TRIPLES,
    r"[a-z](?:_|//)+[a-z]",
    r"[ \t\n\r\x0b\x0c]{2,}|[\t\n\r\x0b\x0c]",
    _WORDS,
)


def _trie(words: Iterable[str]) -> str:
    """One pattern for all the words that reads each letter once, the longest word first."""
    tree: dict[str, list[str]] = {}
    is_word = False
    for word in sorted(words):
        if word:
            tree.setdefault(word[0], []).append(word[1:])
        else:
            is_word = True
    if not tree:
        return ""
    branches = "|".join(re.escape(letter) + _trie(rest) for letter, rest in tree.items())
    return f"(?:{branches})" + ("?" if is_word else "")


def _shorten(match: re.Match[str]) -> str:
    letter = match.group(1)
    return letter * 2 if letter in _STAYS_DOUBLE else letter


def _letters(match: re.Match[str]) -> str:
    return match.group().replace(match.group(1), "")


_STEPS: Final[tuple[Step, ...]] = (
    (re.compile(_APOSTROPHE), lambda m: ""),
    (re.compile(_LEET_INSIDE), lambda m: m.group().translate(LEET)),
    (re.compile(_SPACED), _letters),
    (re.compile(_STRETCHED), _shorten),
    (re.compile(_GLUE), lambda m: " "),
    (re.compile(_BLANKS), lambda m: " "),
    (re.compile(rf"\b{_trie(MISSPELT)}\b", re.ASCII), lambda m: MISSPELT[m.group()]),
)


def _make_set() -> Any:
    options = re2.Options()
    options.log_errors = False
    first = re2.Set.SearchSet(options)
    for pattern in _SUSPECT:
        first.Add(pattern)
    first.Compile()
    return first


_FIRST: Final = _make_set()
_BEYOND: Final = re.compile(r"[^\x00-\x7f]+")


class Layer:
    """One round of edits, which knows where a place in its result came from."""

    __slots__ = ("_edits", "_ends", "_shifts")

    def __init__(self, edits: Sequence[Edit]) -> None:
        """`edits` in order of place, none over another."""
        self._edits = (*edits, _BEHIND_ALL)
        self._ends: list[int] = []  # where each edit ends in the result; worked out when somebody asks
        self._shifts = [0]  # how far what stands before each edit has moved

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where `start` to `end` of the result came from; an edited piece is taken whole."""
        if not self._ends:
            for old_start, old_end, new in self._edits:
                self._ends.append(old_start + self._shifts[-1] + len(new))
                self._shifts.append(self._ends[-1] - old_end)
        first, last = bisect_right(self._ends, start), bisect_left(self._ends, end)
        start, end = start - self._shifts[first], end - self._shifts[last]
        old_start, old_end, _ = self._edits[last]
        return min(start, self._edits[first][0]), old_end if end > old_start else end


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text that can point back into the original."""

    text: str = field(repr=False)
    layers: tuple[Layer, ...] = field(default=(), repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original that `text[start:end]` came from; an edited piece is taken whole."""
        for layer in reversed(self.layers):
            start, end = layer.back(start, end)
        return start, end


def normalise(text: str) -> Normalised:
    """The one spelling of `text`; normalising the result again changes nothing. Linear in the length."""
    layers: list[Layer] = []
    text = text.lower() if text.isascii() else _fold(text, layers)
    for _ in range(MAX_ROUNDS):
        steps = _FIRST.Match(text)
        before = text
        for index in sorted(steps or ()):
            pattern, plain = _STEPS[index]
            text = _apply(text, pattern, plain, layers)
        if text == before:
            break
    return Normalised(text, tuple(layers))


def _fold(text: str, layers: list[Layer]) -> str:
    """`text` in lower case, and every character beyond ASCII as the plain ones it stands for."""
    edits: list[Edit] = []
    parts: list[str] = []
    at = 0
    for match in _BEYOND.finditer(text):
        plain = match[0].translate(FOLDED)
        edits += _single(match[0], match.start())
        parts += (text[at : match.start()], plain)
        at = match.end()
    if edits:
        layers.append(Layer(edits))
    return "".join((*parts, text[at:])).lower()


def _single(chars: str, at: int) -> Iterator[Edit]:
    """Only a character that does not become one other needs a way back."""
    for place, char in enumerate(chars, at):
        plain = FOLDED[ord(char)]
        if len(plain) != 1:
            yield place, place + 1, plain


def _apply(text: str, pattern: Any, plain: Callable[[re.Match[str]], str], layers: list[Layer]) -> str:
    edits = [(m.start(), m.end(), plain(m)) for m in pattern.finditer(text)]
    if not edits:
        return text
    layers.append(Layer(edits))
    parts: list[str] = []
    at = 0
    for start, end, new in edits:
        parts += (text[at:start], new)
        at = end
    parts.append(text[at:])
    return "".join(parts)
