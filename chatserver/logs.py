"""What this process writes about itself: one line an event, as JSON or for a console, by structlog.

Promises: a line holds ids and counts, never words, handles or addresses, whoever logs. Our own sentences are constants
(the linter keeps f-strings out); whatever is put into them passes only when it is a number, or looks like an id or a
kind. Of others' lines (uvicorn, asyncio) the sentence alone is kept, its first line, without what was put into it and
without anything that looks like an address or is quoted. An exception is its type and places, never its message, which
may quote what somebody wrote; that goes for those nobody caught, too. One kind of event is written BURST times a
minute at most, and then says how many were left out. Knows nothing of what is logged.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, Literal, cast

import structlog

Form = Literal["console", "json"]
Event = MutableMapping[str, Any]

BURST = 5
WINDOW_S = 60.0
MAX_KINDS = 500  # sentences of the house are some fifty; others' are bounded here
MAX_PLACES = 8
OURS = ("chatserver", "moderation", "__main__")
WITHHELD = "(withheld)"

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}|[a-z]{1,20} [0-9]{1,5}")  # an id, a kind, "status 500"
_TELLING = re.compile(r"""'[^']*'|"[^"]*"|<[^>]*>|\(.*\)|\S*\d[\d.:a-fA-F]*[.:]\d\S*""")

_log = logging.getLogger(__name__)


class Rationed(logging.Filter):
    """Lets BURST lines of one kind pass in each window; the first of the next window says how many did not."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now_s = now_s
        self._kinds: OrderedDict[tuple[str, str], list[float]] = OrderedDict()  # kind: began, passed, left out

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether this line is written (logging's)."""
        kind, now = (record.name, str(record.msg)[:200]), self._now_s()
        known = self._kinds.setdefault(kind, [now, 0, 0])
        self._kinds.move_to_end(kind)
        if len(self._kinds) > MAX_KINDS:
            self._kinds.popitem(last=False)
        if now - known[0] >= WINDOW_S:
            record.left_out = int(known[2])
            known[:] = [now, 0, 0]
        if known[1] >= BURST:
            known[2] += 1
            return False
        known[1] += 1
        return True


def safe(value: object) -> object:
    """Give what may be written of a value that is put into a sentence: numbers, ids and kinds."""
    if value is None or isinstance(value, bool | int | float):
        return value
    word = str(value)
    return word if _ID.fullmatch(word) and not _is_address(word) else WITHHELD


def _is_address(word: str) -> bool:
    for part in (word, word.rpartition(":")[0]):
        try:
            ipaddress.ip_address(part.strip("[]"))
        except ValueError:
            continue
        return True
    return False


def sentence(logger: str, words: str, args: object) -> str:
    """Give what is logged, without anything that could be somebody's."""
    if logger.partition(".")[0] not in OURS:
        return _TELLING.sub("…", words.partition("\n")[0])[:200]
    if not args:
        return words
    try:
        return words % tuple(safe(arg) for arg in (args if isinstance(args, tuple) else (args,)))
    except (TypeError, ValueError):  # %d of something withheld
        return re.sub(r"%[-0-9.]*[a-z]", WITHHELD, words)


def places(fault: BaseException) -> list[str]:
    """Give where an exception came from, innermost last."""
    found, trace = [], fault.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{os.path.basename(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-MAX_PLACES:]


def _fields(_: Any, __: str, event: Event) -> Event:
    """Builds the whole event anew from the record: what others put there does not pass."""
    record = cast(logging.LogRecord, event["_record"])
    fields: Event = {
        "event": sentence(record.name, event["event"], event.get("positional_args")),
        "level": record.levelname.lower(),
        "logger": record.name,
        "pid": record.process,
        "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
    }
    if left_out := getattr(record, "left_out", 0):
        fields["left_out"] = left_out
    if (fault := (event.get("exc_info") or (None, None))[1]) is not None:
        fields["fault"], fields["places"] = type(fault).__name__, places(fault)
    return fields


def _console(_: Any, __: str, event: Event) -> str:
    rest = " ".join(
        f"{name}={value}" for name, value in event.items() if name in ("logger", "pid", "left_out", "fault")
    )
    line = f"{event['at']} {event['level']:<8} {event['event']}  {rest}"
    return "\n    ".join([line, *event.get("places", ())])


def formatter(form: Form) -> logging.Formatter:
    """Give structlog's formatter for this form; it sees a record before anything of it was put into words."""
    render: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _console
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_fields], processors=[render], use_get_message=False, pass_foreign_args=True
    )


def set_up_logs(form: Form) -> None:
    """Write everything to standard error in this form: our own from INFO on, others' warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    handler.addFilter(Rationed())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("chatserver").setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda hooked: _uncaught(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)
    sys.unraisablehook = lambda hooked: _uncaught(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)


def _uncaught(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _log.error("nobody caught this: %s", kind.__name__, exc_info=fault)
