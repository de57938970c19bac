"""What a review costs: CPU time over texts that were not seen before, the worst text we know, and memory.

CPU time of this thread and not the clock, so that a busy machine changes little. Must not know what a verdict is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import thread_time_ns
from typing import Final

from moderation import Reviewer, Rules

LENGTHS: Final = ((120, 1000), (4000, 100))  # characters, and texts of that length to time
WARM: Final = 0.5  # share of the texts reviewed before the others are timed: a server is not new for long
_JOINTS: Final = (" ", ". ", ", ", "\n")
# Made to cost: many begun matches, many matches, spellings to undo, figures, numbers, letters of other scripts.
HOSTILE: Final = (
    "i just really so honestly want to ", "kms tonight ", "k1ll my s3lf ", "s u i c i d e ", "1 2 3-4 5 ", "1a ",
    "a.b/c ", "iiii'm w a n n a ", "ｋｉｌｌ　ｍｙｓｅｌｆ ", "я хочу у́мереть ", "ab", "you are such a ",
    "he said 'i want to die' ", "i have a plan to take all my pills tonight. call 0151 5550 1234, calle Mayor 4. ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of CPU a review."""

    median_us: float
    late_us: float  # the 95th percentile
    worst_us: float


def lines_of(rules: Rules) -> list[str]:
    """Invented lines, dangerous and harmless: the rules' own examples."""
    return [text for rule in rules.rules for text in (*rule.match, *rule.never)]


def report(reviewer: Reviewer, lines: Sequence[str]) -> Iterator[str]:
    """A line for each length, for the worst text, and for the memory of this process where the system tells it."""
    yield f"{'CPU a review':<24} {'median':>10} {'95 of 100':>10} {'worst':>10}  (us)"
    for length, count in LENGTHS:
        texts = joined(lines, length, count)
        known = int(count * WARM)
        costs(reviewer, texts[:known])
        yield _row(f"{length:,} characters", costs(reviewer, texts[known:]))
    yield _row(f"hostile, {LENGTHS[-1][0]:,}", costs(reviewer, hostile(LENGTHS[-1][0])))
    if (used := resident_mb()) is not None:
        yield f"memory of the process {used:.0f} MB, Python and the lines included"


def joined(lines: Sequence[str], length: int, count: int) -> list[str]:
    """`count` texts of `length` characters, put together from `lines`; the same each time."""
    random = Random(length)  # noqa: S311 (no secret, and the same each time)
    texts = []
    for _ in range(count):
        text = random.choice(lines)
        while len(text) < length:
            text += random.choice(_JOINTS) + random.choice(lines)
        texts.append(text[:length])
    return texts


def hostile(length: int) -> list[str]:
    """Texts that cost more than people's do."""
    return [(text * length)[:length] for text in HOSTILE]


def costs(reviewer: Reviewer, texts: Sequence[str]) -> Cost:
    """What one review of each of `texts` costs; none of them is reviewed before."""
    times = []
    for text in texts:
        start = thread_time_ns()
        reviewer.review(text)
        times.append((thread_time_ns() - start) / 1000)
    times.sort()
    return Cost(median(times), times[int(len(times) * 0.95)], times[-1])


def resident_mb() -> float | None:
    """Megabytes of memory this process holds, or None where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def _row(name: str, cost: Cost) -> str:
    return f"{name:<24} {cost.median_us:10.1f} {cost.late_us:10.1f} {cost.worst_us:10.1f}"
