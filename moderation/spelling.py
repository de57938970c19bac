"""The tables of the one spelling: look-alikes, leet, contractions, misspellings. Must not know how they are applied."""

from __future__ import annotations

import unicodedata
from typing import Final

from moderation.lookalikes import LOOKALIKES

MAX_REMEMBERED: Final = 8192  # folded characters kept; a text made of all of Unicode must not fill the memory

# Beside what Unicode lists: small capitals, letters that look like others only as capitals (в like B), strokes, hooks
# and signs. Written for Alongside; it stands before the list where they differ.
_LOOKALIKES: Final = {char: letter for letter, chars in LOOKALIKES.items() for char in chars} | dict(
    zip(
        "кмтвнεκτχʟʀɴʜɢʙᴀᴅᴇꜰᴊᴋᴍᴘᴛƙɗøħŧƖɛԍҝ",
        "kmtbhektxlrnhgbadefjkmptkdohtlegk",
        strict=True,
    )
) | {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "＇": "'", "′": "'", "ʻ": "'", "“": '"', "”": '"', "„": '"',
     "«": '"', "»": '"', "—": ",", "–": "-", "‐": "-", "‑": "-", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ł": "l",
     "đ": "d", "…": ".", "\u00a0": " ", "\u3000": " ", "\u2028": " ", "\u2029": " ", "\u0085": " "}  # fmt: skip

LEET: Final = str.maketrans("01345780$!@|", "oieastbosial")


