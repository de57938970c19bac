"""Words that are near each other in meaning, in five languages: one number for the kin. Must not know weights.

What `concepts.toml` is by hand for the words of danger, this is for all the others, from a sentence encoder that was
asked once (`moderation/commands/kin.py`): Google's universal-sentence-encoder-multilingual 3, under the Apache License
2.0 (apache.org/licenses/LICENSE-2.0). `kin.bin` holds the hash of each word and its number, no words and no vectors.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

PACKAGED: Final = Path(__file__).with_name("kin.bin")
KINDS: Final = 600  # numbers 0 to 599; 200, 600, 1,500 and 2,000 tried, each hand scored by a model of the others
UNKNOWN: Final = KINDS  # the number of a word that the file does not hold
_MAGIC: Final = b"alongside kin 1\n"
_A_WORD: Final = 6  # bytes: four of hash, two of number

Table = tuple["array[int]", "array[int]"]  # hashes in rising order, and the number of each


def kin_of(word: str) -> int:
    """The number of a normalised word's kin, or `UNKNOWN`. Two words of one hash are kin by accident: 1 in 80,000."""
    hashes, numbers = packaged()
    wanted = hash_of(word)
    at = bisect_left(hashes, wanted)
    return numbers[at] if at < len(hashes) and hashes[at] == wanted else UNKNOWN


def hash_of(word: str) -> int:
    """The 32 bits that stand for a word."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def dump(kin: Mapping[str, int]) -> bytes:
    """The file's content for words and their numbers; of words with one hash, the last counts."""
    table = dict(sorted((hash_of(word), number) for word, number in kin.items()))
    return _MAGIC + _little(array("I", table)) + _little(array("H", table.values()))


def load(content: bytes) -> Table:
    """The table in a file's `content`. Raises: ValueError when it is none."""
    body = content.removeprefix(_MAGIC)
    if not content.startswith(_MAGIC) or len(body) % _A_WORD:
        raise ValueError("this is no table of kin")
    hashes, numbers = array("I"), array("H")
    hashes.frombytes(body[: len(body) // _A_WORD * hashes.itemsize])
    numbers.frombytes(body[len(body) // _A_WORD * hashes.itemsize :])
    if sys.byteorder == "big":
        hashes.byteswap()
        numbers.byteswap()
    return hashes, numbers


@cache
def packaged() -> Table:
    """The table that comes with the library."""
    return load(PACKAGED.read_bytes())


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
