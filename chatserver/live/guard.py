"""The guard: asks the moderation library about each message, and turns its verdict into a ruling. Its only importer.

Promises: the review runs in the same turn as the message, and no message is lost to it: one that raises delivers, is
flagged amber for a person, counted, and logged once a kind by its type alone. Whatever the library says, words of
distress are never held and never returned. What it remembers of members is bounded and soon forgotten, and stays here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from chatserver.core.cases import DANGER_LABELS, higher
from chatserver.core.errors import OperatorFault
from chatserver.core.groups import Group
from chatserver.core.identity import GroupId, MemberId
from chatserver.core.messages import Say
from chatserver.core.metrics import Tally
from chatserver.core.recent import Line, Recent
from chatserver.core.rulings import PLAIN, Because, Cuts, Flag, Folded, Grounds, Ruling, Span, Way
from moderation import (
    Action,
    Context,
    Earlier,
    GroupRules,
    Level,
    Reason,
    Reviewer,
    Verdict,
    load_group,
    load_rules,
)
from moderation.boundaries.policy import PACKAGED
from moderation.rulefile import RuleFault

_log = logging.getLogger(__name__)

_UNREVIEWED = Ruling(flag=Flag("amber"))


class Reviewing(Protocol):
    """What the guard needs of the library: one text and its author's lately written lines in, a verdict out."""

    def review(self, text: str, context: Context | None = None) -> Verdict:
        """Give the verdict on `text`."""
        ...


class Guard:
    """The guard of one node: a reviewer for each group, and what members wrote lately."""

    def __init__(self, reviewers: Mapping[GroupId, Reviewing]) -> None:
        self._reviewers = reviewers
        self._recent = Recent()
        self._logged: set[str] = set()
        self.tally = Tally()
        """What this node counts."""
        self.failures = 0
        """How many reviews raised."""

    def review(self, member: MemberId, group: GroupId, say: Say, now_ms: int) -> Ruling:
        """Give the ruling on what a member is about to say; remembers it, unless it goes back to its author."""
        began = time.perf_counter()
        try:
            ruling = self._rule(self._reviewers[group], member, say, now_ms)
        except Exception as fault:  # the named edge: a failing rule loses neither the message nor the flag
            self._count(fault)
            ruling = _UNREVIEWED
        self.tally.reviewed("green" if ruling.flag is None else ruling.flag.level, time.perf_counter() - began)
        if ruling.way is not Way.RETURN:
            self._recent.add(member, Line(say.id, say.text, now_ms))
        return ruling

    def look(self, group: GroupId, words: str) -> str:
        """Give the level of what somebody writes to the moderators; amber when the review fails."""
        try:
            return self._reviewers[group].review(words).level.name.lower()
        except Exception as fault:  # as above
            self._count(fault)
            return "amber"

    def warm(self) -> None:
        """Review a harmless line for each group: what is read at the first use is read before members come."""
        for reviewer in self._reviewers.values():
            reviewer.review("hello, 1 2 3")

    def forget(self, now_ms: int) -> None:
        """Forget what is too old to look back on."""
        self._recent.forget(now_ms)

    def _rule(self, reviewer: Reviewing, member: MemberId, say: Say, now_ms: int) -> Ruling:
        before = self._recent.before(member, say.id, now_ms)
        context = Context([Earlier(line.text, (now_ms - line.at_ms) / 1000) for line in before]) if before else None
        verdict = reviewer.review(say.text, context)
        if say.note is not None:
            return _ruling(say, verdict, reviewer.review(say.note))
        if verdict.level is Level.GREEN and verdict.action is Action.DELIVER and not verdict.asks_after:
            return PLAIN
        return _ruling(say, verdict, None)

    def _count(self, fault: Exception) -> None:
        self.failures += 1
        self.tally.add("review_failures")
        kind = type(fault).__name__
        if kind not in self._logged:
            self._logged.add(kind)
            _log.error("a review failed (%s); messages are delivered and flagged", kind)


def load_guard(groups: Iterable[Group], *, limits: bool) -> Guard:
    """Build the guard of these groups; reads rule files, for about a tenth of a second.

    Without `limits` (tests and load) haste and length are no boundary. Raises: OperatorFault naming file and line.
    """
    rules = load_rules()
    guard = Guard({group.id: Reviewer(rules, _boundaries(group, limits)) for group in groups})
    guard.warm()
    return guard


