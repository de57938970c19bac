"""What members lately wrote, as one node remembers it for a while: what a review may look back on.

Promises: at most MAX_LINES lines a member, MAX_CHARS characters in all, nothing older than KEPT_MS once `forget` or
`add` was called; the longest silent are forgotten first. Never stored, never logged. Pure: time is an argument.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import NamedTuple

MAX_LINES = 8  # as many as the moderation library counts when it asks whether lines come too fast
MAX_CHARS = 8_000_000  # over all members of a node: 8 to 32 MB, reached only by long letters from thousands at once
KEPT_MS = 30 * 60_000  # half an hour: a statement typed over several lines, a mood that grows


class Line(NamedTuple):
    """One line, the name of its attempt, and when it came. (A tuple: one is made for every message.)"""

    attempt: str
    text: str
    at_ms: int

    def __repr__(self) -> str:
        return f"Line({len(self.text)} characters)"


class Recent:
    """The memory of one node."""

    __slots__ = ("_members", "chars")

    def __init__(self) -> None:
        self._members: OrderedDict[str, deque[Line]] = OrderedDict()
        self.chars = 0
        """How many characters are remembered now."""

    def __len__(self) -> int:
        return len(self._members)

    def before(self, member: str, attempt: str, now_ms: int) -> list[Line]:
        """Give a member's earlier lines, oldest first; an attempt that is repeated is not its own past."""
        lines = self._members.get(member)
        if lines is None:
            return []
        oldest_ms = now_ms - KEPT_MS
        return [line for line in lines if line.at_ms >= oldest_ms and line.attempt != attempt]

    def add(self, member: str, line: Line) -> None:
        """Remember one line; a repeated attempt is remembered once."""
        lines = self._members.get(member)
        if lines is None:
            lines = self._members[member] = deque()
        else:
            self._members.move_to_end(member)
            for known in lines:
                if known.attempt == line.attempt:
                    return
        lines.append(line)
        self.chars += len(line.text)
        if len(lines) > MAX_LINES:
            self.chars -= len(lines.popleft().text)
        self.forget(line.at_ms)

    def forget(self, now_ms: int) -> None:
        """Drop members silent for KEPT_MS, and the longest silent while too much is remembered."""
        members = self._members
        while members:
            lines = next(iter(members.values()))
            if self.chars <= MAX_CHARS and now_ms - lines[-1].at_ms <= KEPT_MS:
                return
            members.popitem(last=False)
            self.chars -= sum(len(line.text) for line in lines)
