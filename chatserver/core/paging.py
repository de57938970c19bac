"""Calling out danger that nobody has, as values: what is due when, and what one desk is told.

    waits --60 s--> leads are paged --120 s--> whoever is on call is called --fault--> again, MAX_TRIES times at most
    (a claim ends it; given back or lost, the case waits anew and the steps begin anew)

Laws: what is due follows from the case, from who has it and from what was done, so whatever node looks next, after
whatever death, finds the same; a step that is done is not due again. Pure: time and chance are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chatserver.core.cases import Case
from chatserver.core.claims import PAGE_AGAIN_MS

Step = Literal[1, 2]
LEADS: Step = 1
ON_CALL: Step = 2

MAX_TRIES = 10  # with the pauses below some 2 to 5 minutes; a machine that is down for longer stays down for now
RETRY_FIRST_MS, RETRY_LONGEST_MS = 2_000, 60_000
LOOK_AGAIN_MS = 600_000  # all is done: only to notice that the case has gone; a claim sets the time itself


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done for a case since it began to wait (`since_ms`): the last step, and failed tries of the next."""

    since_ms: int
    done: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """One case whose time has come to be looked at, as it stands; `now_ms` is Redis' time. Nobody has it."""

    case: Case
    progress: Progress
    now_ms: int


def due(look: Look) -> Step | None:
    """Give the step whose time has come; an earlier one first."""
    waited_ms, done = look.now_ms - look.progress.since_ms, look.progress.done
    if done < LEADS and waited_ms >= PAGE_AGAIN_MS[0]:
        return LEADS
    return ON_CALL if LEADS <= done < ON_CALL and waited_ms >= PAGE_AGAIN_MS[1] else None


def next_look_ms(progress: Progress, now_ms: int, chance: float) -> int:
    """Give when to look again (ms since 1970), after what was done. `chance` (0 to 1) spreads those that failed."""
    if progress.done >= ON_CALL:
        return now_ms + LOOK_AGAIN_MS
    if progress.tries:
        return now_ms + backoff_ms(progress.tries, chance)
    return progress.since_ms + PAGE_AGAIN_MS[progress.done]


def backoff_ms(tries: int, chance: float) -> int:
    """Give the pause after the `tries`th failure: doubled each time, and between half of that and all of it."""
    longest = min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** (tries - 1))
    return int(longest * (1 + chance) / 2)


def succeeded(progress: Progress, step: Step) -> Progress:
    """Give the progress after a step."""
    return Progress(progress.since_ms, done=step)


def failed(progress: Progress) -> Progress:
    """Give the progress after a try that failed; with the last one the step is given up, and counts as done."""
    tries = progress.tries + 1
    return (
        Progress(progress.since_ms, ON_CALL, tries) if tries >= MAX_TRIES else Progress(progress.since_ms, LEADS, tries)
    )


def delivery_id(look: Look) -> str:
    """Name one call to whoever is on call: the same for every try by every node, another when the case waits anew."""
    return f"{look.case.id}-{look.progress.since_ms}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One case as a desk was last told it."""

    pages: int
    is_free: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What a desk is told beside the queue. `step` 0: somebody gave the case back, or lost it; 1, 2: it still waits."""

    case: str
    step: int

    def fields(self) -> dict[str, object]:
        """Give it as docs/desk.md says."""
        return {"ev": "page", "case": self.case, "step": self.step}


def news(before: Mapping[str, Shown], after: Mapping[str, Shown], *, is_lead: bool) -> Sequence[Page]:
    """Give what to page one desk with: leads of what has waited, everybody else's of what came back from others."""
    pages = []
    for case, shown in after.items():
        was = before.get(case)
        if was is not None and shown.is_free and not was.is_free and not was.is_mine:
            pages.append(Page(case, 0))
        if is_lead and shown.pages > (was.pages if was is not None else 0):
            pages.append(Page(case, shown.pages))
    return pages
