"""`measure DATA.jsonl...`: how the verdicts agree with the truth, as a table with 95 % Wilson intervals."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Final

from moderation import Context, Level, Reviewer, Verdict, load_group, load_rules
from moderation.commands import cost
from moderation.commands.dataset import Entry, counted, read
from moderation.model.weights import silent
from moderation.verdict import BOUNDARY_LABELS

_WORST: Final = 10  # misses named; more would be read by nobody


@dataclass(slots=True)
class Score:
    """Counts of one question over many lines."""

    right: int = 0
    missed: int = 0
    false: int = 0
    quiet: int = 0

    def add(self, truth: bool, said: bool) -> None:
        """Count one line."""
        if truth:
            self.right, self.missed = self.right + said, self.missed + (not said)
        else:
            self.false, self.quiet = self.false + said, self.quiet + (not said)

    def row(self, name: str) -> str:
        """The line of the table."""
        said, true = self.right + self.false, self.right + self.missed
        f1 = 2 * self.right / (said + true) if said + true else 0.0
        return f"{name:<28} {true:>6} {share(self.right, said):>20} {share(self.right, true):>20} {f1:>6.3f}"


@dataclass(slots=True)
class Tally:
    """All that is counted."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    harmless: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    misses: list[tuple[int, Entry]] = field(default_factory=list)

    def add(self, entry: Entry, verdict: Verdict) -> None:
        """Count one line by whatever truth it has."""
        if entry.level is not None:
            self._level(entry, entry.level, verdict)
        for label in sorted((entry.labels or frozenset()) | verdict.labels) if entry.labels is not None else ():
            self.scores[f"label {label}"].add(label in (entry.labels or ()), label in verdict.labels)
        if entry.is_hateful is not None:
            self.scores["hate"].add(entry.is_hateful, "hate" in verdict.labels)
        if entry.spans is not None:
            self._spans(entry, verdict)
        if entry.limits is not None:
            self.scores[f"limit, {entry.source}"].add(bool(entry.limits), _is_limited(entry.limits, verdict))

    def _level(self, entry: Entry, level: Level, verdict: Verdict) -> None:
        names = ("amber or above", "red or above", "crisis")
        for least, name in enumerate(names, 1):
            self.scores[name].add(level >= least, verdict.level >= least)
            self.scores[f"{name}, {entry.source}"].add(level >= least, verdict.level >= least)
        if level == Level.GREEN:
            seen = self.harmless[f"{entry.source}{' (sad)' if entry.is_sad else ''}"]
            seen[0], seen[1] = seen[0] + (verdict.level > Level.GREEN), seen[1] + 1
        if level != verdict.level:
            self.misses.append((abs(level - verdict.level), entry))

    def _spans(self, entry: Entry, verdict: Verdict) -> None:
        found = [(r.start, r.end) for r in verdict.reasons if r.label in ("personal_info", "contact", "promotion")]
        for start, end, kind in entry.spans or ():
            self.scores[f"personal {kind}"].add(True, any(a < end and start < b for a, b in found))


def _is_limited(limits: frozenset[str], verdict: Verdict) -> bool:
    """Whether one of these boundaries was found; where a line crosses none, whether any was."""
    return bool(verdict.labels & (limits or BOUNDARY_LABELS))


def share(part: int, whole: int) -> str:
    """`part` of `whole` with its 95 % Wilson interval; a dash where there is nothing to divide."""
    if not whole:
        return "-"
    low, high = wilson(part, whole)
    return f"{part / whole:.3f} [{low:.3f} {high:.3f}]"


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest also near 0 and 1."""
    z, rate = 1.96, part / whole
    centre, spread = rate + z * z / (2 * whole), z * sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole))
    return max(0.0, (centre - spread) / (1 + z * z / whole)), min(1.0, (centre + spread) / (1 + z * z / whole))


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("data", type=Path, nargs="*")
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--group", default="general")
    parser.add_argument("--show", action="store_true", help="print the words of the worst misses")
    parser.add_argument("--no-model", action="store_true", help="the rules alone")
    parser.add_argument(
        "--cost", action="store_true", help="only what a review costs, on these lines or on the rules' own"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the tables. Raises: DataFault, RuleFault, OSError, before anything is printed."""
    model = silent() if arguments.no_model else None
    rules = load_rules(arguments.rules)
    reviewer = Reviewer(rules, load_group(arguments.group), model)
    entries = [entry for path in arguments.data for entry in read(path)]
    if arguments.cost:
        lines = [entry.text for entry in entries if entry.text]
        print("\n".join(cost.report(reviewer, lines or cost.lines_of(rules))))
    elif entries:
        print("\n".join(report(tally(reviewer, entries), arguments.show)))
    return 0


def tally(reviewer: Reviewer, entries: Sequence[Entry]) -> Tally:
    """Review every entry, with signs of progress on standard error."""
    counts = Tally()
    for entry in counted(entries):
        counts.add(entry, reviewer.review(entry.text, Context(entry.before)))
    return counts


def report(counts: Tally, has_words: bool) -> Iterable[str]:
    """The tables, a line each; words of a text only when asked for."""
    yield f"{'':<28} {'true':>6} {'precision':>20} {'recall':>20} {'F1':>6}"
    yield from (counts.scores[name].row(name) for name in sorted(counts.scores))
    if counts.harmless:
        yield f"\n{'false alarms in 1,000 of':<28} {'lines':>6} {'flagged':>8}"
    for source, (flagged, lines) in sorted(counts.harmless.items()):
        low, high = (1000 * one for one in wilson(flagged, lines))
        yield f"{source:<28} {lines:>6} {flagged:>8} {1000 * flagged / lines:8.1f} [{low:.1f} {high:.1f}]"
    if counts.misses:
        yield "\nworst misses (file, line, true level)"
    for _, entry in sorted(counts.misses, key=lambda miss: -miss[0])[:_WORST]:
        name = entry.level.name.lower() if entry.level is not None else "-"
        yield f"{Path(entry.path).name}, {entry.line}, {name}" + (f": {entry.text}" if has_words else "")
