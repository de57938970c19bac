"""Every error the house raises on purpose, in one tree, and the codes sockets are closed with.

    AlongsideError
    ├── BadFrame           the peer broke the protocol: answered with `error`, nothing else happens
    ├── StoreUnavailable   the world failed: said with a time to come back, retried, nothing is lost
    ├── StoreUnfit         the world can never serve (too old, no functions): said at start, the process ends
    ├── OperatorFault      whoever runs this can mend it: said in one sentence, the command ends with 1
    └── Barred             the record refuses this member's words for a while (a sanction)

A bug has no class here: it fails its task and is logged once. This module knows nothing of sockets or Redis.
"""

from __future__ import annotations

from enum import IntEnum


class AlongsideError(Exception):
    """The root of the tree."""


class BadFrame(AlongsideError):
    """A frame that does not follow docs/protocol.md; `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class StoreUnavailable(AlongsideError):
    """Redis did not answer in time; worth another try after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: float = 2.0) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class StoreUnfit(AlongsideError):
    """This Redis cannot serve: the message is one sentence for the operator."""


class OperatorFault(AlongsideError):
    """Something an operator can mend: the message is one sentence."""


class Barred(AlongsideError):
    """A sanction stands against the author; `until_ms` is when it ends (ms since 1970)."""

    def __init__(self, until_ms: int) -> None:
        super().__init__(until_ms)
        self.until_ms = until_ms


class CloseCode(IntEnum):
    """Why the server closes a socket; 4000-4499 mean "come back", 4500-4999 mean "do not come back by yourself"."""

    LEFT = 1000
    RESTART = 1012
    SLOW = 4000
    RESUME = 4001
    NO_ENTER = 4002
    SILENT = 4003
    FLOOD = 4500
    ENDED = 4501
    REFUSED = 4502
    EXCLUDED = 4503
