"""What excuses a match: it is quoted, reported, denied, one's own, or tells of hurt. Must not know which rule asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from moderation.patterns import compiled

Guard = Callable[[str, int, int], bool]

_REACH: Final = 90  # characters before a match in which a denial or a report counts
_SENTENCE: Final = ".!?\n"
_CLAUSE: Final = (",", " but ", " though ")
# Questions and turns of speech that deny nothing: "is it not obvious that", "where is the mistake in saying that".
_RHETORIC: Final = compiled(
    r"\b(?:is|isnt|does|do|dont|doesnt|how|why|when|cant|can|am|was|wasnt|arent|are)\b[^.!?,]*\b(?:obvious|clear|reali[sz]e"
    r"|apparent|see|understand|recogni[sz]e|agree|know|accept|admit)\b|\b(?:mistake|error|wrong|problem|harm|shame)"
    r" (?:in|with|to|about) (?:say|think|believ|want|feel)\w*|\bdont forget\b|\bwhy (?:dont|cant) (?:we|they|you)\b"
    r"|\bwhy not\b|\bno (?:doubt|wonder|offen[cs]e)\b"
)

_DENIED: Final = compiled(
    r"\b(?:not|never|no one|nobody|none|dont|didnt|doesnt|isnt|arent|wont|cant|shouldnt|wouldnt|without|stop|refuse to"
    r"|opposite of|instead of|no|wrong to|against|far from)\b"
)
_REFUSED: Final = compiled(r"\b(?:never|wouldnt|not let|dont want to|didnt)\b")
_PITIED: Final = compiled(r" (?:being|getting|having to|not being|never being|treated|always being|constantly)\b")
_REPORTED: Final = compiled(
    r"\b(?:says?|said|saying|calls?|called|calling|writes?|wrote|writing|tells?|told|telling|posts?|posting"
    r"|comments?|commenting|statements?|messages?|messaged|threats?|threaten(?:s|ed|ing)?|claims?|claimed|claiming"
    r"|accus(?:e|ed|ing)|hear(?:d|ing)? people|the word|open hatred|your obvious|slurs?|jokes? about|scream\w*"
    r"|shout\w*|yell\w*|texted|texts|whisper\w*|voices?|my (?:head|brain|mind)|taught|preach\w*|believes|thinks"
    r"|cabeza|kopf|tete|cabeca|voz|voces|vozes|voix|stimmen?|sagt|dice|dicen|dit|diz|dizem)\b"
)
_OWN: Final = compiled(
    r"\b(?:im an?|i am an?|as an?|we are|were all|ourselves|our word|reclaim\w*|proud|let me live|being an?"
    r"|for me|like me|happy birthday|love you|i identify)\b"
)
_TERM: Final = compiled(
    r"\b(?:studies|culture|liberation|pride|community|history|theory|cinema|literature|rights|cigarettes?"
    r"|meatballs?|garden|tools?|flood\w*|water|in the uk|uk|spelled|etymology|maine|dogs?|cats?|means|(?:en|du|de"
    r"|le|mon|ton) retards?)\b"
)
# Somebody else's doing, told before the match in its sentence.
_OTHERS: Final = compiled(
    r"\b(?:he|she|they|hes|shes|theyre|him|her|husband|wife|boyfriend|girlfriend|partner|ex|bf|gf|somebody|someone"
    r"|guy|man|men|woman|people|friend|colleague|boss|kid|son|daughter)\b"
)
# Abuse that somebody tells of. Read in the whole message: who tells it must never be sent away with "this is sexual".
_DISCLOSED: Final = compiled(
    r"\b(?:raped?|rapes|rapist|raping|molest\w*|abus\w+|assault\w*|groom(?:ed|ing|er)|incest|forced|forcing"
    r"|coerc\w+|made me|makes me do|against my will|without my (?:consent|permission|ok)|(?:never|didnt"
    r"|dont) consent\w*|consent|didnt want|dont want (?:it|to have sex|sex)|harass\w*|stalk\w*|blackmail\w*"
    r"|threaten\w*|revenge porn|leaked|unsolicited|flashbacks?|nightmares?|ptsd|trauma\w*|survivor|victim"
    r"|violat\w+|pervert|creeps?|creepy|traffick\w+|pimp|date rape|drugged me|i said (?:no|stop)|i froze"
    r"|keeps? (?:sending|asking|touching|messaging)|kept (?:sending|asking|touching)|(?:sent|sends|showed) me"
    r"|asked me|wants me to|(?:when|since) i was (?:a (?:kid|child|girl|boy|teen\w*)|little|young|small|\d{1,2}"
    r"|\w+teen|\w+ years old)|as a (?:child|kid)|my (?:uncle|step ?dad|step ?father|dad|father|grandpa|grandfather"
    r"|coach|teacher|priest|boss|brother)|vergewaltig\w*|missbrauch\w*|viol[oae]\w*|abus[oeé]\w*|agress\w+"
    r"|estupr\w*)\b"
)
# What medicine and illness do to wish and body, and what somebody tries to leave.
_HEALTH: Final = compiled(
    r"\b(?:meds?|medications?|antidepressants?|ssris?|sertraline|citalopram|escitalopram|fluoxetine|paroxetine"
    r"|venlafaxine|zoloft|prozac|lexapro|libido|sex drive|side effects?|dysfunction|erectile|endometriosis|std"
    r"|stds|sti|hiv|pregnan\w*|periods?|menopause|cancer|surgery|asexual\w*|hypersexual\w*|manic|mania|hypomanic"
    r"|intimacy|doctor|gp|gyn\w*|nurse|therapist|therapy|clinic|urologist|addict\w*|recovery|relaps\w*|blockers?"
    r"|quit|stopped|sober|clean|days? free|free (?:from|of)|rain|fever)\b"
)
# What somebody asks who wants to live: help, what others did, whether a thought is normal.
_SEEKS_HELP: Final = compiled(
    r"\b(?:stop\w*|want\w*|normal|tell|told|help\w*|urges?|think\w*|thoughts?|feel\w*|surviv\w*|cop(?:e|ing)"
    r"|prevent\w*|instead|not to|why|talk\w*|threat\w*|tried|attempt\w*|suicidal|anxi\w*|panic\w*|stress|worr\w*"
    r"|scared|afraid|fear|stay|safe|alive|live|training|naloxone|narcan|call|hotline|heartbreak|loneliness|grief"
    r"|depression|itself|game|film|movie|book)\b"
)
# What somebody has in mind, and does not ask the room: "i keep thinking about how to".
_THOUGHT: Final = compiled(
    r"\b(?:think\w*|thought\w*|googl\w*|search\w*|look\w* up|dream\w*|obsess\w*|imagin\w*|fantasi\w*|plann\w*"
    r"|decid\w*|figur\w*|urges?|stop\w*)\b[^.!?,\n]{0,30}$"
)
# Advice to be careful is no advice to change: "ask before you stop", "never stop at once", "not with alcohol".
_ASK_FIRST: Final = compiled(
    r"\b(?:ask|talk to|speak to|speak with|check with|call|see) (?:\w+ )?(?:doctor|doc|gp|pharmacist|psychiatrist"
    r"|nurse)\b"
)
_RISK: Final = compiled(r"\b(?:at once|suddenly|abruptly|without (?:\w+ ){1,4}|on your own|alcohol|booze)\b")
_AGAINST: Final = compiled(r"\b(?:never|dont|not|shouldnt|cant|mustnt|careful)\b")
_PLAYED: Final = compiled(
    r"\b(?:match|1v1|games?|gaming|map|round|respawn|checkpoint|boss fight|lobby|raid|server|finale|minecraft"
    r"|fortnite)\b"
)
_QUOTES: Final = compiled(r"\"[^\"\n]{2,200}\"|'[^'\n]{2,200}'|«[^»\n]{2,200}»|„[^“”\"\n]{2,200}[“”\"]")


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether a denial stands before the match in its clause."""
    before = _RHETORIC.sub("", _before(text, start))
    first = max(before.rfind(mark) + len(mark) if mark in before else 0 for mark in _CLAUSE)
    return _DENIED.search(before[first:]) is not None