def _boundaries(group: Group, limits: bool) -> GroupRules:
    try:
        rules = load_group(_source(group))
    except (RuleFault, OSError) as fault:
        raise OperatorFault(f"{group.slug}.toml: rules: {fault}") from None
    if limits:
        return rules
    kept = {label: rule for label, rule in rules.boundaries.items() if label != "flood"}
    return replace(rules, boundaries=kept)


def _source(group: Group) -> str:
    if group.rules is not None and "/" in group.rules:
        return group.rules
    name = group.rules or group.slug
    if (PACKAGED / f"{name}.toml").exists():
        return name
    if group.rules is not None:
        raise OperatorFault(f"{group.slug}.toml: rules: there is no packaged set named {name}")
    return "general"


_STRENGTH = (Action.DELIVER, Action.MASK, Action.FOLD, Action.HOLD, Action.RETURN)
_WAYS = {Action.HOLD: Way.HOLD, Action.RETURN: Way.RETURN}


def _ruling(say: Say, verdict: Verdict, of_note: Verdict | None) -> Ruling:
    verdicts = [verdict] if of_note is None else [verdict, of_note]
    labels = frozenset[str]().union(*(v.labels for v in verdicts))
    decisive = max(verdicts, key=lambda v: _STRENGTH.index(v.action))
    way = Way.DELIVER if labels & DANGER_LABELS else _WAYS.get(decisive.action, Way.DELIVER)
    because = _because(decisive)
    if way is Way.RETURN:
        return Ruling(way, because=because)
    cuts = _cuts(verdict)
    flag = _flag(verdicts, labels, way, cuts)
    note = None
    if say.note is not None and of_note is not None and (masked := _cuts(of_note).mask(say.note)) != say.note:
        note = masked
    text = cuts.mask(say.text)
    folded = _folded(verdict, of_note, cuts)
    is_plain = way is Way.DELIVER and flag is None and folded is None and note is None and text == say.text
    if is_plain and not verdict.asks_after:
        return PLAIN
    return Ruling(way, None if text == say.text else text, note, folded, because, flag, verdict.asks_after)


def _spans(reasons: Sequence[Reason], action: Action) -> list[Span]:
    return [(reason.start, reason.end) for reason in reasons if reason.action is action]


def _cuts(verdict: Verdict) -> Cuts:
    return Cuts(_spans(verdict.reasons, Action.MASK))


def _folded(verdict: Verdict, of_note: Verdict | None, cuts: Cuts) -> Folded | None:
    """A note that would be folded folds the message it stands above: a note has no button of its own."""
    if of_note is not None and (inside := [r for r in of_note.reasons if r.action is Action.FOLD]):
        return Folded(inside[0].label)
    folds = [reason for reason in verdict.reasons if reason.action is Action.FOLD]
    if not folds:
        return None
    spans = {(cuts.move(r.start), cuts.move(r.end)) for r in folds}
    return Folded(folds[0].label, tuple(sorted(span for span in spans if span[0] < span[1])))


def _flag(verdicts: Sequence[Verdict], labels: frozenset[str], way: Way, cuts: Cuts) -> Flag | None:
    level = max(verdict.level for verdict in verdicts)
    if level is Level.GREEN and way is not Way.HOLD:
        return None
    grounds = [Grounds(r.rule, r.label, cuts.move(r.start), cuts.move(r.end), r.intent) for r in verdicts[0].reasons]
    grounds += [Grounds(r.rule, r.label, 0, 0, r.intent) for verdict in verdicts[1:] for r in verdict.reasons]
    asks_card = level >= Level.RED and bool(labels & DANGER_LABELS)
    return Flag(higher("amber", level.name.lower()), tuple(sorted(labels)), tuple(grounds), asks_card)


def _because(verdict: Verdict) -> Because | None:
    advice = verdict.advice
    if advice is None:
        return None
    label = next((r.label for r in verdict.reasons if r.action is verdict.action), "")
    if not label:  # beside distress the verdict's own action is the mildest that is left
        acting = [r for r in verdict.reasons if r.action is not Action.DELIVER]
        label = max(acting, key=lambda r: _STRENGTH.index(r.action)).label if acting else ""
    return Because(label, advice.what, advice.why, advice.instead, verdict.retry_after_s)
