"""Tells a personal detail from what only looks like one; it must not know what a group does about it.

The patterns are in `rules/personal.toml`; here is what a pattern cannot say: check digits, dates, what stands around.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import phonenumbers

from moderation.patterns import compiled

Check = Callable[[str, int, int], bool]

# Words that announce a number as one to call; then its form need not be known to any numbering plan.
_CALL: Final = re.compile(
    r"\b(?:phone|call|text|cell|mobile|mob|number|whatsapp|signal|tel|telephone|ring|reach|contact|fax|dial|desk|office"
    r"|home|work|message|messages|sms|handy|telefon|nummer|portable|téléphone|teléfono|móvil|telemóvel|telefone)\w*",
    re.I,
)
_CALL_REACH: Final = 60  # characters before a number in which such a word counts
_CALL_AFTER: Final = 10  # "416 60 039 office"
_DATE: Final = re.compile(
    r"\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d\d|(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}(?:[ T]\d{1,2})?"
    r"|(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d|\d{1,3}(?:\.\d{1,3}){3}"
)
_MONTH: Final = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august"
    r"|september|october|november|december|am|pm|mon|tue|wed|thu|fri|sat|sun|mg|ml|mcg|gb|mb|hours?|days?|weeks?"
    r"|months?|years?|minutes?|mins?|seconds?|people|times|ubuntu|linux|windows|version|kernel|step|chapter|level|season|episode|page|day|part)\b",
    re.I,
)
# What a number may be joined to in one longer token, and what shows that the token is a name of a thing: 18qpHYW.
_JOINED_BEFORE: Final = re.compile(r"[\w~=+-]*$")
_JOINED_BEHIND: Final = re.compile(r"[\w~=+-]*")
_MIXED: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_TOKEN_REACH: Final = 40  # characters of the token read on either side
_GOES_ON: Final = re.compile(r"[,.:/%]\d")  # a sum, a time, a version, a path
_FIRST_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"\b[^\W\d_]+")
# Words no street is named after: "9 we took a walk", "203 are good sections and view".
_IN_TALK: Final = (
    "i we you he she it they me us him her them my your his its our their this that these those who what which a an is"
    " are was were be been has have had do does did will would can could should may might must not no and or but if"
    " then than so as about from with without into over under after before because while when where how why all any"
    " some more most other such only own same too very just took take takes go goes went get got getting make made"
    " during by at in on to up down out off good bad really like per every each half times"
)
_NO_STREET: Final = frozenset(_IN_TALK.split())
_ENDS: Final = (
    "is in at me io it be no us co ch pl se fi es de fr dk ca au br ru cz eu tv gg ly app dev jp gl za nz uy cy tn ee"
    " gr ro mx ar cl ie site online info nl pt hu"
)
_WEAK_ENDS: Final = frozenset(_ENDS.split())
_AMERICAN: Final = re.compile(r"(?:1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[.-]\d{4}(?: ?x ?\d+)?$|\(\d{3}\) ?\d{3}")
_SUM: Final = re.compile(r"0[.]\d+")
_NATIONAL_DIGITS: Final = 9  # with the leading zero; fewer may be a date, a time or a number of anything
_PLAN_DIGITS: Final = 11  # no numbering plan below has more within its country
_LUHN_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_REGIONS: Final = ("US", "GB", "DE", "FR", "ES", "PT", "PL", "DK")


def is_card(text: str, start: int, end: int) -> bool:
    """The check digit of a payment card (ISO/IEC 7812-1, Luhn)."""
    digits = [int(char) for char in text[start:end] if char.isdigit()][::-1]
    total = sum(_LUHN_DOUBLED[digit] if place % 2 else digit for place, digit in enumerate(digits))
    return total % 10 == 0 and len(set(digits)) > 1


def is_iban(text: str, start: int, end: int) -> bool:
    """The check digits of a bank account (ISO 13616)."""
    plain = text[start:end].replace(" ", "")
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def is_phone(text: str, start: int, end: int) -> bool:
    """A number somebody can be called by: announced as one, or valid in a numbering plan, and no date."""
    found = text[start:end]
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    if _DATE.fullmatch(found.strip("()")) or any(char in "/:%_" for char in around):
        return False
    if _is_piece(text, start, end):
        return False
    if _CALL.search(text[max(0, start - _CALL_REACH) : end + _CALL_AFTER]) or _own_line(text, start, end):
        return True
    digits = sum(char.isdigit() for char in found)
    if found.startswith(("+", "00", "(0", "0")) and digits >= _NATIONAL_DIGITS:
        return not _SUM.fullmatch(found)
    if text.strip() == found or _AMERICAN.match(found):
        return True
    if "/" in found or digits == len(found) or digits > _PLAN_DIGITS:
        return False
    return any(_is_valid(found, region) for region in _REGIONS)


def _is_piece(text: str, start: int, end: int) -> bool:
    """Whether the digits are a piece of a longer token that mixes letters and digits: an id, a key, a file's name."""
    before = _JOINED_BEFORE.search(text[max(0, start - _TOKEN_REACH) : start])
    behind = _JOINED_BEHIND.match(text[end : end + _TOKEN_REACH])
    return any(part is not None and _MIXED.search(part[0]) for part in (before, behind))


