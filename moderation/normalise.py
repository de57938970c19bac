"""One plain spelling for many disguises, with the way back into the original text.

Lower case, compatibility forms, accents, look-alikes, invisible characters, leet inside words, spaced and stretched
letters, apostrophes, contractions and common misspellings. Must not know what any rule looks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import re2

from moderation.spelling import FOLDED, LEET, MISSPELT

Edit = tuple[int, int, str]
Layer = tuple[Edit, ...]
Step = tuple[Any, Callable[[re.Match[str]], str]]

# Each round shortens a text at least fourfold where it still changes it, so 4,000 characters settle well below this.
MAX_ROUNDS: Final = 16

_STAYS_DOUBLE: Final = "ls"  # kill, miss: the letters that English most often doubles at a word's end

_APOSTROPHE: Final = r"[a-z]['`][a-z]"
_LEET_INSIDE: Final = (
    r"(?<=[a-z])[0134578$!|]{1,2}(?=[a-z])|(?<=[a-z])@(?=[a-z])(?![a-z0-9-]*\.)|(?<![a-z0-9$])\$(?=[a-z]{3})"
)
_SPACED: Final = r"(?<![a-z0-9'])[a-z](?:([ .*_-]|//?)[a-z])(?:\1[a-z])+(?![a-z0-9'])"
_STRETCHED: Final = r"([a-z])\1{2,}"
_GLUE: Final = r"(?<=[a-z])(?:_+|//+)(?=[a-z])"
_BLANKS: Final = r"[ \t\n\r\x0b\x0c]{2,}|[\t\n\r\x0b\x0c]"

# Does any step have work to do? One pass of RE2 asks for all of them; each entry finds at least what its step changes.
_TRIPLES: Final = "|".join(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
_WORDS: Final = r"\b(?:" + "|".join(re.escape(word) for word in sorted(MISSPELT, key=len, reverse=True)) + r")\b"
_SUSPECT: Final = (
    _APOSTROPHE,
    r"[a-z][0134578$!|@]{1,2}[a-z]|(?:^|[^a-z0-9$])\$[a-z]{3}",
    r"(?:^|[^a-z0-9'])[a-z](?:[ .*_-]|//?)[a-z](?:[ .*_-]|//?)[a-z](?:[^a-z0-9']|$)|"
    r"(?:^|[^a-z0-9'])[a-z](?:(?:[ .*_-]|//?)[a-z]){3,}",
    _TRIPLES,
    r"[a-z](?:_|//)+[a-z]",
    _BLANKS,
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
    (re.compile(r"(?<=[a-z])['`](?=[a-z])"), lambda m: ""),
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


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text that can point back into the original."""

    text: str = field(repr=False)
    layers: tuple[Layer, ...] = field(default=(), repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original that `text[start:end]` came from; an edited piece is taken whole."""
        for layer in reversed(self.layers):
            start, end = _back(layer, start, end)
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
    edits = tuple(
        (at, at + 1, FOLDED[ord(char)]) for at, char in enumerate(text) if char > "\x7f" and len(FOLDED[ord(char)]) != 1
    )  # a character folded into one other keeps its place and needs no way back
    if edits:
        layers.append(edits)
    return text.translate(FOLDED).lower()


def _apply(text: str, pattern: Any, plain: Callable[[re.Match[str]], str], layers: list[Layer]) -> str:
    edits = [(m.start(), m.end(), plain(m)) for m in pattern.finditer(text)]
    if not edits:
        return text
    layers.append(tuple(edits))
    parts: list[str] = []
    at = 0
    for start, end, new in edits:
        parts += (text[at:start], new)
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _back(layer: Layer, start: int, end: int) -> tuple[int, int]:
    shift, first, last = 0, start, end
    found_first = found_last = False
    for old_start, old_end, new in layer:
        new_start, new_end = old_start + shift, old_start + shift + len(new)
        if not found_first and start < new_end:
            first, found_first = (old_start if start >= new_start else start - shift), True
        if not found_last and end <= new_end:
            last, found_last = (old_end if end > new_start else end - shift), True
        if found_first and found_last:
            return first, last
        shift = new_end - old_end
    return first if found_first else start - shift, last if found_last else end - shift
