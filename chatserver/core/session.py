"""One member's conversation with the server, as a state machine: an act goes in, what is to be done comes out.

    WAITING --enter--> ENTERED --leave--> OVER
       any other act, or a second `enter`, is refused and changes nothing

Promises: nothing is done for a member who has not entered; every limit on words says how long it lasts; a session that
sends MAX_REFUSALS bad frames is ended. Pure: takes `now_ms`, returns one effect, never waits. Knows no socket, no
Redis, no encoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from chatserver.core.allowance import Allowance
from chatserver.core.errors import BadFrame, CloseCode
from chatserver.core.letters import LetterId
from chatserver.core.limits import ACT, FRAMES, SAY, TYPING, Wait, take
from chatserver.core.messages import (
    Act,
    AnswerOffer,
    Appeal,
    AskModerator,
    Enter,
    Leave,
    LeaveHandOff,
    Misread,
    Position,
    React,
    Report,
    Say,
    Seen,
    TakeBack,
    Typing,
)

MAX_REFUSALS = 20  # a page of ours sends none; twenty are a broken or hostile program


@dataclass(frozen=True, slots=True)
class Admit:
    """Show the room from `after` on."""

    after: Position | None


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """Put this act into the room's record and answer its author."""

    act: Say | React | TakeBack


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """Bring this to the moderators."""

    act: Report | AskModerator | Misread | Appeal


@dataclass(frozen=True, slots=True)
class Reply:
    """Carry this to the hand-off it is about."""

    act: AnswerOffer | LeaveHandOff


@dataclass(frozen=True, slots=True)
class PutAway:
    """Show this letter no more."""

    letter: LetterId


@dataclass(frozen=True, slots=True)
class ShowTyping:
    """Tell the room that the member is writing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Tell the member, and nobody else."""

    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Do nothing (typing that came too often)."""


@dataclass(frozen=True, slots=True)
class End:
    """Close the socket."""

    code: CloseCode
    reason: str


Effect = Admit | Record | Call | Reply | PutAway | ShowTyping | Answer | Nothing | End


class State(Enum):
    """Where a session stands."""

    WAITING = "waiting"
    ENTERED = "entered"
    OVER = "over"


def error(code: str, message: str) -> Answer:
    """Give the answer to a frame that was refused."""
    return Answer({"ev": "error", "code": code, "message": message})


def not_sent(attempt: str, code: str, message: str, retry_after_s: float | None = None) -> Answer:
    """Give the answer to a `say` that is not in the record."""
    fields: dict[str, object] = {"ev": "not_sent", "id": attempt, "code": code, "message": message}
    if retry_after_s is not None:
        fields["retry_after"] = round(retry_after_s, 1)
    return Answer(fields)


class Session:
    """The state of one socket's conversation. `allowance` None means that no limit is kept (tests and load)."""

    __slots__ = ("_allowance", "_refusals", "state")

    def __init__(self, allowance: Allowance | None) -> None:
        self.state = State.WAITING
        self._allowance = allowance
        self._refusals = 0

    def accept(self, act: Act, now_ms: int) -> Effect:
        """Take one act and say what is to be done."""
        if self.state is State.ENTERED:
            if isinstance(act, Say):  # first, for it is what nearly every frame is
                return self._say(act, now_ms)
            return self._other(act, now_ms)
        if self.state is State.OVER:
            return Nothing()
        if isinstance(act, Enter):
            self.state = State.ENTERED
            return Admit(act.after)
        if isinstance(act, Leave):
            return self._leave()
        return self.refuse(BadFrame("enter_first", "the first frame must be enter"), None)

    def count_frame(self, now_ms: int) -> End | None:
        """Count one frame of any kind; over the limit the session is ended."""
        allowance = self._allowance
        if allowance is None:
            return None
        taken = take(allowance.frames, FRAMES, now_ms)
        if isinstance(taken, Wait):
            self.state = State.OVER
            return End(CloseCode.FLOOD, "too many frames")
        allowance.frames = taken
        return None

    def refuse(self, fault: BadFrame, attempt: str | None) -> Effect:
        """Say what was wrong with a frame; a `say` that named its attempt hears that it was not sent."""
        self._refusals += 1
        if self._refusals >= MAX_REFUSALS:
            self.state = State.OVER
            return End(CloseCode.REFUSED, "too many bad frames")
        if attempt is not None:
            return not_sent(attempt, fault.code, fault.message)
        return error(fault.code, fault.message)

    def _say(self, act: Say, now_ms: int) -> Effect:
        allowance = self._allowance
        if allowance is not None:
            taken = take(allowance.say, SAY, now_ms)
            if isinstance(taken, Wait):
                message = "You are writing faster than the room can read. Your words are kept; they can go in a moment."
                return not_sent(act.id, "too_fast", message, taken.seconds)
            allowance.say = taken
        return Record(act)

    def _other(self, act: Act, now_ms: int) -> Effect:
        match act:
            case React() | TakeBack():
                return self._limited(Record(act), now_ms)
            case Report() | AskModerator() | Misread() | Appeal():
                return self._limited(Call(act), now_ms)
            case AnswerOffer() | LeaveHandOff():
                return Reply(act)  # no limit but that on frames: nothing may keep a member from saying no
            case Seen(letter):
                return self._limited(PutAway(letter), now_ms)
            case Typing():
                return self._typing(now_ms)
            case Leave():
                return self._leave()
            case Enter():
                return self.refuse(BadFrame("entered_already", "this session has entered already"), None)
            case Say():
                return self._say(act, now_ms)
            case _:
                assert_never(act)

    def _leave(self) -> End:
        self.state = State.OVER
        return End(CloseCode.LEFT, "left")

    def _limited(self, effect: Effect, now_ms: int) -> Effect:
        allowance = self._allowance
        if allowance is None:
            return effect
        taken = take(allowance.act, ACT, now_ms)
        if isinstance(taken, Wait):
            return error("too_fast", f"That was a little fast. Try again in {taken.seconds:.0f} s.")
        allowance.act = taken
        return effect

    def _typing(self, now_ms: int) -> Effect:
        allowance = self._allowance
        if allowance is None:
            return ShowTyping()
        taken = take(allowance.typing, TYPING, now_ms)
        if isinstance(taken, Wait):
            return Nothing()
        allowance.typing = taken
        return ShowTyping()


class Onlooker(Session):
    """The conversation of a second moderator who looks into a private room: comes, sees, goes."""

    __slots__ = ()

    def accept(self, act: Act, now_ms: int) -> Effect:
        """Take one act and say what is to be done."""
        if self.state is not State.ENTERED or isinstance(act, Leave):
            return super().accept(act, now_ms)
        if isinstance(act, Typing):
            return Nothing()
        message = "Who looks in does not take part. To take over, take the hand-off."
        return not_sent(act.id, "looking", message) if isinstance(act, Say) else error("looking", message)
