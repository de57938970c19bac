"""One review: danger rules over a text and its author's last lines. Must not do I/O or know who reads the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.boundaries import GroupRules, find
from moderation.combine import combine
from moderation.context import MAX_BEFORE, Context, Earlier
from moderation.danger import Hit, Rules
from moderation.normalise import normalise
from moderation.verdict import Action, Level, Reason, Verdict


class Reviewer:
    """Reviews texts by fixed rules: same input, same verdict. Without a `group` no boundary is looked for."""

    def __init__(self, rules: Rules, group: GroupRules | None = None) -> None:
        self._rules = rules
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
        if self._group is None:
            return Verdict(level, frozenset(hit.rule.label for hit in hits), Action.DELIVER, tuple(reasons))
        found = find(text, normal, self._group, context.before if context else ())
        return combine(level, reasons, found, self._group)

    def _across(self, text: str, before: Sequence[str | Earlier]) -> list[Hit]:
        lines = [line.text if isinstance(line, Earlier) else line for line in before[-MAX_BEFORE:]]
        earlier = " ".join(normalise(line).text for line in lines) + " "
        return [hit for hit in self._rules.find(earlier + text) if hit.start < len(earlier) < hit.end]
