"""`GET /metrics`: what every process of this machine has counted, as Prometheus reads it, whichever node is asked.

Promises: a stranger gets nothing: without a token only whoever asks this port directly is answered, not what came
through a proxy, as members do; with a token, only who sends it. No label names a person, a room or a group; there is no
figure by group or room at all, because a handful of people can be recognised by when they come and go. A node that does
not answer is missing and says so by `alongside_node_answers` 0; a scrape takes little more than a second at worst.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatserver.core.cases import LEVELS, Case
from chatserver.core.claims import Claim, Free
from chatserver.core.errors import StoreUnavailable
from chatserver.core.metrics import (
    OF_HOUSE,
    OF_MACHINE,
    OF_NODES,
    OF_SCRAPE,
    PREFIX,
    Kind,
    Metric,
    Samples,
    Value,
)
from chatserver.live.neighbours import Neighbours
from chatserver.store.cases import Cases
from chatserver.store.claims import Claims
from chatserver.web.errors import HttpFault

HOUSE_S = 5.0  # the queue is read at most this often, however many scrape
MAX_CASES = 2_000  # as many as a desk reads
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_FAMILIES = {Kind.COUNTER: CounterMetricFamily, Kind.GAUGE: GaugeMetricFamily}


class MetricsApi:
    """Answers a scrape. `token`: the word a scraper must send, if any."""

    def __init__(self, neighbours: Neighbours, house: Callable[[], Awaitable[Samples]], token: bytes | None) -> None:
        self._neighbours, self._house = neighbours, house
        self._token = token

    def routes(self) -> list[Route]:
        """Give the route."""
        return [Route("/metrics", self._scrape)]

    async def _scrape(self, request: Request) -> Response:
        if not self._may_read(request):
            raise HttpFault(404, "not_found", "There is nothing here.")
        nodes = await self._neighbours.nodes()
        machine = await self._neighbours.supervisor()
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        registry = CollectorRegistry()
        registry.register(_Told(families(nodes, machine, await self._house())))
        return Response(encode(registry), media_type=kind)

    def _may_read(self, request: Request) -> bool:
        if self._token is None:
            return not any(name in request.headers for name in _FORWARDED)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token)


class _Told(Collector):
    """What prometheus-client takes families from."""

    def __init__(self, found: Iterable[Family]) -> None:
        self._found = list(found)

    def collect(self) -> list[Family]:
        """Give them (prometheus-client's)."""
        return self._found


def families(nodes: dict[str, Samples | None], machine: Samples | None, house: Samples) -> list[Family]:
    """Give everything as Prometheus' families: nodes' metrics with their number, the rest without."""
    told = [(number, samples) for number, samples in nodes.items() if samples is not None]
    found = [_family(metric, told) for metric in OF_NODES]
    answers: list[tuple[str, Samples]] = [(number, _answers(samples)) for number, samples in nodes.items()]
    found += [_family(metric, answers) for metric in OF_SCRAPE]
    found += [_family(metric, [("", machine)]) for metric in OF_MACHINE if machine is not None]
    found += [_family(metric, [("", house)]) for metric in OF_HOUSE if house]
    return found


def _answers(samples: Samples | None) -> Samples:
    return {"node_answers": {"": float(samples is not None)}}


def _family(metric: Metric, told: Sequence[tuple[str, Samples]]) -> Family:
    has_nodes = any(number for number, _ in told)
    labels = [*(["node"] if has_nodes else []), *([metric.label] if metric.label else [])]
    name = PREFIX + metric.name
    if metric.kind is Kind.HISTOGRAM:
        family: Family = HistogramMetricFamily(name, metric.help, labels=labels)
    else:
        family = _FAMILIES[metric.kind](name, metric.help, labels=labels)
    for number, samples in told:
        for value, sample in samples.get(metric.name, {}).items():
            _add(family, metric, [*([number] if has_nodes else []), *([value] if metric.label else [])], sample)
    return family


def _add(family: Family, metric: Metric, labels: list[str], sample: Value) -> None:
    if isinstance(sample, list):
        assert isinstance(family, HistogramMetricFamily)
        counts, total, below = sample[:-1], sample[-1], 0.0
        buckets = []
        for bound, count in zip((*map(str, metric.bounds), "+Inf"), counts, strict=True):
            below += count
            buckets.append((bound, below))
        family.add_metric(labels, buckets, total)
    else:
        assert isinstance(family, CounterMetricFamily | GaugeMetricFamily)
        family.add_metric(labels, sample)


class House:
    """What is the same whichever node is asked: the queue, by level. Read at most every HOUSE_S."""

    def __init__(self, cases: Cases, claims: Claims) -> None:
        self._cases, self._claims = cases, claims
        self._read_at = -HOUSE_S
        self._samples: Samples = {}

    async def samples(self) -> Samples:
        """Give how many cases wait and for how long; nothing while Redis is away."""
        if time.monotonic() - self._read_at < HOUSE_S:
            return self._samples
        try:
            cases = await self._cases.waiting(MAX_CASES)
            standing = await self._claims.standing([case.id for case in cases])
        except StoreUnavailable:
            return {}
        self._read_at = time.monotonic()
        self._samples = waiting(cases, standing, time.time_ns() // 1_000_000)
        return self._samples


def waiting(cases: Sequence[Case], standing: Sequence[Claim | Free], now_ms: int) -> Samples:
    """Give the unclaimed cases of each level, and how long the oldest one has waited in seconds."""
    free = [case for case, state in zip(cases, standing, strict=True) if isinstance(state, Free)]
    counts = {level: float(sum(case.flag.level == level for case in free)) for level in LEVELS}
    oldest = {
        level: max((now_ms - case.opened_at_ms for case in free if case.flag.level == level), default=0) / 1000
        for level in LEVELS
    }
    return {"cases_waiting": dict(counts), "case_oldest_seconds": dict(oldest)}
