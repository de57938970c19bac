"""Finds boundaries crossed in words, over the normalised text; it must not know what a group does about them."""

import re
from collections.abc import Collection, Iterator

from moderation.boundaries.finding import Finding, Normal

_WHO = (
    r"(?:women|woman|females?|trans(?:gender)?(?: people| women| men)?|gays?"
    r"|gay people|lesbians?|homosexuals?|black(?: people|s)?"
    r"|disabled(?: people)?|muslims?|immigrants?|migrants?|refugees?|foreigners?|jews?|jewish people|asians?)"
)
_FOUL = (
    r"(?:disgusting|scum|vermin|subhuman|animals|parasites|filth|filthy|trash|worthless"
    r"|inferior|evil|a (?:plague|disease|cancer))"
)
_RULES = {
    "hate.scorn": (
        "hate",
        "Keeps groups of people from being demeaned.",
        rf"\bi (?:really |just |fucking )?(?:hate|despise|detest|loathe) (?:all |those |these |the )?{_WHO}\b",
    ),
    "hate.foul": (
        "hate",
        "Keeps groups of people from being demeaned.",
        rf"\b{_WHO} (?:are|is) (?:all |just |nothing but |so |such |fucking )?{_FOUL}\b",
    ),
    "hate.violence": (
        "hate",
        "Keeps groups of people from being threatened.",
        rf"\b(?:kill|exterminate|gas|shoot|burn|hang|eradicate|wipe out) (?:all |every |those |these |the )?{_WHO}\b",
    ),
    "hate.exclude": (
        "hate",
        "Keeps groups of people from being shut out.",
        rf"\b{_WHO} (?:do not|don't|should not|shouldn't) (?:deserve|belong|have (?:any )?rights|be allowed)\b",
    ),
    "harassment.insult": (
        "harassment",
        "Keeps people from being attacked.",
        (
            r"\byou(?: are|'re)? (?:such |all |just |a |an |so |fucking |complete |total )*(?:idiot"
            r"|moron|loser|pathetic|worthless|stupid|disgusting|ugly|bitch|asshole)\b"
        ),
    ),
    "harassment.harm": (
        "harassment",
        "Keeps people from being told to hurt themselves.",
        r"\b(?:go (?:and )?kill yourself|kill yourself|go die|you should (?:just )?die|nobody would miss you)\b",
    ),
    "contact.exchange": (
        "contact",
        "Keeps people where a moderator can help.",
        (
            r"\b(?:add|dm|message|text|find|follow) me on \w+|\bmy (?:insta(?:gram)?|snap(?:chat)?"
            r"|discord|telegram|whatsapp|kik) (?:is|:)|\bwhat(?:'s| is) your (?:number|insta(?:gram)?"
            r"|snap(?:chat)?|discord|address)\b"
        ),
    ),
    "medical.dose": (
        "medical",
        "Keeps doses between a person and their doctor.",
        (
            r"\b(?:you (?:should|could|can)|try|just) (?:take|taking|double|increase|up) (?:your "
            r"|about |up to )?(?:dose|\d{1,4} ?(?:mg|mcg|ml|pills|tablets))"
        ),
    ),
    "promotion.sell": (
        "promotion",
        "Keeps the room from being a market.",
        (
            r"\b(?:use (?:my )?(?:promo |discount )?code|buy (?:my|our)|click (?:the|my) link"
            r"|check out my (?:channel|shop|store|website))\b"
        ),
    ),
    "sexual.ask": (
        "sexual",
        "Keeps the room free of sexual advances.",
        r"\b(?:send (?:me )?nudes|(?:want to|wanna) (?:have sex|fuck) (?:with )?(?:you|me)|are you horny)\b",
    ),
}
_COMPILED = {rule: (label, intent, re.compile(source)) for rule, (label, intent, source) in _RULES.items()}
_GUARD = re.compile(
    r"\b(?:not|never|wrong to|no one should|nobody should|do not|don't|said|says|saying|called"
    r"|calling|told me)\b[^.!?]{0,24}$|[\"“][^\"”]{0,60}$"
)
_GUARD_REACH = 64  # characters before a find in which a negation or a quotation counts


def find_wording(normal: Normal, kinds: Collection[str]) -> Iterator[Finding]:
    """What the wording of a text crosses, of the labels in `kinds`; negated and quoted attacks are left alone."""
    text = normal.text
    for rule, (label, intent, pattern) in _COMPILED.items():
        if label not in kinds:
            continue
        for match in pattern.finditer(text):
            if label in {"hate", "harassment"} and _GUARD.search(
                text[max(0, match.start() - _GUARD_REACH) : match.start()]
            ):
                continue
            yield Finding(label, rule, *normal.span(match.start(), match.end()), intent)
