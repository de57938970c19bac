"""Who is in a room, over all nodes, as a value.

Each node says who is with it, for a time; what a node said last counts until that time is over. So a killed node's
members go by themselves. Merging is per node, so words of different nodes may come in any order. Time is an argument;
knows no Redis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Members = Mapping[str, str]
"""Member id to handle."""

MAX_LISTED = 100  # names in one `here`; a larger room is told its number


@dataclass(frozen=True, slots=True, repr=False)
class NodeWord:
    """What one node said: its members, and until when (ms) that stands."""

    members: Members
    until_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class Presence:
    """The words of all nodes."""

    nodes: Mapping[str, NodeWord] = field(default_factory=dict)

    def people(self) -> dict[str, str]:
        """Give everybody who is here: member id to handle; a member on two nodes counts once."""
        return {member: handle for word in self.nodes.values() for member, handle in word.members.items()}


def merge(presence: Presence, node: str, members: Members, until_ms: int) -> Presence:
    """Take a node's newest word; no members means that the node has left the room."""
    nodes = {name: word for name, word in presence.nodes.items() if name != node}
    if members:
        nodes[node] = NodeWord(dict(members), until_ms)
    return Presence(nodes)


def expire(presence: Presence, now_ms: int) -> Presence:
    """Drop the words that no longer stand; the same value when all do."""
    nodes = {name: word for name, word in presence.nodes.items() if word.until_ms > now_ms}
    return presence if len(nodes) == len(presence.nodes) else Presence(nodes)


def listing(people: Members) -> dict[str, object]:
    """Give the `count` and `members` of a `here` event, ordered by handle, MAX_LISTED at most."""
    shown = sorted(people.items(), key=lambda item: item[1])[:MAX_LISTED]
    return {"count": len(people), "members": [{"member": m, "handle": h} for m, h in shown]}
