"""Tells whether somebody asks how another is: "are you ok?". A sign that peers are worried, and nothing else.

It says nothing of who asks and has no label, level or action; what it is asked about is for the caller to know. Must
not know rules, groups or the message that it answers.
"""

from __future__ import annotations

from typing import Final

from moderation.patterns import compiled

# Over the normalised spelling ("u" is "you" there, "ça" is "ca"). Written for Alongside. What is also said as a
# statement or a greeting counts only with its question mark.
_ASKS: Final = compiled(
    r"\b(?:(?:(?:are|r) )?you (?:still |really |feeling |doing )?(?:ok|okay|alright|all right|safe|hanging in there)"
    r"|is everything (?:ok|okay|all right|alright)(?: with you)?|(?:are|r) you still (?:here|there|with us)"
    r"|(?:are|r) you in danger"
    r"|(?:are|r) you (?:thinking (?:of|about)|going to|about to) (?:hurt|harm|kill)(?:ing)? yourself"
    r"|do you (?:feel safe|want to talk(?: about it)?|need (?:someone|somebody) to talk to)"
    r"|(?:estas|te encuentras|te sientes|esta usted) (?:bien|a salvo)|estas ahi"
    r"|(?:tu vas|tu te sens|vous allez) bien|(?:tu es|t ?es) (?:ok|la|en securite)|tu tiens le coup"
    r"|geht ?(?:es|s) dir (?:gut|ok|okay)|bist du (?:ok|okay|sicher|in sicherheit|noch da)"
    r"|alles (?:ok|okay|gut) bei dir"
    r"|(?:voce|vc|ce|tu) (?:esta|ta|estas) (?:bem|segura?|a salvo|ai)"
    r"|(?:ca va|tout va bien|todo bien|que te pasa|tudo bem|estas bem|alles (?:ok|okay|gut)|was ist los|whats wrong"
    r"|what happened) ?\?)(?P<next> \w+)?"
)
# "are you ok with that", "are you safe to drive": other questions.
_OTHERWISE: Final = frozenset({" with", " to", " for", " if", " that", " about", " as", " at", " con", " mit", " com"})


def asks_after(text: str) -> bool:
    """Whether normalised `text` asks how somebody is. Linear in the length."""
    return any(match["next"] not in _OTHERWISE for match in _ASKS.finditer(text))
