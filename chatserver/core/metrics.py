"""Every metric of the house in one table, and the plain counters behind it.

Promises: counting costs an addition, not a lock and not a file, so the path of a message can afford it; a label's
values are known beforehand, so none can hold a person, a room, a group or free text. A metric of the table that nobody
counted yet reads 0, so an alert on it is never blind. Knows no clock, no Redis and no Prometheus: times are arguments,
and `chatserver.web.metrics` makes the text.

Counts belong to one process. They are told with its number as the label `node`, not added up: when one node of a
machine dies, its own series begin anew, which is what Prometheus expects of a counter; a sum would fall, and be taken
for a restart of everything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from chatserver.core.cases import LEVELS
from chatserver.core.errors import CloseCode

PREFIX = "alongside_"

FAST_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Bounds for what takes milliseconds; the last is when an author must have heard something (README)."""
REVIEW_S = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05)
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0)
CLAIM_S = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)

CLOSES = (*(code.name.lower() for code in CloseCode), "gone", "other")
"""Why sockets closed: our own codes, `gone` for a connection that broke or a page that went away, and the rest."""
_CLOSE_NAMES = {int(code): code.name.lower() for code in CloseCode} | {1001: "gone", 1005: "gone", 1006: "gone"}

OUTCOMES = ("sent", "held", "returned", "muted", "too_fast", "unavailable", "busy", "unstaffed", "refused")
"""What authors hear of what they said; `refused`: it did not follow the protocol."""


class Kind(Enum):
    """What Prometheus calls it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `label` with all of its `values`, or none; `bounds` of a histogram; `name` without PREFIX and
    without the `_total` that a counter gets.
    """

    name: str
    kind: Kind
    help: str
    label: str = ""
    values: tuple[str, ...] = ("",)
    bounds: tuple[float, ...] = ()


_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

OF_NODES = (
    Metric("sockets", _G, "Members' sockets that are open."),
    Metric("desks", _G, "Moderators' sockets that are open."),
    Metric("rooms", _G, "Rooms that the node follows."),
    Metric("joins", _C, "Joins, by what became of them.", "outcome", ("seated", "returned", "refused", "busy")),
    Metric("messages", _C, "Messages that members said, by what their author heard.", "outcome", OUTCOMES),
    Metric("accept_to_acknowledge_seconds", _H, "From a message's arrival to its author's answer.", bounds=FAST_S),
    Metric("accept_to_write_seconds", _H, "From a message's arrival to its room's last write here.", bounds=FAST_S),
    Metric("resumes", _C, "Members who came back with a position, by what was there.", "outcome", ("whole", "gap")),
    Metric("holes", _C, "How often the record was read because a publication was missing."),
    Metric("repeats", _C, "Posts that were answered with the position of an earlier attempt."),
    Metric("closes", _C, "Sockets closed, by why.", "why", CLOSES),
    Metric("shed", _C, "What was left undone under load.", "what", ("typing", "presence", "socket", "join", "message")),
    Metric("publication_lag_seconds", _H, "From publishing to hearing it back, probed every 5 s.", bounds=FAST_S),
    Metric("loop_lag_seconds", _H, "How late the event loop woke, probed ten times a second.", bounds=FAST_S),
    Metric("loop_lag_now_seconds", _G, "How late the event loop woke at worst in the last 10 s."),
    Metric("pipeline_commands", _H, "Commands written to Redis at once.", bounds=SIZES),
    Metric("pipeline_seconds", _H, "From a write to Redis to the answer of its last command.", bounds=FAST_S),
    Metric("reviews", _C, "Messages reviewed, by level.", "level", LEVELS),
    Metric("review_seconds", _H, "What one review took.", bounds=REVIEW_S),
    Metric("review_failures", _C, "Reviews that raised: delivered, and flagged for a person."),
    Metric("cases_opened", _C, "Cases that reached the queue, by level.", "level", LEVELS),
    Metric("case_claim_seconds", _H, "From a case's opening to its first claim.", "level", LEVELS, CLAIM_S),
    Metric("unstaffed_seconds", _C, "For how long groups were open with nobody on duty."),
    Metric("webhook_failures", _C, "Calls to people on duty that could not be delivered."),
    Metric("redis_ready", _G, "1 while every Redis server is linked."),
    Metric("redis_relinks", _C, "How often links to Redis had to be made, the first time included."),
    Metric("draining", _G, "1 while the node sends its members elsewhere."),
    Metric("drain_left", _G, "Sockets that a draining node still has."),
    Metric("memory_bytes", _G, "Resident memory of the process."),
    Metric("cpu_seconds", _C, "Processor time of the process."),
    Metric("started_seconds", _G, "When the process started, in seconds since 1970."),
)
"""What each node counts."""