def _is_valid(found: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(found, region))
    except phonenumbers.NumberParseException:
        return False


def _own_line(text: str, start: int, end: int) -> bool:
    """Whether nothing stands beside the number on its line, in a text of several lines: a signature."""
    return text[:start].endswith("\n") and text[end : end + 1] in ("", "\n", "-") and " " in text[start:end]


def is_spelled(text: str, start: int, end: int) -> bool:
    """Digits told in words, not a count from one up and not figures alone."""
    found = text[start:end].lower()
    return len(re.findall(r"[a-z]+", found)) >= 2 and "three four five six" not in found


def is_link(text: str, start: int, end: int) -> bool:
    """A name somebody could open, not a missing space between two sentences or the name of a file."""
    found = text[start:end].lower()
    if "://" in found or found.startswith("www."):
        return True
    if start and text[start - 1] in "@/._-$~":
        return False
    name, _, rest = found.partition("/")
    labels = re.split(r"\.| ?\[?\(?dot\)?\]? ?", name)
    if not all(labels) or not any(any(char.isalpha() for char in label) for label in labels[:-1]):
        return False
    written = "." in name
    if labels[-1] in _WEAK_ENDS and not rest:
        # "tired.it was" and "wait.no": a common word after a missing space; a name beside an "@" is an e-mail.
        return written and labels[-1] not in ("is", "in", "at", "me", "it", "be", "no", "us", "so", "to", "es", "de")
    return written or (len(labels) > 1 and " " in found)


def is_address(text: str, start: int, end: int) -> bool:
    """No date, dose, version or amount of time that only has the form of an address."""
    found = text[start:end]
    if _MONTH.search(found) or _MONTH.match(text[end : end + 12].lstrip()) or _GOES_ON.match(text, end):
        return False
    return not _NO_STREET.intersection(_WORD.findall(found.lower()))


def is_two_numbers(text: str, start: int, end: int) -> bool:
    """An address that is two numbers around a name, and does not begin with a year."""
    return is_address(text, start, end) and not re.match(r"(?:19|20)\d\d ", text[start : start + 5])


def is_told(text: str, start: int, end: int) -> bool:
    """A place told after a cue ("I live at"): the cue's own words may be any."""
    found = text[start:end]
    return not _MONTH.search(found) and not re.search(r" (?:19|20)\d\d$", found)


def is_said(text: str, start: int, end: int) -> bool:
    """A number and a name after a cue ("i live at"), or a place without a number."""
    digit = _FIRST_DIGIT.search(text, start, end)
    return digit is None or is_address(text, digit.start(), end)


_SEGMENT: Final = (
    r"(?:(?i:apt|apartment|suite|ste|flat|unit)\.? ?#?\d{1,5}[a-z]?|nan|\p{Lu}[\p{L}'’.-]*(?: [\p{L}'’.()-]+){0,4})"
)
_GAP: Final = r"[\s,>?|#*]"
_POST: Final = (
    r"(?:(?:[A-Z]{2},? )?\d{3,5}(?:-\d{3,4})?(?: \d{2}| [A-Z]{2}\b)?"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
)
_UNIT: Final = r"(?i:apt|apartment|suite|ste|flat|unit)\.? ?#?\d{1,5}[a-z]?"
# Behind the street: doors, towns, countries, up to a postcode, and the town behind that.
_TAIL: Final = compiled(
    rf"{_GAP}+(?:{_SEGMENT}{_GAP}+){{0,6}}{_POST}\b(?:,? \p{{Lu}}[\p{{L}}'’.-]+){{0,3}}|(?:{_GAP}+{_UNIT}\b){{1,2}}"
)
# Before it: a postcode and its town, or the door.
_HEAD: Final = compiled(rf"(?:{_UNIT}|(?:[A-Z]{{1,2}}-)?\d{{4,5}} (?:\p{{Lu}}[\p{{L}}'’.-]+ ?){{1,3}}),?{_GAP}*$")
_REACH: Final = 160  # characters on either side of a street in which the rest of its address may stand


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a whole address whose street, box or door is `text[start:end]`: town, country and postcode too."""
    head = _HEAD.search(text[max(0, start - _REACH) : start])
    tail = _TAIL.match(text[end : end + _REACH])
    return start - (len(head.group()) if head else 0), end + (tail.end() if tail else 0)


CHECKS: Final[dict[str, Check]] = {
    "card": is_card,
    "iban": is_iban,
    "phone": is_phone,
    "spelled": is_spelled,
    "link": is_link,
    "address": is_address,
    "two_numbers": is_two_numbers,
    "told": is_told,
    "said": is_said,
}
