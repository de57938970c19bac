"""What the nodes of all machines are called for operators.

Laws: who answered is there under one name, whatever died before it in the same place; a place from which nobody
answered is there as silent, once. A node that drains while another has taken its place is `0-old`. With one machine a
node's name is its number; with several, `machine/number`. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Telling = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A node's place: what operators call its machine, and its number there."""

    machine: str
    number: int


def named(expected: Iterable[Where], told: Iterable[tuple[Where, Telling]]) -> dict[str, Telling | None]:
    """Give what each told by its name, in the order of places; None for a place that was `expected` to tell."""
    answers: dict[Where, list[Telling]] = defaultdict(list)
    for where, telling in told:
        answers[where].append(telling)
    places = sorted({*expected, *answers})
    is_one = len({where.machine for where in places}) == 1
    found: dict[str, Telling | None] = {}
    for where in places:
        name = str(where.number) if is_one else f"{where.machine}/{where.number}"
        if not answers[where]:
            found[name] = None
        for count, telling in enumerate(sorted(answers[where], key=_newest_first)):
            found[name + _suffix(count, telling)] = telling
    return found


def _newest_first(telling: Telling) -> tuple[bool, float]:
    return bool(telling["draining"]), -float(telling["started_s"])


def _suffix(count: int, telling: Telling) -> str:
    """Two machines of one name are no fault of the nodes: they are told apart by a count."""
    if count == 0:
        return ""
    return "-old" if telling["draining"] and count == 1 else f" ({count + 1})"