OF_MACHINE = (
    Metric("nodes_wanted", _G, "Nodes that this machine should run."),
    Metric("node_deaths", _C, "Nodes that ended by themselves and were replaced."),
    Metric("reloads", _C, "Rolling restarts (SIGHUP), by how they ended.", "outcome", ("done", "given_up")),
    Metric("embedded_restarts", _C, "How often the embedded server had to be started again."),
)
"""What the supervisor counts."""

OF_HOUSE = (
    Metric("cases_waiting", _G, "Open cases that nobody has claimed, by level.", "level", LEVELS),
    Metric("case_oldest_seconds", _G, "For how long the oldest unclaimed case has waited.", "level", LEVELS),
)
"""What is the same whichever node is asked: read from Redis at the scrape."""

OF_SCRAPE = (Metric("node_answers", _G, "1 when the node answered the scrape within a second."),)
"""What the node that is asked says of the others."""

Value = float | list[float]
"""A number; of a histogram the counts between its bounds, one more for what is above the last, then the sum."""
Samples = dict[str, dict[str, Value]]
"""By metric, by the label's value ("" without a label)."""


class Spread:
    """One histogram's counts."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value; a bound belongs to the bucket below it, as Prometheus has it."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def values(self) -> list[float]:
        """Give the counts and the sum."""
        return [*self.counts, self.total]


class Tally:
    """What one process has counted. The hot ones are attributes; everything is in `counters` and `spreads` by name."""

    def __init__(self, metrics: tuple[Metric, ...] = OF_NODES) -> None:
        self.counters: dict[str, dict[str, float]] = {
            m.name: dict.fromkeys(m.values, 0) for m in metrics if m.kind is not Kind.HISTOGRAM
        }
        self.spreads = {
            m.name: {value: Spread(m.bounds) for value in m.values} for m in metrics if m.kind is Kind.HISTOGRAM
        }
        if metrics is OF_NODES:
            self.messages, self.reviews = self.counters["messages"], self.counters["reviews"]
            self.acknowledged = self.spread("accept_to_acknowledge_seconds")
            self.review_seconds = self.spread("review_seconds")
            self.pipeline_commands = self.spread("pipeline_commands")
            self.pipeline_seconds = self.spread("pipeline_seconds")

    def add(self, name: str, value: str = "", amount: float = 1) -> None:
        """Count something; `value` is the label's. Raises: KeyError for what is not in the table."""
        counts = self.counters[name]
        counts[value] = counts[value] + amount

    def spread(self, name: str, value: str = "") -> Spread:
        """Give a histogram to observe with; hold on to it where that happens often."""
        return self.spreads[name][value]

    def reviewed(self, level: str, seconds: float) -> None:
        """Count a review."""
        self.reviews[level] += 1
        self.review_seconds.observe(seconds)

    def answered(self, fields: Mapping[str, object], seconds: float) -> None:
        """Count an answer to `say` and what it took."""
        self.messages["sent" if fields["ev"] == "sent" else outcome_of(fields)] += 1
        self.acknowledged.observe(seconds)

    def refused(self, fields: Mapping[str, object]) -> None:
        """Count an answer that a session gave by itself, when it is one to `say`."""
        if fields["ev"] == "not_sent":
            self.messages[outcome_of(fields)] += 1

    def closed(self, code: int) -> None:
        """Count a member's socket that closed with this code."""
        self.add("closes", _CLOSE_NAMES.get(code, "other"))

    def claimed(self, level: str, waited_s: float) -> None:
        """Count the first claim of a case: taking it over or renewing says nothing of how long it waited."""
        self.spread("case_claim_seconds", level).observe(waited_s)

    def samples(self, readings: Mapping[str, float]) -> Samples:
        """Give everything; `readings` are what is looked up now and not counted, by metric without a label."""
        found: Samples = {name: dict(counts) for name, counts in self.counters.items()}
        for name, spreads in self.spreads.items():
            found[name] = {value: spread.values() for value, spread in spreads.items()}
        for name, reading in readings.items():
            found[name] = {"": reading}
        return found


def outcome_of(fields: Mapping[str, object]) -> str:
    """Give the outcome (one of OUTCOMES) that an answer to `say` tells its author."""
    if fields["ev"] != "not_sent":
        return str(fields["ev"])
    code = str(fields["code"])
    return code if code in OUTCOMES else "refused"