class _Folded(dict[int, str]):
    """What each character becomes; looked up once, then remembered up to a bound."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if len(self) < MAX_REMEMBERED:
            self[code] = plain
        return plain


def _plain(char: str) -> str:
    code = ord(char)
    if code < 0x80:
        return char.lower()
    if 0xD800 <= code < 0xE000:
        return "\ufffd"  # half a character: no text, and nothing that RE2 could read
    for first in (0x1F150, 0x1F170, 0x1F1E6):  # white letters in black circles and squares, and those of flags
        if 0 <= code - first < 26:
            return chr(ord("a") + code - first)
    low = _LOOKALIKES.get(char) or _LOOKALIKES.get(char.lower())
    if low is not None:
        return low
    parts = unicodedata.normalize("NFKD", char).casefold()
    marks = ("Mn", "Me", "Cf", "Cc")
    plain = "".join(_LOOKALIKES.get(part, part) for part in parts if unicodedata.category(part) not in marks)
    return unicodedata.normalize("NFKD", plain) if plain.isascii() else plain


FOLDED: Final = _Folded()

_CONTRACTED: Final = {
    "i am": "im", "iam": "im", "i m": "im", "i have": "ive", "i will": "ill", "i would": "id", "do not": "dont",
    "don t": "dont", "does not": "doesnt", "did not": "didnt", "can not": "cant", "cannot": "cant", "can t": "cant",
    "could not": "couldnt", "should not": "shouldnt", "would not": "wouldnt", "will not": "wont", "won t": "wont",
    "have not": "havent", "has not": "hasnt",
    "had not": "hadnt", "wanna": "want to", "wana": "want to", "wnna": "want to", "gonna": "going to",
    "gunna": "going to", "gona": "going to", "gna": "going to", "tryna": "trying to", "tonite": "tonight",
    "2nite": "tonight", "2night": "tonight", "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow",
    "2moro": "tomorrow", "2morrow": "tomorrow", "rn": "right now", "any more": "anymore", "good bye": "goodbye",
    "my self": "myself", "u": "you", "ur": "your", "urself": "yourself", "abt": "about", "thinkin": "thinking",
    "goin": "going", "goin to": "going to", "livin": "living", "dyin": "dying", "takin": "taking",
    "wantin": "wanting",
    "doin": "doing", "hangin": "hanging", "killin": "killing", "endin": "ending", "cuttin": "cutting",
    "tryin": "trying", "agn": "again", "agian": "again", "hav": "have", "ppl": "people", "b4": "before",
    "cuz": "because",
    "coz": "because", "bc": "because", "cos": "because", "cause": "because", "plz": "please", "pls": "please",
"2 die": "to die", "2 kill": "to kill", "2 end": "to end", "want 2": "want to",
    "wanting 2": "wanting to",
    "need 2": "need to", "going 2": "going to", "w": "with", "frfr": "fr", "idw": "i dont want",
    "idwtl": "i dont want to live",
    "iwtd": "i want to die", "iwtkms": "i want to kill myself", "wtd": "want to die", "sui": "suicidal",
    "tu dai": "to die",
    "toodie": "to die", "dnt": "dont", "wnt": "want", "liv": "live", "alvie": "alive", "aliv": "alive",
    "no1": "no one",
    "some1": "someone", "every1": "everyone", "any1": "anyone", "gg go next life": "gg",
}  # fmt: skip
_MEANT: Final = {
    "suicide": "suacide suicied suecide suiside suicidee sucicide suside suicyde sooicide sooeycide suicid3 5uicide "
    "5uicid3 sewerslide seweslide sewersl1de sewaside soocide suey cide toaster-bath suie cide s*icide su*cide sui*ide "
    "suic*de suici*e s**cide su**ide s*****e s-word sewercide sueycide suislide superslide",
    "suicidal": "suey suicidall suicidul sewerslidal suicidle s*icidal su*cidal suicdal sucidal suicidial",
    "kill": "kil kll kiil kiill klil kikl kyll khill k*ll ki*l k**l kiII keel",
    "killing": "kiling killling klling k*lling kilin", "die": "d*e di3 d13 d1e diee dye diie dieee",
    "dying": "d*ing dieing",
    "myself": "myselff meself mself mysel my-self mysef myslef msyelf mysle myselv mys3lf myseif myse1f myselfs",
    "me": "m3", "life": "l1f3 lif3 l1fe liife lyfe", "dead": "d3ad dedd d34d",
    "want": "wnat watn wantt w4nt wqnt waant",
    "kms": "kmsing kmss kysm k*s kmself kmslf", "unalive": "un-alive unaliv unalived unalife un4live unalove",
    "end": "3nd", "anymore": "anymor anymoree nymore anymroe anymoe", "goodbye": "goodby godbye gudbye goodbyee",
    "like": "liek", "overdose": "ovedose overdoze overdos od'd", "pills": "pilss pils pi11s p1lls",
    "thoughts": "thoghts thougts th0ughts thots thouhgts",
    "umbringen": "umbrigen umbringn umbrinegn", "morir": "m0rir morirr", "mourir": "mourrir mour1r",
    "sterben": "sterbn sterbne",
    "will": "wil", "nicht": "nich nich' ned", "nao": "naum", "hang": "hnag", "cut": "cutt",
    "tonight": "tonigth tongiht",
    "cutting": "cuting cuttting", "to": "tto", "i": "ii", "ich": "isch", "people": "poeple", "yourself": "yourslef",
}  # fmt: skip
_TYPED: Final = ("suicide", "suicidal", "myself", "overdose", "tonight", "worthless", "hopeless", "anymore", "unalive",
                 "killing", "goodbye")  # fmt: skip
_NOT_ONES: Final = {"keel": "", "dye": "", "suey cide": "", "superslide": "", "ned": ""}
_ME: Final = ("i ", "im ", "")
_GLUED: Final = [
    f"{who}{want}{act}"
    for who in _ME
    for want in ("want to ", "wanna ", "just want to ", "going to ", "gonna ", "need to ", "")
    for act in ("die", "kill myself", "end my life", "kms", "end it all", "be dead", "unalive myself", "hang myself")
    if want or act not in ("die", "kms")
] + [
    "want to", "i want to", "killing myself", "hurt myself", "cut myself", "cutting myself", "im suicidal", "kill me",
    "im so suicidal right now", "im so suicidal", "dont want to live", "i dont want to live", "quiero morir",
    "quero morrer",
    "quiero matarme", "me quiero morir", "je veux mourir", "je veux me tuer", "ich will sterben", "vou me matar",
    "i want to disappear", "help me", "self harm", "i want", "end it", "unaliving myself", "commit suicide",
    "quero me matar",
]  # fmt: skip


def _slips(word: str) -> set[str]:
    """The word with one inner letter dropped, two neighbours swapped, or a sign put between two letters."""
    dropped = {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)}
    split = {word[:at] + sign + word[at:] for at in range(1, len(word)) for sign in "*.-"}
    return (dropped | swapped | split) - {word}


def _make_misspelt() -> dict[str, str]:
    words = {slip: word for word in _TYPED for slip in _slips(word)}
    words |= {word[:at] + sign + word[at:]: word for word in ("kill", "die") for at in (1, 2) for sign in "*.-_"}
    words |= {wrong: right for right, all_wrong in _MEANT.items() for wrong in all_wrong.split()}
    words |= {
        glued.replace(" ", ""): glued.replace("wanna", "want to").replace("gonna", "going to") for glued in _GLUED
    }
    words |= _CONTRACTED
    words |= {"sewer slide": "suicide", "sewer-slide": "suicide", "sui cide": "suicide", "suic ide": "suicide"}
    return {wrong: right for wrong, right in words.items() if wrong != right and not _NOT_ONES.keys() & {wrong}}


MISSPELT: Final = _make_misspelt()
