"""One review: danger rules over a text and its author's last lines. Must not do I/O or know who reads the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import re2

from moderation.asking import asks_after
from moderation.boundaries import GroupRules, find
from moderation.combine import combine
from moderation.context import (
    JOINED_REACH,
    JOINED_WITHIN_S,
    MAX_BEFORE,
    MAX_WEAK,
    WEAK_LINES,
    WEAK_WITHIN_S,
    Context,
    Earlier,
    is_within,
    text_of,
)
from moderation.danger import Hit, Rules
from moderation.model import Model, packaged
from moderation.normalise import normalise
from moderation.verdict import Action, Level, Reason, Verdict

# "Just joking" and its kin: what was said before stands.
TAKEN_BACK: Final = re2.compile(
    r"\b(?:jk|j/k|just (?:kidding|joking|messing)|(?:was|im|am) (?:just |only )?(?:kidding|joking|messing)|only joking"
    r"|it was a joke|forget (?:it|what i said|i said)|nvm|never ?mind|ignore (?:that|me)|didnt mean (?:it|that))\b"
)


class Reviewer:
    """Reviews texts by fixed rules: same input, same verdict. Without a `group` no boundary is looked for."""

    def __init__(self, rules: Rules, group: GroupRules | None = None, model: Model | None = None) -> None:
        self._rules = rules
        self._model = model or packaged()
        self._group = group
        if group is not None:
            find("", normalise(""), group)  # reads the boundary rules now, and not in the first member's turn

    def review(self, text: str, context: Context | None = None) -> Verdict:
        """The verdict on `text`. Danger always delivers; linear in the length."""
        normal = normalise(text)
        hits = self._rules.find(normal.text)
        reasons = [
            Reason(hit.rule.id, hit.rule.label, *normal.span(hit.start, hit.end), hit.rule.intent) for hit in hits
        ]
        if context and context.before:
            joined = self._across(normal.text, context.before)
            reasons += [Reason(hit.rule.id, hit.rule.label, 0, len(text), hit.rule.intent) for hit in joined]
            hits += joined
        level = max((hit.rule.level for hit in hits), default=Level.GREEN)
        if context and context.before and level < Level.RED:
            level, more = self._before(normal.text, level, context.before)
            reasons += [Reason(name, label, 0, len(text), intent) for name, label, intent in more]
        if level < Level.RED:  # the model can only raise, and not above this
            seen = self._model.find(normal.text)
            if seen is not None and seen.level > level:
                level = seen.level
                reasons.append(Reason(seen.rule, seen.label, 0, len(text), seen.intent))
        if self._group is None:
            labels = frozenset(reason.label for reason in reasons)
            verdict = Verdict(level, labels, Action.DELIVER, tuple(reasons))
        else:
            found = find(text, normal, self._group, context.before if context else ())
            verdict = combine(level, reasons, found, self._group)
        return replace(verdict, asks_after=True) if asks_after(normal.text) else verdict

    def _across(self, text: str, before: Sequence[str | Earlier]) -> list[Hit]:
        """What stands over the seam of the earlier lines and this one; `JOINED_REACH` on either side can tell."""
        lines = [text_of(line) for line in before[-MAX_BEFORE:] if is_within(line, JOINED_WITHIN_S)]
        words = " ".join(normalise(line[-2 * JOINED_REACH :]).text for line in lines)
        earlier = words[-JOINED_REACH:] + " "
        hits = self._rules.find(earlier + text[:JOINED_REACH])
        return [hit for hit in hits if hit.start < len(earlier) < hit.end]

    def _before(
        self, text: str, level: Level, before: Sequence[str | Earlier]
    ) -> tuple[Level, list[tuple[str, str, str]]]:
        """What the earlier lines make of a line that alone is green or amber."""
        taken_back = TAKEN_BACK.search(text) is not None
        if level is Level.GREEN and not taken_back:
            return level, []
        lines = [text_of(line) for line in before[-MAX_WEAK:] if is_within(line, WEAK_WITHIN_S)]
        found = [hits for hits in (self._rules.find(normalise(line).text) for line in lines) if hits]
        worst = max((hit for hits in found for hit in hits), key=lambda hit: hit.rule.level, default=None)
        if worst is None:
            return level, []
        if taken_back and worst.rule.level > level:
            return worst.rule.level, [("context.taken_back", worst.rule.label, "A joke afterwards erases nothing.")]
        if level is Level.AMBER and len(found) + 1 >= WEAK_LINES:
            return Level.RED, [("context.adds_up", worst.rule.label, "Weak signals of one day add up.")]
        return level, []
