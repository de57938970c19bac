"""The plan of an act: which steps its room takes, all or none (functions/acts.lua does them).

A step is a tuple: the name of what is done there, then what it needs. Pure: what must be known of the room is an
argument. Knows no Redis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from chatserver.core.acts import GiveBack, LetThrough, Order
from chatserver.core.cases import Case

Step = tuple[str | bytes | int, ...]
Plan = Sequence[Step]


def plan(order: Order, case: Case) -> Plan:
    """Give the steps of an order about a case."""
    match order.act:
        case LetThrough():
            return [("let_through", case.id)]
        case GiveBack():
            return [("give_back", case.id, order.reason)]
        case _:
            assert_never(order.act)


def may_undo(plan: Plan) -> bool:
    """Tell whether these steps can be taken back: what went back to its author may have been said anew."""
    return all(step[0] != "give_back" for step in plan)
