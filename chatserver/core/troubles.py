"""What is wrong with the house now, in sentences an operator reads first.

Laws: what needs somebody now stands before what can wait; no sentence holds a number of people below K, a room or a
person; nothing is said that was not seen. Each has a name by which the runbook's paragraph is found. Pure: the time is
an argument. Thresholds are those of `deploy/prometheus/rules.yml` where there is one, without its patience: this is
looked at, and does not wake anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatserver.core.claims import PAGE_AGAIN_MS
from chatserver.core.roomhealth import K, Place, people

DANGER_MS = PAGE_AGAIN_MS[0]  # when leads are paged: it is late
LAG_S = 0.5
ROUND_TRIP_S = 0.25  # an author's "sent" takes at least that long
SLOW_LATELY = K  # readers in five minutes: fewer are somebody's bad line
NAMED = 3  # groups in a sentence

Telling = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing. `is_urgent`: somebody must do something now."""

    name: str
    words: str
    is_urgent: bool

    def fields(self) -> dict[str, object]:
        """Give it as the page is told it."""
        return {"name": self.name, "words": self.words, "urgent": self.is_urgent}


def troubles(
    nodes: Mapping[str, Telling | None], places: Sequence[Place], failing_since_ms: int | None, now_ms: int
) -> list[Trouble]:
    """Give everything that is wrong, the urgent first. `nodes`: what each told, None for a silent one;
    `failing_since_ms`: since when calls to whoever is on call fail, None when they do not.
    """
    found = [*_danger(places, now_ms), *_of_nodes(nodes), *_webhook(failing_since_ms, now_ms), *_staff(places)]
    slow = sum(room.slow_lately for place in places for room in place.rooms)
    if slow >= SLOW_LATELY:
        words = f"About {people(slow)} readers were disconnected in five minutes because they took nothing any more."
        found.append(Trouble("slow", words, is_urgent=False))
    return sorted(found, key=lambda one: not one.is_urgent)


def _danger(places: Sequence[Place], now_ms: int) -> Iterable[Trouble]:
    since = {place.group.title: place.danger_since_ms() for place in places}
    late = {title: ms for title, ms in since.items() if ms is not None and now_ms - ms > DANGER_MS}
    if late:
        oldest = now_ms - min(late.values())
        words = f"Danger has waited for {span(oldest)} and nobody has claimed it, in {_named(sorted(late))}."
        yield Trouble("danger", words, is_urgent=True)


def _of_nodes(nodes: Mapping[str, Telling | None]) -> Iterable[Trouble]:
    for number, told in nodes.items():
        node = f"Node {number}"
        if told is None:
            yield Trouble(
                "silent", f"{node} does not answer: rooms of which it alone knows are missing here.", is_urgent=True
            )
            continue
        if not told["redis_ready"]:
            words = f"{node} has lost Redis: what is written there is not sent."
            yield Trouble("redis", words, is_urgent=True)
        if told["loop_lag_s"] > LAG_S:
            words = f"{node} is {told['loop_lag_s']:.1f} s late with everything it does."
            yield Trouble("lag", words, is_urgent=True)
        if told["round_trip_s"] > ROUND_TRIP_S:
            yield Trouble("round_trip", f"Redis takes {told['round_trip_s']:.1f} s to answer {node.lower()}.", False)
        if told["draining"]:
            yield Trouble("draining", f"{node} is sending its members elsewhere, to end.", is_urgent=False)
    if len(versions := {told["version"] for told in nodes.values() if told is not None}) > 1:
        yield Trouble("versions", f"Nodes run different versions: {', '.join(sorted(versions))}.", is_urgent=False)


def _webhook(since_ms: int | None, now_ms: int) -> Iterable[Trouble]:
    if since_ms is not None:
        words = f"Calls to whoever is on call have failed for {span(now_ms - since_ms)}."
        yield Trouble("webhook", words, is_urgent=True)


def _staff(places: Sequence[Place]) -> Iterable[Trouble]:
    alone = [place.group.title for place in places if place.lacks_staff]
    if alone:
        whole = "any group" if len(alone) == len(places) else _named(alone)
        yield Trouble("unstaffed", f"Nobody is on duty for {whole}.", is_urgent=True)


def _named(titles: Sequence[str]) -> str:
    rest = len(titles) - NAMED
    return ", ".join(titles[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def span(ms: int) -> str:
    """Give a time as people say it."""
    minutes = ms // 60_000
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes // 60} hours"