def is_refused(text: str, start: int, end: int) -> bool:
    """Whether the match itself says never: "we must never condone the killing of"."""
    return _REFUSED.search(text[start:end]) is not None


def is_pitied(text: str, start: int, end: int) -> bool:
    """Whether the match goes on with what is done to the group: "sick of women being treated badly"."""
    return _PITIED.match(text, end) is not None


def is_reported(text: str, start: int, end: int) -> bool:
    """Whether the match is what somebody is reported to say, think or threaten."""
    return _REPORTED.search(_RHETORIC.sub("", _before(text, start))) is not None


def is_term(text: str, start: int, end: int) -> bool:
    """Whether the sentence uses a word in its plain meaning, or as the name of a field."""
    return _TERM.search(_sentence(text, start, end)) is not None


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether the match stands in quotation marks, within a text that says more than the quotation."""
    return any(
        quote.start() <= start and end <= quote.end() and len(text.strip()) > quote.end() - quote.start() + 8
        for quote in _QUOTES.finditer(text)
    )


def is_seeking_help(text: str, start: int, end: int) -> bool:
    """Whether the sentence asks for help, tells of feelings, or is about a story or a game."""
    return _SEEKS_HELP.search(_sentence(text, start, end)) is not None


def is_of_others(text: str, start: int, end: int) -> bool:
    """Whether the sentence has spoken of somebody else before the match."""
    return _OTHERS.search(_before(text, start)) is not None


def is_disclosed(text: str, start: int, end: int) -> bool:
    """Whether the message tells of abuse, wherever in it."""
    return _DISCLOSED.search(text) is not None


def is_health(text: str, start: int, end: int) -> bool:
    """Whether the sentence speaks of medicine, illness or what somebody tries to leave."""
    return _HEALTH.search(_sentence(text, start, end)) is not None


def is_thought(text: str, start: int, end: int) -> bool:
    """Whether somebody tells that they think of it, which asks nobody."""
    return _THOUGHT.search(_before(text, start)) is not None


def is_cautioned(text: str, start: int, end: int) -> bool:
    """Whether the sentence sends to a doctor first, or warns of what is risky."""
    sentence = _sentence(text, start, end)
    if _ASK_FIRST.search(sentence):
        return True
    return _RISK.search(sentence) is not None and _AGAINST.search(sentence) is not None


def is_played(text: str, start: int, end: int) -> bool:
    """Whether the sentence is about a game."""
    return _PLAYED.search(_sentence(text, start, end)) is not None


def is_own(text: str, start: int, end: int) -> bool:
    """Whether somebody says it of themselves or their own people, with pride or affection."""
    return _OWN.search(_sentence(text, start, end)) is not None


def _sentence(text: str, start: int, end: int) -> str:
    first = max(text.rfind(mark, 0, start) for mark in _SENTENCE) + 1
    last = min((place for mark in _SENTENCE if (place := text.find(mark, end)) >= 0), default=len(text))
    return text[first:last]


def _before(text: str, start: int) -> str:
    """What stands before `start` in its sentence."""
    first = max(text.rfind(mark, 0, start) for mark in _SENTENCE) + 1
    return text[max(first, start - _REACH) : start]


GUARDS: Final[dict[str, Guard]] = {
    "denied": is_denied,
    "reported": is_reported,
    "quoted": is_quoted,
    "own": is_own,
    "thought": is_thought,
    "disclosed": is_disclosed,
    "seeks_help": is_seeking_help,
    "of_others": is_of_others,
    "health": is_health,
    "cautioned": is_cautioned,
    "played": is_played,
    "pitied": is_pitied,
    "refused": is_refused,
    "term": is_term,
}
