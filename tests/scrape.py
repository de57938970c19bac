"""A scrape as Prometheus makes it."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

from tests.house import House

Labels = tuple[tuple[str, str], ...]
DEADLINE_S = 20


class Scrape:
    """What one scrape said: every sample by its name and labels."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples: dict[tuple[str, Labels], float] = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    @property
    def names(self) -> set[str]:
        """Every name that a rule may use."""
        return {name for name, _ in self.samples}

    def sum(self, name: str, **labels: str) -> float:
        """Add up every sample of this name that has these labels."""
        wanted = set(labels.items())
        return sum(value for (known, has), value in self.samples.items() if known == name and wanted <= set(has))


def scrape(house: House) -> Scrape:
    """Ask a house for its metrics."""
    with urllib.request.urlopen(house.url + "/metrics", timeout=5) as answer:
        return Scrape(answer.read().decode())


def scrape_until(house: House, is_right: Callable[[Scrape], bool]) -> Scrape:
    """Ask until something is so."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        told = scrape(house)
        if is_right(told):
            return told
        time.sleep(0.1)
    raise AssertionError(told.text)
