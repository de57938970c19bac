"""What joining costs: a proof of work in ALTCHA's form (version 2), by the library `altcha`.

Promises: a challenge is good for one group, for ten minutes, once; it grows harder as joins grow, so that a thousand
seats cost a thousand times a moment of somebody's machine. Whatever is sent as a proof, only HttpFault is raised.
Knows no cookie and no seat.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha

from chatserver.core.groups import Group
from chatserver.core.identity import derived_key
from chatserver.core.seats import Seating
from chatserver.web.errors import HttpFault

ALGORITHM = "PBKDF2/SHA-256"  # what WebCrypto can do in every browser
LIFE_S = 600
# 500 rounds are about 0.3 ms in a browser; 256 tries on average (one byte of the key must fit) make 0.1 s on a
# laptop, 0.4 s on a phone.
COST = 500
KEY_PREFIX = "00"
MAX_COST = 8_000  # about 6 s on a phone: slow, but a person still gets in
STORM_JOINS = 60  # a minute in one group; a hospital's worth of people, or a script
MAX_PROOF_CHARS = 4_096


def cost(recent_joins: int) -> int:
    """Give the rounds of one try, from the joins of the last minute.

    >>> cost(0), cost(60), cost(120), cost(10_000)
    (500, 500, 1000, 8000)
    """
    return min(MAX_COST, max(COST, COST * recent_joins // STORM_JOINS))


class Challenges:
    """Makes and checks challenges with a key of its own."""

    def __init__(self, key: bytes) -> None:
        self._key = derived_key(key, "challenge").hex()

    def make(self, group: Group, recent_joins: int) -> dict[str, Any]:
        """Give a fresh challenge for this group."""
        expires = datetime.now(UTC) + timedelta(seconds=LIFE_S)
        challenge = altcha.create_challenge(
            algorithm=ALGORITHM,
            cost=cost(recent_joins),
            key_prefix=KEY_PREFIX,
            hmac_secret=self._key,
            expires_at=expires,
            data={"group": group.id},
        )
        made: dict[str, Any] = challenge.to_dict()
        return made

    async def check(self, proof: object, group: Group, seating: Seating) -> None:
        """Check a proof and spend it. Raises: HttpFault (proof_needed, proof_wrong, proof_spent), StoreUnavailable."""
        if proof is None:
            raise HttpFault(403, "proof_needed", "Joining needs a solved challenge.")
        payload = _read(proof)
        parameters = payload.challenge.parameters
        wrong = HttpFault(403, "proof_wrong", "The challenge is not solved, or too old. Please ask for a new one.")
        if not isinstance(parameters.data, dict) or parameters.data.get("group") != group.id:
            raise wrong
        try:
            result = altcha.verify_solution(payload, hmac_secret=self._key)
        except Exception:  # the library's edge: hostile values reach its arithmetic, and none may become our error
            raise wrong from None
        if not result.verified:
            raise wrong
        if not await seating.spend(group, str(payload.challenge.signature), LIFE_S):
            raise HttpFault(403, "proof_spent", "This challenge has been used. Please ask for a new one.")


def _read(proof: object) -> altcha.Payload:
    wrong = HttpFault(403, "proof_wrong", "The proof cannot be read.")
    try:
        if isinstance(proof, str):
            if len(proof) > MAX_PROOF_CHARS:
                raise wrong
            proof = json.loads(base64.b64decode(proof, validate=True))
        if not isinstance(proof, dict):
            raise wrong
        payload = altcha.Payload.from_dict(proof)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise wrong from None
    parameters = payload.challenge.parameters
    if not isinstance(parameters.cost, int) or not 0 < parameters.cost <= MAX_COST or parameters.algorithm != ALGORITHM:
        raise wrong  # before any work is done for it
    return payload
