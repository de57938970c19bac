"""Keeps a room's boundaries: finds what crosses them, and reads what a group does; it must not know of chatserver."""

from collections.abc import Iterator, Sequence

from moderation.boundaries.catalogue import packaged
from moderation.boundaries.finding import Finding, Normal
from moderation.boundaries.flood import check_pace
from moderation.boundaries.personal import widen
from moderation.boundaries.policy import GroupRules, load_group
from moderation.boundaries.spelling import respell
from moderation.context import Earlier

__all__ = ["Finding", "GroupRules", "find", "load_group"]

_WIDENED = ("personal.address", "personal.post_box", "personal.military")  # what may go on over more lines


def find(text: str, normal: Normal, group: GroupRules, before: Sequence[str | Earlier] = ()) -> list[Finding]:
    """What of `group`'s boundaries is crossed, with spans in `text`, in order of place.

    `before` are the author's earlier lines; only those of known age count for the pace.
    """
    found = [*_as_written(text, group), *_as_spelt(normal, group), *_pace(text, group, before)]
    found.sort(key=lambda finding: (finding.start, -finding.end, finding.rule))
    return list(_outermost(found))


def _as_written(text: str, group: GroupRules) -> Iterator[Finding]:
    for rule, start, end in packaged()["original"].find(text, group.labels):
        if rule.id.startswith(_WIDENED):
            start, end = widen(text, start, end)
        yield Finding(rule.label, rule.id, start, end, rule.intent)


def _as_spelt(normal: Normal, group: GroupRules) -> Iterator[Finding]:
    respelt = respell(normal)
    for catalogue in (packaged()["plain"], group.own):
        for rule, start, end in catalogue.find(respelt.text, group.labels):
            yield Finding(rule.label, rule.id, *respelt.span(start, end), rule.intent)


def _pace(text: str, group: GroupRules, before: Sequence[str | Earlier]) -> Iterator[Finding]:
    known = [line for line in before if isinstance(line, Earlier) and line.age_s is not None]
    pace = check_pace(text, known, slow_mode_s=group.slow_mode_s, max_length=group.max_length)
    if pace is not None and text and "flood" in group.labels:
        intent = "Keeps room for everybody to read and answer."
        yield Finding("flood", pace.rule, 0, len(text), intent, pace.retry_after_s)


def _outermost(found: Sequence[Finding]) -> Iterator[Finding]:
    """Of findings in order of place, those that lie in no other of the same label."""
    reached: dict[str, int] = {}
    for one in found:
        if one.end > reached.get(one.label, -1):
            reached[one.label] = one.end
            yield one
