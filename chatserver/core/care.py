"""Care for those who look after others: how much somebody has seen, told coarsely, and when it is enough. Pure values.

Why coarse, and gone after days: it is there so that a person, or their lead, notices a heavy day; a figure to the unit,
or a history, would be a measure of work, and it would be worked towards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chatserver.core.cases import Case
from chatserver.core.moderators import Account, Role

DAY_MS = 86_400_000
KEPT_MS = 3 * DAY_MS
HEAVY_LEVELS = ("red", "crisis")

Amount = Literal["0", "1-2", "3-5", "6-10", "more"]
_UP_TO: tuple[tuple[int, Amount], ...] = ((0, "0"), (2, "1-2"), (5, "3-5"), (10, "6-10"))


@dataclass(frozen=True, slots=True)
class Seen:
    """How many cases somebody opened or took within some time, and how many heavy ones among them."""

    cases: int
    heavy: int

    def fields(self) -> dict[str, object]:
        """Give it as docs/desk.md says: coarsely."""
        return {"seen": amount(self.cases), "heavy": amount(self.heavy)}


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has seen in the last 24 hours, and in the last three days."""

    today: Seen
    three_days: Seen

    def fields(self) -> dict[str, object]:
        """Give it as docs/desk.md says."""
        return {"today": self.today.fields(), "three_days": self.three_days.fields()}


def amount(count: int) -> Amount:
    """Give a count as it may be told."""
    return next((words for most, words in _UP_TO if count <= most), "more")


def is_heavy(case: Case) -> bool:
    """Tell whether looking at a case weighs on a person."""
    return case.flag.level in HEAVY_LEVELS


def offers_pause(case: Case) -> bool:
    """Tell whether whoever has closed a case is asked if they want a pause."""
    return case.flag.level == "crisis"


def may_see_others(account: Account) -> bool:
    """Tell whether this account sees how much others have seen."""
    return account.role is Role.LEAD


def is_over_cap(live_handoffs: int, cap: int) -> bool:
    """Tell whether somebody has as many hand-offs under way as are good for anybody: the page advises against more."""
    return live_handoffs >= cap
