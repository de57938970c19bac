"""The table of metrics, and what a process counts."""

from __future__ import annotations

import pytest

from chatserver.core.errors import CloseCode
from chatserver.core.metrics import OF_HOUSE, OF_MACHINE, OF_NODES, OF_SCRAPE, Kind, Spread, Tally, outcome_of

TABLE = OF_NODES + OF_MACHINE + OF_HOUSE + OF_SCRAPE


def test_a_metric_says_what_it_is_and_can_take_few_values_only() -> None:
    """Names are unique, units are in the name, every label's values are known: no place for a person or free text."""
    assert len({metric.name for metric in TABLE}) == len(TABLE)
    for metric in TABLE:
        assert metric.help.endswith(".")
        assert bool(metric.bounds) == (metric.kind is Kind.HISTOGRAM)
        assert metric.bounds == tuple(sorted(metric.bounds))
        assert len(metric.values) <= 20
        assert bool(metric.label) == (metric.values != ("",))
        assert not metric.name.endswith("_total")


def test_everything_reads_zero_when_nothing_was_counted() -> None:
    """An alert on a metric that nobody has counted yet is not blind."""
    samples = Tally().samples({})
    assert set(samples) == {metric.name for metric in OF_NODES}
    for metric in OF_NODES:
        assert set(samples[metric.name]) == set(metric.values)
        empty = [0] * (len(metric.bounds) + 2) if metric.kind is Kind.HISTOGRAM else 0
        assert all(value == empty for value in samples[metric.name].values())


@pytest.mark.parametrize(("value", "place"), [(0.0, 0), (1.0, 0), (1.1, 1), (2.0, 1), (2.1, 2), (99.0, 2)])
def test_a_value_is_counted_below_its_bound(value: float, place: int) -> None:
    """As Prometheus has it: a bucket holds what is less or equal."""
    spread = Spread((1.0, 2.0))
    spread.observe(value)
    counts = spread.values()
    assert counts.pop() == value
    assert [index for index, count in enumerate(counts) if count] == [place]


def test_a_label_that_is_not_in_the_table_is_refused() -> None:
    """Nothing can be counted under words somebody chose."""
    with pytest.raises(KeyError):
        Tally().add("messages", "somebody's words")
    tally = Tally()
    tally.closed(4321)
    tally.closed(CloseCode.SLOW)
    assert tally.counters["closes"]["other"] == tally.counters["closes"]["slow"] == 1


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"ev": "sent", "pos": "1.1-1"}, "sent"),
        ({"ev": "held"}, "held"),
        ({"ev": "not_sent", "code": "returned"}, "returned"),
        ({"ev": "not_sent", "code": "text_too_long"}, "refused"),
    ],
)
def test_an_answer_has_one_outcome(fields: dict[str, object], outcome: str) -> None:
    """Whatever an author hears is one of the table's."""
    assert outcome_of(fields) == outcome
