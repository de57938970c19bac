"""Words as numbered buckets: what the model reads of a text, the same in training and in review.

Must not know weights, levels or rules; a bucket's number does not lead back to a word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from zlib import crc32

from moderation.model.concepts import MAX_CONCEPTS

BUCKETS: Final = 1 << 16  # two signed bytes each: 128 KiB; at 32,768 collisions cost about a point of F1
_MASK: Final = BUCKETS - 1
KIN_START: Final = BUCKETS + MAX_CONCEPTS * (MAX_CONCEPTS + 1)  # before it, one for each concept and pair of them
SIZE: Final = KIN_START + BUCKETS  # after it, hashed buckets of kin and of pairs of kin
CONCEPT_WEIGHT: Final = 2.0  # what concepts count beside words; 1 to 4 tried, each hand scored by a model of the others
_GRAMS: Final = (3, 4)  # letters in a piece of a word: typing errors and endings leave most pieces whole
_PIECE: Final = crc32(b"p:")  # what a piece's number goes on from
MAX_WORD: Final = 24  # letters read of one word, so that no word can cost more than its neighbours
WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_ASCII_WORD: Final = re.compile(r"[A-Za-z]+|[0-9]+")  # the same where all is ASCII, in half the time
_FIRST_PERSON: Final = frozenset({"i", "im", "ive", "ill", "id", "me", "my", "myself", "yo", "je", "ich", "eu"})


def words_of(text: str) -> list[str]:
    """The words and numbers of a normalised text, in order."""
    return (_ASCII_WORD if text.isascii() else WORD).findall(text)


def word_key(word: str) -> int:
    """The number that stands for `word` where two neighbours are put together."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def word_buckets(word: str) -> list[int]:
    """The buckets of the word itself and of its pieces."""
    word = word[:MAX_WORD]
    whole = f"<{word}>"
    if word.isascii():
        plain, width = whole.encode(), len(whole)
        pieces = [plain[at : at + size] for size in _GRAMS if size < width for at in range(width - size + 1)]
    else:
        cut = [whole[at : at + size] for size in _GRAMS for at in range(len(whole) - size + 1)]
        pieces = [piece.encode("utf-8", "surrogatepass") for piece in cut if piece != whole]
    return [_bucket("w", word), *[crc32(piece, _PIECE) & _MASK for piece in pieces]]


def pair_bucket(key: int, following: int) -> int:
    """The bucket of two neighbouring words, by their keys."""
    return pair_halves(key)[0] ^ pair_halves(following)[1]


def pair_halves(key: int) -> tuple[int, int]:
    """What a word brings to the bucket of a pair as its first and as its second: the bucket is one XOR the other."""
    return key * 0x9E3779B1 >> 3 & _MASK, key * 5 >> 3 & _MASK


def kin_bucket(number: int) -> int:
    """Where after `KIN_START` a kin of words counts that stands anywhere in a text."""
    return kin_key(number) & _MASK


def kin_key(number: int) -> int:
    """The number that stands for a kin where two neighbours are put together."""
    return crc32(b"kin:%d" % number)


def signal_buckets(words: list[str]) -> list[int]:
    """The buckets of the rest: length in doublings, the share of first-person words in eighths.

    Not the rules found: they were written from the very lines learnt from, so a model told of them leans on them and
    learns nothing of the words.
    """
    return signals_of(len(words), sum(map(is_first_person, words)))


def signals_of(words: int, first: int) -> list[int]:
    """The same of a text of so many words, so many of them of the first person."""
    return [_signal("length", str(words.bit_length())), _signal("first", str(8 * first // (words or 1)))]


def is_first_person(word: str) -> bool:
    """Whether a normalised word is "I" or one of its forms, in one of five languages."""
    return word in _FIRST_PERSON


@lru_cache(maxsize=64)  # lengths and shares are few
def _signal(kind: str, value: str) -> int:
    return _bucket(kind, value)


def _bucket(kind: str, value: str) -> int:
    return crc32(f"{kind}:{value}".encode("utf-8", "surrogatepass")) & _MASK
