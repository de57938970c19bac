"""Tells a dose that is advice, or a danger, from the dose somebody was prescribed. Must not know any drug's dose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from moderation.patterns import compiled

_REACH: Final = 60  # characters around a match in which a doctor or a routine counts
# Who prescribes, and does: that somebody also has a therapist makes no amount harmless.
_PRESCRIBED: Final = compiled(
    r"\b(?:doctors?|doc|dr|gp|nurse|psych(?:iatrist)?|hospital|they|he|she) (?:\w+ )?(?:said|says|told|gave|gives"
    r"|prescribe[sd]?|wants|has me|have me|put|upped|raised|started|switched|lowered)\b|\b(?:prescri\w+"
    r"|as directed|pharmac\w+|refill\w*|told me|(?:was|been|got) told)\b"
)
_DAILY: Final = compiled(
    r"\b(?:a day|per day|daily|every (?:day|night|morning|evening|week|other)|each (?:day|night|morning|week)"
    r"|(?:once|twice|two times|three times) (?:a|per|every|each)|at night|in the morning|before bed|as usual)\b"
)
_OWN: Final = compiled(
    r"\b(?:i|im|ive|my doctor|they|he|she|we) (?:was |am |have been |been |had to |put me )?(?:just )?$"
)
_MINE: Final = compiled(r"\b(?:my|i|me)\b")
_FEW: Final = compiled(
    r"\b(?:1|2|3|one|two|three|half|a couple(?: of)?) (?:\w+ )?(?:pills?|tablets?|tabs?|capsules?|caps)\b"
)
_REALITY: Final = compiled(r"\bdoses? of (?:reality|humou?r|love|kindness|hope|fun|nature)\b")


def is_not_daily(text: str, start: int, end: int) -> bool:
    """Whether an amount is told as something other than a routine or a prescription."""
    before, found, after = text[max(0, start - _REACH) : start], text[start:end], text[end : end + _REACH]
    beside = f"{before}|{after}"
    return not (_DAILY.search(before + found + after) or _PRESCRIBED.search(beside) or _FEW.search(found))


def is_advice(text: str, start: int, end: int) -> bool:
    """Whether a dose is meant for the reader and not what a doctor, or the author's own life, says."""
    before = text[max(0, start - _REACH) : start]
    return not (
        _MINE.search(text[start:end])
        or _PRESCRIBED.search(before)
        or _OWN.search(before)
        or _REALITY.search(text[start : end + 20])
    )


CHECKS: Final[dict[str, Callable[[str, int, int], bool]]] = {"not_daily": is_not_daily, "advice": is_advice}
