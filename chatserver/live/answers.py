"""What a member hears of what became of an act, as the fields of an event.

Pure: an outcome and the time go in, fields come out. Others hear nothing of it; no answer tells of a level or a danger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from chatserver.core.errors import Barred, StoreUnavailable
from chatserver.core.rulings import Because
from chatserver.core.session import error, not_sent
from chatserver.core.stress import RETRY_S
from chatserver.store.posting import Calmed, GivenBack, Held, Outcome

Fields = Mapping[str, object]

AWAY = error("unavailable", "The moderators cannot be reached just now. Try again in a moment.").fields
"""Something that must reach the moderators could not be kept."""

_WAITS = "A moderator will look at this before others see it."
_BUSY = "There is too much going on here just now. Your words are kept here; try again in a moment."
_GONE = "That is not there any more."
_NO_RECEIPT = "There is no such receipt of yours (any more)."
_PASSED = "Because your words sound serious they were passed to the moderators all the same."
_READING = (
    "No moderator is here just now, so this room is for reading. Nobody has seen your words; they stay here with you. "
    "Under Help you find lines to call or text, and can ask for a moderator."
)
_READING_AND_CALLED = (
    "No moderator is in the room just now, so it is for reading, and the others have not seen your words. Because they "
    "sound serious they were passed to the moderators, who are being called. Under Help you find lines to call or text."
)


def said(attempt: str, outcome: Outcome, because: Because | None, now_ms: int) -> Fields:
    """Give `sent`, `held` or `not_sent`; `because` is what the review changed or held the words for."""
    match outcome:
        case str():
            return _with_grounds({"ev": "sent", "id": attempt, "pos": outcome}, because)
        case Held():
            return _with_grounds({"ev": "held", "id": attempt, "why": because.what if because else _WAITS}, because)
        case GivenBack(why):
            return not_sent(attempt, "returned", why).fields
        case Calmed("quiet"):
            message = "Only moderators write in this room just now. Your words are kept here; try again later."
            return not_sent(attempt, "quiet", message).fields
        case Calmed(_, wait_ms):
            message = "The room is in slow mode. Your words are kept; they can go in a moment."
            return not_sent(attempt, "slow", message, wait_ms / 1000).fields
        case StoreUnavailable():
            message = "The room cannot be reached just now. Your words are kept here; try again."
            return not_sent(attempt, "unavailable", message, outcome.retry_after_s).fields
        case Barred():
            seconds = max(0.0, (outcome.until_ms - now_ms) / 1000)
            return not_sent(attempt, "muted", "You cannot write in this room for now.", seconds).fields
        case None:
            return not_sent(attempt, "unavailable", "The room could not keep this. Try again.", 2.0).fields
        case _:
            assert_never(outcome)


def returned(attempt: str, because: Because | None) -> Fields:
    """Give what is said where words go back to their author unseen."""
    why = because.sentence() if because else "This cannot be said here in this way."
    return _with_grounds(not_sent(attempt, "returned", why, because.retry_after_s if because else None).fields, because)


def busy(attempt: str) -> Fields:
    """Give what is said where a node has more to do than it can."""
    return not_sent(attempt, "busy", _BUSY, RETRY_S).fields


def unstaffed(attempt: str, *, is_called: bool) -> Fields:
    """Give what is said in a room for reading; `is_called`: the moderators have got the words."""
    return not_sent(attempt, "unstaffed", _READING_AND_CALLED if is_called else _READING).fields


def passed_on(answer: Fields) -> Fields:
    """Give a `not_sent` that says too that the moderators have got the words."""
    return {**answer, "message": f"{answer['message']} {_PASSED}"}


def received(of: str, outcome: Outcome) -> Fields:
    """Give what is said of a call: it will reach the moderators; what it is about is gone; or try again."""
    match outcome:
        case str():
            return {"ev": "received", "of": of}
        case None:
            return error("not_found", _GONE).fields
        case _:
            return AWAY


def appealed(*, is_there: bool) -> Fields:
    """Give what is said of an appeal; `is_there`: the member has that receipt."""
    return {"ev": "received", "of": "appeal"} if is_there else error("not_found", _NO_RECEIPT).fields


def undone(outcome: Outcome) -> Fields | None:
    """Give what is said of a reaction or a taking back that was not done; None where its event itself tells it."""
    match outcome:
        case str() | Held() | GivenBack() | Calmed():  # only words are ever held, or must wait
            return None
        case StoreUnavailable():
            return error("unavailable", "The room cannot be reached just now. Try again in a moment.").fields
        case Barred():
            return error("muted", "You cannot do that in this room for now.").fields
        case None:
            return error("not_found", "That message is not there, or it is not yours.").fields


def _with_grounds(fields: Fields, because: Because | None) -> Fields:
    return fields if because is None else {**fields, "because": because.fields()}
