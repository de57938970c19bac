"""Brings danger and boundaries to one verdict. Must not know how either was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from moderation.boundaries import Finding
from moderation.boundaries.policy import Boundary, GroupRules
from moderation.verdict import DANGER_LABELS, Action, Level, Reason, Verdict

_ORDER: Final = {action: strength for strength, action in enumerate(Action)}
# Beside these, a described method is a reason to look soon: the detail and the wish are in one message.
_NEAR_METHOD: Final = frozenset({"suicide", "self_harm", "overdose"})


def combine(level: Level, danger: Sequence[Reason], found: Iterable[Finding], group: GroupRules) -> Verdict:
    """The verdict on one text, of its danger reasons (with their `level`) and the boundaries it crosses.

    Danger is always delivered: beside it only a boundary's own span may be masked or folded, nothing held or returned.
    """
    findings = list(found)
    boundary = [_reason(finding, group) for finding in findings]
    if danger:
        boundary = [_softened(reason) for reason in boundary]
    labels = frozenset(reason.label for reason in (*danger, *boundary))
    if "method" in labels and labels & _NEAR_METHOD:
        level = max(level, Level.RED)
    strongest = max(boundary, key=lambda reason: _ORDER[reason.action], default=None)
    action = strongest.action if strongest else Action.DELIVER
    is_limit = strongest is not None and action is not Action.DELIVER
    advice = group.boundaries[Boundary(strongest.label)].advice if strongest and is_limit else None
    waits = [finding.retry_after_s for finding in findings if strongest and finding.label == strongest.label]
    wait_s = max((wait for wait in waits if wait is not None), default=None) if is_limit else None
    return Verdict(level, labels, action, (*danger, *boundary), advice, wait_s)


def _reason(finding: Finding, group: GroupRules) -> Reason:
    action = group.boundaries[Boundary(finding.label)].action
    return Reason(finding.rule, finding.label, finding.start, finding.end, finding.intent, action)


def _softened(reason: Reason) -> Reason:
    """The same reason, mild enough to stand beside danger; haste and length are nothing then."""
    assert reason.label not in DANGER_LABELS
    if reason.label == Boundary.FLOOD:
        return replace(reason, action=Action.DELIVER)
    return replace(reason, action=min(reason.action, Action.FOLD, key=_ORDER.__getitem__))
