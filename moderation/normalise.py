"""One plain spelling for many disguises, with the way back into the original text.

Lower case, compatibility forms, accents, look-alikes, invisible characters, leet inside words, spaced and stretched
letters, apostrophes, contractions and common misspellings. Must not know what any rule looks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

Edit = tuple[int, int, str]
Layer = tuple[Edit, ...]

# Each round shortens a text at least fourfold where it still changes it, so 4,000 characters settle well below this.
MAX_ROUNDS: Final = 16

# Letters of other scripts that look like Latin ones (Unicode TR 39, confusables.txt; a selection of what chat shows).
_LOOKALIKES: Final = dict(
    zip("асеорхуіјѕкмтвнԁԛԝαοενκιρτυχγɑıɡʟ", "aceopxyijskmtbhdqwaoevkiptuxyaigl", strict=True)
) | {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "＇": "'", "“": '"', "”": '"', "—": ",", "–": "-", "ß": "ss"}
_LEET: Final = str.maketrans("013457$!@|", "oieastsiai")

_FOREIGN: Final = re.compile(r"[^\x00-\x7f]")
_APOSTROPHE: Final = re.compile(r"(?<=[a-z])['`](?=[a-z])")
_LEET_INSIDE: Final = re.compile(r"(?<=[a-z])(?:[013457$!|]|@(?![a-z0-9-]*\.))(?=[a-z])|\b(?<![a-z0-9])\$(?=[a-z]{3})")
_SPACED: Final = re.compile(r"(?<![a-z0-9])[a-z](?:([ .*_-])[a-z])(?:\1[a-z]){2,}(?![a-z0-9])")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_WORDS: Final = {
    "i am": "im", "iam": "im", "i m": "im", "i have": "ive", "do not": "dont", "don t": "dont", "can not": "cant",
    "cannot": "cant", "can t": "cant", "wanna": "want to", "wana": "want to", "wnat": "want", "gonna": "going to",
    "gunna": "going to", "gona": "going to", "tryna": "trying to", "suicde": "suicide", "sucide": "suicide",
    "suiside": "suicide", "suacide": "suicide", "suicied": "suicide", "sewerslide": "suicide",
    "sewer slide": "suicide", "suecide": "suicide", "mysef": "myself", "myslef": "myself", "my self": "myself",
    "meself": "myself", "mself": "myself", "myselff": "myself", "kil": "kill", "kll": "kill", "killl": "kill",
    "killmyself": "kill myself", "wanttodie": "want to die", "iwanttodie": "i want to die",
    "iwanttokillmyself": "i want to kill myself", "endmylife": "end my life", "tonite": "tonight", "2nite": "tonight",
    "2night": "tonight", "tonigth": "tonight", "tmrw": "tomorrow", "tmr": "tomorrow", "rn": "right now",
    "liek": "like", "anymor": "anymore", "any more": "anymore", "goodby": "goodbye", "good bye": "goodbye",
}  # fmt: skip
_MISSPELT: Final = re.compile(r"\b(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b")
_STAYS_DOUBLE: Final = "ls"  # kill, miss: the letters that English most often doubles at a word's end


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
    if text.isascii():
        text = text.lower()
    else:
        text = _apply(text, _FOREIGN, lambda m: _fold(m.group()), layers)
        text = text.lower()
    for _ in range(MAX_ROUNDS):
        before = text
        for pattern, plain in _STEPS:
            text = _apply(text, pattern, plain, layers)
        if text == before:
            break
    return Normalised(text, tuple(layers))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    low = _LOOKALIKES.get(char.lower())
    if low is not None:
        return low
    parts = [_LOOKALIKES.get(part, part) for part in unicodedata.normalize("NFKD", char).casefold()]
    plain = "".join(part for part in parts if unicodedata.category(part) not in ("Mn", "Me", "Cf", "Cc"))
    return unicodedata.normalize("NFKD", plain) if plain.isascii() else plain


def _shorten(match: re.Match[str]) -> str:
    letter = match.group(1)
    return letter * 2 if letter in _STAYS_DOUBLE else letter


_STEPS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (_APOSTROPHE, lambda m: ""),
    (_LEET_INSIDE, lambda m: m.group().translate(_LEET)),
    (_SPACED, lambda m: m.group()[::2]),
    (_STRETCHED, _shorten),
    (_MISSPELT, lambda m: _WORDS[m.group()]),
)


def _apply(text: str, pattern: re.Pattern[str], plain: Callable[[re.Match[str]], str], layers: list[Layer]) -> str:
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
