"""Tells a name from a word: a handle on another service, a person's own name. Must not know what a group does about it.

The cues are in `rules/personal.toml` ("my insta is", "i'm"); here is what may follow a cue and be no name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_PLACE: Final = re.compile(r" (?:on|in) ")
_TOKEN: Final = re.compile(r"[^\s:=,]+")
# What no word of a sentence has, and many handles do: digits, signs inside, capitals inside.
_MARKED: Final = re.compile(r"\d|[^\W_][._#-][^\W_]|_|#|^@\w|[a-zà-ÿ][A-Z]|\b(?:underscore|dot|slash|dash)\b")
_TOLD_OF_SERVICE: Final = (
    "a about access account acting active acts addicted addictive after again all also always an and annoying any "
    "anymore app at away awesome awful awkward back bad banned because been being best better blocked boring broken "
    "bugging busy but by call chat cheating cool crap crashing dangerous dead deleted depressing different doing "
    "down drama dumb easy else empty evil exhausting fake famous feed fine for free friend friends from fucked full "
    "fun garbage gone good gross group groups hacked happy hard hell her here him his horrible huge i if in is it "
    "just killing kind lagging lame less like live lol loud mad maybe me mean more most much my names never new "
    "nice no nobody none not now number numbers of off ok okay old on only open or our out over people please "
    "popular posting posts premium pretty private public quiet quite ready really ruined ruining running sad safe "
    "same scrolling searching sharing shit slow so some someone stalking still strange streaming stuck stupid sucks "
    "talking terrible than that the their them there they this time to today together too toxic trash trending "
    "trying ugly under up updating us useless user using very video videos was watching we weird well went were "
    "what when where which while who why wild with without working worse worst writing wrong yes yesterday you "
    "young your"
)
_NO_HANDLE: Final = frozenset(_TOLD_OF_SERVICE.split())
_ENDINGS: Final = ("ing", "ed", "ly")  # "scrolling", "blocked", "constantly": what somebody does there
# With a capital and yet no name of a person: days, months, peoples, faiths, places and what a title-cased line has.
_CAPITAL: Final = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december english british scottish welsh irish american canadian australian german "
    "austrian swiss french spanish portuguese brazilian mexican italian dutch belgian polish czech slovak russian "
    "ukrainian romanian greek turkish swedish norwegian danish finnish indian pakistani chinese japanese korean "
    "vietnamese african asian european latino latina hispanic black white arab arabic persian iranian syrian afghan "
    "jewish muslim christian catholic protestant orthodox hindu buddhist sikh mormon atheist god jesus christ lord "
    "dr mr mrs ms miss sir i im ive ill a an the and or but so not no yes ok okay here there this that these those "
    "my your his her our their it its he she we they you who what when where why how all any some just only really "
    "very too also now today tonight tomorrow yesterday in on at of for from with to by as is am are was were be "
    "been have has had do does did will would can could should might must new old good bad happy sad tired sick "
    "sober clean single married divorced gay bi trans lesbian queer nonbinary bipolar autistic adhd bpd ptsd ocd "
    "mental health alcoholics anonymous army navy force police doctor nurse teacher student mother father mum mom "
    "dad fan lover guy girl man woman boy kid person human being one capital since until after before north south "
    "east west london paris berlin york city street road house home school church hospital university college day "
    "night morning christmas easter halloween birthday hello hi hey thanks sorry please love hate feel feeling "
    "going doing trying looking done fine scared afraid alone lost proud glad worried"
)
_NO_NAME: Final = frozenset(_CAPITAL.split())


def is_handle(text: str, start: int, end: int) -> bool:
    """A name on another service, not what is said of the service ("my insta is private", "hooked on discord")."""
    name = _TOKEN.findall(text[start:end])[-1].strip(".!?\"')(")
    return bool(_MARKED.search(name)) or _is_unusual(name)


def is_handle_before(text: str, start: int, end: int) -> bool:
    """The same for a match that ends with the service: "im moonfish on discord"; after other cues only a marked one."""
    words = _TOKEN.findall(_PLACE.split(text[start:end].lower())[0])
    is_own = len(words) == 1 or words[-2] in ("im", "i'm", "i’m", "am", "as", "under", "for", "up")
    return bool(_MARKED.search(words[-1])) or (is_own and _is_unusual(words[-1]))


def _is_unusual(name: str) -> bool:
    plain = name.lower().lstrip("@")
    return len(plain) > 2 and plain not in _NO_HANDLE and not plain.endswith(_ENDINGS)


def is_name(text: str, start: int, end: int) -> bool:
    """The last two words of the match are a person's, in a line that is not all capitals at the words' beginnings."""
    words = re.findall(r"[^\W\d_][\w'’.-]*", text[start:end])
    name = [word.lower().strip(".'’-") for word in words[-2:]]
    around = re.findall(r"[^\W\d_]\w*", text)
    capital = sum(word[0].isupper() for word in around)
    return _NO_NAME.isdisjoint(name) and capital * 2 <= len(around) + 4


def is_said_name(text: str, start: int, end: int) -> bool:
    """One word after a cue that leaves no doubt ("my real name is"), in any case of letters."""
    name = re.findall(r"[^\W\d_][\w'’-]*", text[start:end])[-1].lower()
    return name not in _NO_NAME and name not in _NO_HANDLE


CHECKS: Final[dict[str, Callable[[str, int, int], bool]]] = {
    "handle": is_handle,
    "handle_before": is_handle_before,
    "name": is_name,
    "said_name": is_said_name,
}
