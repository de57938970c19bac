"""Handles: names made by the server, an adjective and an animal or plant ("Quiet Heron").

Promises: the same member always gets the same candidates in the same order; the last ones carry a number, so that a
full group still finds a free one. No name hurts: the lists were read word by word. Pure.
"""

from __future__ import annotations

from chatserver.core.identity import MemberId, draws
from chatserver.core.words import ADJECTIVES, NOUNS

PLAIN, NUMBERED = 12, 4  # with some 50,000 names, twelve tries fail only in a group of very many thousand


def handle_candidates(key: bytes, member: MemberId) -> tuple[str, ...]:
    """Give the names to try for this member, best first."""
    numbers = draws(key, member, PLAIN + NUMBERED)
    plain = [_pair(number) for number in numbers[:PLAIN]]
    numbered = [f"{_pair(number)} {2 + (number >> 40) % 9998}" for number in numbers[PLAIN:]]
    return (*plain, *numbered)


def _pair(number: int) -> str:
    noun, rest = number % len(NOUNS), number // len(NOUNS)
    return f"{ADJECTIVES[rest % len(ADJECTIVES)]} {NOUNS[noun]}"
