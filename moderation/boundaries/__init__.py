"""Keeps a room's boundaries: finds what crosses them, and reads what a group does; it must not know of chatserver."""

from collections.abc import Collection

from moderation.boundaries.finding import Finding, Normal
from moderation.boundaries.personal import find_personal
from moderation.boundaries.wording import find_wording

__all__ = ["Finding", "find"]


def find(text: str, normal: Normal, kinds: Collection[str]) -> list[Finding]:
    """What of the labels `kinds` is crossed, with spans in `text`, in order of place; unknown labels find nothing."""
    found = list(find_wording(normal, kinds))
    if "personal_info" in kinds:
        found.extend(find_personal(text))
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))
