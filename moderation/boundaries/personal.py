"""Finds details by which somebody could be reached or traced; it must not know what a group does about them."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from moderation.boundaries.finding import Finding

_INTENT = "Keeps people from being traced."
_TLD = (
    r"(?:com|org|net|edu|gov|info|biz|io|me|co|uk|de|fr|es|it|pt|nl|se|ch|be|pl|us|ca|au|br|ru|cz|dk|fi|no|hu|eu|tv|gg)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}\b", re.I)
_LINK = re.compile(
    rf"https?://[^\s<>]{{3,}}|www\.[^\s<>]{{3,}}|\b[a-z0-9-]{{2,63}}(?:\.| dot ){_TLD}\b(?!\.\w)(?:/\S*)?", re.I
)
_DIGITS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){11,18}(?!\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_PHONE = re.compile(r"(?<![\w/.:-])\+?\(?\d(?:[\s().-]{0,3}\d){6,14}(?![\w/:%])")
_CALL = re.compile(r"\b(?:phone|call|text|cell|mobile|number|whatsapp|tel|ring|reach|contact|fax|dial)\w*", re.I)
_DATE = re.compile(
    r"\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d|(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|(?:19|20)\d\d ?- ?(?:19|20)\d\d"
)
_WAY = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|boulevard|blvd|court|crescent|terrace|close|square|highway|parkway)"
)
_ADDRESS = re.compile(
    rf"\b(?:\d{{1,5}}[a-z]?,? (?:[^\W\d]{{2,20}}\.? ){{1,4}}{_WAY}\b|(?:po|p\.o\.) ?box \d{{2,}}|psc \d{{2,}}, box \d+"
    r"|[^\W\d]{2,20}(?:straße|strasse|gasse|gatan|straat|vej|weg) \d{1,4}\b|rue (?:[^\W\d]{2,20} ){1,3}\d{1,4}\b)"
    r"(?:,?\s+(?:suite|apt\.?|flat|unit) \d+)?",
    re.I,
)
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_FEWEST_DIGITS = 7  # a local telephone number; fewer digits are ages, times, prices and doses


def find_personal(text: str) -> Iterator[Finding]:
    """What could trace somebody in the original text; spans of different rules may overlap."""
    if "@" in text or "at" in text:
        yield from _all("email", _EMAIL, text)
    if "." in text or " dot " in text.lower():
        yield from _all("link", _LINK, text)
    digits = sum(map(text.count, "0123456789"))
    if not digits:
        return
    yield from _all("address", _ADDRESS, text)
    if digits < _FEWEST_DIGITS:
        return
    yield from (_finding("card", match) for match in _DIGITS.finditer(text) if _is_card(match[0]))
    yield from (_finding("iban", match) for match in _IBAN.finditer(text) if _is_iban(match[0]))
    yield from _phones(text)


def _phones(text: str) -> Iterator[Finding]:
    called = _CALL.search(text) is not None
    for match in _PHONE.finditer(text):
        if not _DATE.fullmatch(match[0]) and (called or _is_phone(match[0])):
            yield _finding("phone", match)


def _is_phone(text: str) -> bool:
    return any(
        PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=2).has_next() for region in ("US", "GB")
    )


def _is_card(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()][::-1]
    return sum(_LUHN_DOUBLED[digit] if place % 2 else digit for place, digit in enumerate(digits)) % 10 == 0


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _all(rule: str, pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    return (_finding(rule, match) for match in pattern.finditer(text))


def _finding(rule: str, match: re.Match[str]) -> Finding:
    return Finding("personal_info", f"personal.{rule}", match.start(), match.end(), _INTENT)
