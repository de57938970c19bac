"""What a text must hold for a pattern to match: pieces to look up, so that RE2 is asked of few patterns only.

A pattern is read into the texts it can match, as far as they can be told, and of those into clauses: of each clause at
least one piece is in whatever the pattern matches. Too much is never asked (a law in the tests): what cannot be told
asks nothing. Case is not looked at. Must not know how texts are looked at, or what a pattern is for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

ANY: Final = "\x01"  # stands for any text, none too
EDGE: Final = "\x02"  # for one character that is no letter, figure or "_", or for the edge of a word or of the text
DIGIT: Final = "\x03"  # for one figure
SIGNS: Final = "@$#%*"  # signs that are looked up; others are in too many texts

MAX_TEXTS: Final = 12  # of a row; with 24 or 48 as many patterns are asked, and reading them takes longer
MAX_WIDE: Final = 200  # of one bracket
_FIRST_MARK: Final = 0xF0000  # private characters: each stands for any text that has a piece of one clause
_BEGUN: Final = (1.0, 0.05, 0.006, 0.002, 0.001)  # of words that begin, or end, with so many letters; guessed
_INSIDE: Final = (1.0, 0.3, 0.03, 0.006, 0.002)  # of those that have them anywhere
_RARE: Final = 0.0004  # share of a word that is not listed below
_MARK_SHARE: Final = 0.01  # of a figure or a sign
_PAIRED: Final = 12  # how much likelier words are beside each other than by chance, where both are frequent; guessed

# The most frequent words of invented lines and of chat in five languages, in order (counted for Alongside, 2026-11-26).
_FREQUENT: Final = (
    "i the to a and my it in me of is im you that for on so was with not be do this ive its dont but at want just"
    " how like what no are about can if all he have one now up out as they when know de going been person get from"
    " or cant there her got think people name feel myself die we an time your who had because go good really she"
    " why them id his has thats by then back life la will off someone ich him would said more here only see after"
    " years last over need again day right way being some ill say should did still other today every work love"
    " since were hes than much kill their any lol thing help never end make night que well too dead tell n before"
    " stop first could je even e does didnt yeah please keep man down says also doesnt talk year y thought"
    " something used take anything same left bad where us home anyone always tonight theres new put into youre"
    " wont two very sorry en use le our ok made everyone week took el isnt 2 suicide find long best doing own wish"
    " 3 better look school old things told done mean thinking ever mich nothing"
)
_SHARES: Final = {word: 0.12 / (rank + 3) for rank, word in enumerate(_FREQUENT.split())}


class Piece(NamedTuple):
    """Something to look up in a text.

    `key`: a word (open with `ANY` at a side where it may go on), two neighbouring words, `DIGIT`, or a sign. `phrase`
    stands in the text too then; it is empty when the key says it all. `share`: of how many words it is one; guessed.
    """

    key: str
    phrase: str
    share: float


Clause = frozenset[Piece]
Texts = tuple[str, ...]
"""What a part of a pattern can match, with the marks above."""

_TOKEN: Final = re.compile(
    r"\\[pP](?:\{\^?\w+\}|\w)|\\x(?:\{\w+\}|\w\w)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>"
    r"|\(\?[imsU-]*[:)]|[()|]|(?:[*+?]|\{\d+,?\d*\})\??|[a-zA-Z0-9_ ,'!]+(?![*+?{])|.",
    re.DOTALL,
)
_WORD: Final = re.compile(r"[a-z0-9_]+")
_OPEN: Final = rf"{ANY}{DIGIT}{chr(_FIRST_MARK)}-\U0010FFFF"
_RUN: Final = re.compile(rf"[^{EDGE}{_OPEN}]+|[^{ANY}{EDGE}]")
_TAIL: Final = re.compile(rf"[^a-z0-9_{_OPEN}][a-z0-9_]*[^a-z0-9_{_OPEN}]*$")
_NO_WORD: Final = re.compile(rf"[^a-z0-9_{_OPEN}]")
_UNTOLD: Final = re.compile(r"\\Q|\(\?[a-zA-Z]*i")  # plain text to the end, or letters that are others too (K, \u017f)
_HARMLESS: Final = re.compile(r"\\[^a-zA-Z0-9]|\\[ntrfvs]")  # inside a class: signs and blanks


class Needs:
    """Reads patterns. Remembers what several of them share: brackets, as those of slots, and clauses."""

    def __init__(self) -> None:
        self._met: dict[str, Texts] = {}
        self._clauses: list[Clause] = []
        self._marks: dict[Clause, str] = {}
        self._runs: dict[tuple[bool, str, bool], tuple[Piece, ...]] = {}
        self._edged: dict[tuple[str, Texts, str], str] = {}

    def of(self, pattern: str) -> tuple[Clause, ...]:
        """The clauses of an RE2 pattern, the rarest first; none where nothing can be told."""
        texts = _Pattern(pattern, self).texts()
        found = dict.fromkeys([self._clause(texts), *map(self._marked, _common(texts))])
        return tuple(sorted((one for one in found if one), key=_share_of))

    def met(self, inside: str) -> Texts | None:
        """The texts of a bracket that was read before."""
        return self._met.get(inside)

    def learn(self, inside: str, texts: Texts) -> Texts:
        """The same texts, which are remembered for that bracket."""
        self._met[inside] = texts
        return texts

    def either(self, parts: Sequence[Texts]) -> Texts:
        """One of several."""
        texts = parts[0] if len(parts) == 1 else tuple(dict.fromkeys([text for part in parts for text in part]))
        return texts if len(texts) <= MAX_WIDE else (self._merged(texts),)

    def repeated(self, texts: Texts, sign: str) -> Texts:
        """As often as `sign` says."""
        if sign[0] == "{":
            least, comma, most = sign.rstrip("?")[1:-1].partition(",")
            fewest, is_once = int(least), (most or ("" if comma else least)) in ("0", "1")
        else:
            fewest, is_once = int(sign[0] == "+"), sign[0] == "?"
        if not is_once:
            is_blank = all(text and not _NO_WORD.sub("", text) for text in texts)
            texts = (EDGE,) if is_blank else (self._merged(texts),) if fewest else (_edges(texts, ANY),)
        return texts if fewest else tuple(dict.fromkeys((*texts, "")))

    def row(self, parts: Sequence[Texts]) -> Texts:
        """One after another. What gets too many is told by a mark, and only its last words go on."""
        row: Texts = ("",)
        for place, part in enumerate(parts):
            if len(row) * len(part) > MAX_TEXTS:
                first = EDGE if _begins(row) else ""
                known, after = _common(row), EDGE if _begins(part) else ANY
                others = [_without(text, known) + after for text in row]
                before = first + "".join(dict.fromkeys((*known, self._mark(others))))
                tails = tuple(dict.fromkeys([before + _tail(text) for text in row]))
                row = tails if len(tails) * len(part) <= MAX_TEXTS else (before + ANY + (EDGE if _ends(row) else ""),)
                if len(part) > MAX_TEXTS:
                    behind = EDGE if place + 1 < len(parts) and _begins(parts[place + 1]) else ANY
                    row = self._wide(row[0], part, behind)
                    continue
            row = tuple(dict.fromkeys([text + more for text in row for more in part]))
        return row

    def _wide(self, before: str, texts: Texts, behind: str) -> Texts:
        """Many texts behind one."""
        key = (before[-1:], texts, behind)
        if (mark := self._edged.get(key)) is None:
            mark = self._edged[key] = self._mark([before[-1:] + text + behind for text in texts])
        tails = tuple(dict.fromkeys([mark + _tail(text) for text in texts]))
        if len(tails) > MAX_TEXTS:
            tails = (mark + ANY + (EDGE if _ends(texts) else ""),)
        return tuple([before + tail for tail in tails])

    def _merged(self, texts: Texts) -> str:
        """What is left of texts when only their edges and a clause are remembered."""
        return _edges(texts, ANY + self._mark([ANY + text + ANY for text in texts]))

    def _mark(self, texts: Sequence[str]) -> str:
        """The mark of the clause that `texts` have in common; the empty text where nothing can be told."""
        if not (clause := self._clause(texts)):
            return ""
        if clause not in self._marks:
            self._marks[clause] = chr(_FIRST_MARK + len(self._clauses))
            self._clauses.append(clause)
        return self._marks[clause]

    def _marked(self, mark: str) -> Clause:
        return self._clauses[ord(mark) - _FIRST_MARK]

    def _clause(self, texts: Sequence[str]) -> Clause:
        """What can be looked up of texts that beyond their ends may go on; empty where one of them has nothing."""
        rarest = [self._rarest_of(text) for text in texts]
        each = frozenset[Piece]().union(*rarest) if all(rarest) else frozenset()
        return min((one for one in (each, *map(self._marked, _common(texts))) if one), key=_share_of, default=each)

    def _rarest_of(self, text: str) -> Collection[Piece]:
        runs = [found for run in _RUN.finditer(text) if (found := self._run(text, run))]
        return runs[0] if len(runs) == 1 else min(runs, key=_share_of, default=())

    def _run(self, text: str, run: re.Match[str]) -> Collection[Piece]:
        if run[0] >= chr(_FIRST_MARK):
            return self._marked(run[0])
        key = text[run.start() - 1 : run.start()] == EDGE, run[0], text[run.end() : run.end() + 1] == EDGE
        if (found := self._runs.get(key)) is None:
            found = self._runs[key] = _rarest(*key)
        return found


class _Pattern:
    """One pattern, being read."""

    def __init__(self, pattern: str, needs: Needs) -> None:
        found = list(_TOKEN.finditer(pattern))
        self._pattern, self._needs = pattern, needs
        self._signs = [one[0] for one in found]
        self._starts = [one.start() for one in found]
        self._ends: dict[int, int] = {}  # of brackets: where each is closed
        opened: list[int] = []
        for place, sign in enumerate(self._signs):
            if sign[0] == "(" and sign[-1] != ")":
                opened.append(place)
            elif sign == ")" and opened:
                self._ends[opened.pop()] = place

    def texts(self) -> Texts:
        """All of the pattern."""
        return (ANY,) if _UNTOLD.search(self._pattern) else self._either(0, len(self._signs))

    def _either(self, start: int, end: int) -> Texts:
        parts, place, at = [], start, start
        while place < end:
            if place in self._ends:
                place = self._ends[place]
            elif self._signs[place] == "|":
                parts.append(self._row(at, place))
                at = place + 1
            place += 1
        return self._needs.either([*parts, self._row(at, end)])

    def _row(self, place: int, end: int) -> Texts:
        parts = []
        while place < end:
            sign = self._signs[place]
            if place in self._ends:
                part = self._bracket(place)
                place = self._ends[place]
            else:
                part = ("",) if sign[0] == "(" else _sign(sign)  # (?i) says nothing of texts
            place += 1
            if place < end and (self._signs[place][0] in "*+?" or self._signs[place][:1] == "{" != self._signs[place]):
                part = self._needs.repeated(part, self._signs[place])
                place += 1
            parts.append(part)
        return self._needs.row(parts)

    def _bracket(self, place: int) -> Texts:
        inside = self._pattern[self._starts[place] : self._starts[self._ends[place]]]
        return self._needs.met(inside) or self._needs.learn(inside, self._either(place + 1, self._ends[place]))


@cache
def _sign(sign: str) -> Texts:
    """One character, class or escape of a pattern, or several plain characters."""
    if sign == r"\d":
        return (ANY + DIGIT + ANY,)
    if sign in ("^", "$") or (sign[0] == "\\" and sign[1:] in tuple("bsWAzntrfv")):
        return (EDGE,)
    if sign[0] == "\\":
        return (ANY if sign[1].isalnum() else sign[1],)
    if sign[0] == "[" and len(sign) > 1:
        return _class(sign[1:-1])
    return (ANY if sign == "." else sign.lower() if sign.isascii() else EDGE,)


def _class(inside: str) -> Texts:
    signs = _HARMLESS.sub(EDGE, inside).lower()
    if signs[0] == "^" or "\\" in signs or "[:" in signs or "-" in signs[1:-1] or not signs.isascii():
        return (ANY,)
    return tuple(dict.fromkeys(EDGE if _NO_WORD.match(sign) else sign for sign in signs))


def _begins(texts: Iterable[str]) -> bool:
    """Whether each begins with what ends a word before it."""
    return all(map(_NO_WORD.match, texts))


def _ends(texts: Iterable[str]) -> bool:
    return all(_NO_WORD.match(text[-1:]) for text in texts)


def _common(texts: Sequence[str]) -> list[str]:
    """The marks that each of the texts has."""
    marks = [one for one in texts[0] if one >= chr(_FIRST_MARK)]
    return [one for one in marks if all(one in text for text in texts)] if marks else marks


def _without(text: str, marks: Iterable[str]) -> str:
    for mark in marks:
        text = text.replace(mark, ANY)
    return text


def _edges(texts: Texts, inside: str) -> str:
    return (EDGE if _begins(texts) else "") + inside + (EDGE if _ends(texts) else "")


def _tail(text: str) -> str:
    """The last word of a text, with what is behind it."""
    found = _TAIL.search(text)
    return ANY + found[0] if found and found.start() else text


def _share_of(pieces: Collection[Piece]) -> float:
    return sum([piece.share for piece in pieces])


def _rarest(is_begun: bool, plain: str, is_ended: bool) -> tuple[Piece, ...]:
    """Of what can be looked up of a run of plain characters, the rarest; none, or one piece."""
    if plain == DIGIT or plain in SIGNS:
        return (Piece(plain, "", _MARK_SHARE),)
    words = [(one[0], one.start(), one.end()) for one in _WORD.finditer(plain)]
    if not words:
        return tuple([Piece(sign, "", _MARK_SHARE) for sign in plain if sign in SIGNS][:1])
    least, chosen, earlier = 2.0, "", ("", 0.0, -9)
    for word, start, end in words:
        key = ("" if is_begun or start else ANY) + word + ("" if is_ended or end < len(plain) else ANY)
        share = _share(key)
        if share < least:
            least, chosen = share, key
        if start - earlier[2] == 1 and key[-1] != ANY and (both := earlier[1] * share * _PAIRED) < least:
            least, chosen = both, f"{earlier[0]} {key}"
        earlier = (key, share, end if key[0] != ANY else -9)
    is_all = len(words) == 1 or (len(words) == 2 and " " in chosen)
    return (Piece(chosen, "" if is_all else plain, least),)


def _share(key: str) -> float:
    word = key.strip(ANY)
    share = _SHARES.get(word, _RARE)
    if word == key:
        return share
    shares = _BEGUN if len(key) - len(word) == 1 else _INSIDE
    return share + shares[min(len(word), len(shares) - 1)]
