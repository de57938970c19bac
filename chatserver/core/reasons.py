"""Words a moderator can begin a reason with, for each act that needs to be explained to somebody.

A group's file may bring its own (chatserver.groups); these stand in for what it leaves out. Values only.
"""

from __future__ import annotations

from collections.abc import Iterable

from chatserver.core.acts import EXPLAINED

Reasons = tuple[tuple[str, tuple[str, ...]], ...]
"""An act's name and its sentences, each."""

DEFAULTS: Reasons = (
    ("remove", ("It names or describes somebody who did not ask for that.", "It goes into details that can harm.")),
    ("fold", ("Not everybody can bear to read this today.", "It goes into details that may be hard to read.")),
    ("restore", ("On a second look this is all right here.",)),
    (
        "mute",
        ("Let us all take a breath.", "This was hard to bear for others. Please come back when it is over."),
    ),
    ("exclude", ("This group cannot hold this for now. You may come back on the day given.",)),
    ("give_back", ("Please say it without naming anybody.", "Please say it of what happened, not of a whole group.")),
    ("slow", ("There is a lot at once. Let everybody be heard.",)),
    ("quiet", ("We pause for a moment.",)),
    ("lock", ("So that those who are here can talk in peace.",)),
)


def reasons_of(own: Reasons) -> dict[str, list[str]]:
    """Give the sentences of every act that is explained to somebody: the group's own, else the house's."""
    return {act: list({**dict(DEFAULTS), **dict(own)}.get(act, ())) for act in EXPLAINED}


def unknown_acts(names: Iterable[str]) -> list[str]:
    """Name what is no act with a reason for somebody, in order."""
    return sorted(set(names) - set(EXPLAINED))
