"""What one stretch of a scenario brought: delays, answers, refusals, and how things stood every quarter of a second."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any

from tests.load.quantiles import spread_ms

SAMPLE_S = 0.25
MAX_SAMPLES = 2_000


class Heard:
    """One stretch, beginning at `began_s` of `time.monotonic`."""

    def __init__(self, began_s: float) -> None:
        self.began_s = began_s
        self.receipt_us, self.answer_us, self.late_us = array("q"), array("q"), array("q")
        self.said = self.sent = self.deliveries = self.replayed = 0
        self.told: Counter[str] = Counter()
        """Answers other than `sent`, by code."""
        self.refused: Counter[str] = Counter()
        """Connections and joins that were refused or failed, by what and status."""
        self.closed: Counter[int] = Counter()
        """Sockets that closed, by code."""
        self.goaway_s: list[float] = []
        self.back_us = array("q")
        """How long everybody who came in, or came back, took for it."""
        self.samples: list[tuple[float, int, int]] = []
        """Seconds since the beginning, members in their rooms, messages answered with `sent` so far."""

    def sample(self, now_s: float, inside: int) -> None:
        """Note how things stand, every SAMPLE_S."""
        since = now_s - self.began_s
        if len(self.samples) < MAX_SAMPLES and since >= len(self.samples) * SAMPLE_S:
            self.samples.append((round(since, 2), inside, self.sent))

    def told_as(self) -> dict[str, Any]:
        """Give all of it, as it stands in a record. Delays in ms; `late`: by how much messages left after they were
        due, which is the load program's fault and adds to no delay.
        """
        return {
            "said": self.said,
            "sent": self.sent,
            "deliveries": self.deliveries,
            "replayed": self.replayed,
            "send_to_receipt_ms": spread_ms(self.receipt_us),
            "send_to_sent_ms": spread_ms(self.answer_us),
            "late_ms": spread_ms(self.late_us),
            "told": dict(self.told),
            "refused": dict(self.refused),
            "closed": {str(code): count for code, count in self.closed.items()},
        }
