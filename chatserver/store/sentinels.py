"""Which server is the primary, as Sentinels say.

Promises: the answer is of the first Sentinel that knows the service and holds its primary for alive; when none does,
the fault of the last one, or the one an operator can mend. Asked on links of its own, closed afterwards. That the
server named is a primary is for the caller to look at: a Sentinel may be the last to hear of a failover.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import Any

import hiredis

from chatserver.core.errors import StoreUnfit
from chatserver.store.link import Address, open_link
from chatserver.store.place import Place, refused, refused_tls

ASK_TIMEOUT_S = 1.0  # each; a Sentinel that hangs must not keep the others from being asked
NOT_ALIVE = frozenset({"s_down", "o_down", "disconnected"})  # flags of SENTINEL MASTER


async def primary_of(place: Place) -> Address:
    """Ask for the primary of the place's service.

    Raises: OSError or TimeoutError when no Sentinel names one now, StoreUnfit when none can be spoken to as the URL
    says.
    """
    assert place.service is not None
    assert place.server is not None
    fault: Exception = OSError("no Sentinel")
    for sentinel in place.addresses:
        try:
            async with asyncio.timeout(ASK_TIMEOUT_S):
                host, port = await _ask(sentinel, place.service)
            return replace(place.server, host=host, port=port)
        except StoreUnfit as unfit:
            fault = unfit
        except (OSError, TimeoutError) as away:
            fault = fault if isinstance(fault, StoreUnfit) else away
    raise fault


async def _ask(sentinel: Address, service: str) -> tuple[str, int]:
    try:
        link = await open_link(sentinel, lambda _: None, lambda _: None)
        try:
            known = _fields(await link.call("SENTINEL", "MASTER", service))
        finally:
            link.close()
    except ssl.SSLError as fault:
        raise refused_tls(sentinel, fault) from None
    except hiredis.ReplyError as fault:
        if "No such master" in str(fault):
            raise OSError("this Sentinel does not know the service") from None
        raise refused(sentinel, str(fault)) from None
    flags = set(known["flags"].split(","))
    if "master" not in flags or flags & NOT_ALIVE:
        raise OSError("the primary is down, as this Sentinel sees it")
    return known["ip"], int(known["port"])


def _fields(reply: Any) -> dict[str, str]:
    """A map in RESP3, a flat list from older Sentinels."""
    pairs = reply.items() if isinstance(reply, dict) else zip(reply[::2], reply[1::2], strict=True)
    return {key.decode(): value.decode() for key, value in pairs}
