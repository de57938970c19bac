"""The functions that run inside Redis, under names that tell their version.

While nodes are replaced, old and new ones call them side by side, and whoever links anew loads its own: under one name
the last to come would take the others' away. So each library, and each function in it, is loaded under its name with
the hash of the library's source behind it: versions stand beside each other, and whoever has the same source shares
one. What a version that nobody runs any more has left stays, some 50 KB a library, until an operator deletes it
(`chatserver doctor` says when). Pure but for reading the packaged files. Knows nothing of what the functions do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

PARTS = (
    ("room", "letters", "acts", "pace"),
    ("group",),
    ("desk",),
    ("claims", "handoff", "deskacts"),
    ("duty", "pages", "care"),
    ("audit",),
)
"""Each library's files, joined: what is local to the first is there for the rest."""
PREFIX = "alongside_"
_LIBRARY = re.compile(rb"\A#!lua name=(alongside_\w+)\n")
_FUNCTION = re.compile(rb"(register_function\(|function_name = )'(alongside_\w+)'")


@dataclass(frozen=True, slots=True, repr=False)
class Libraries:
    """What a node loads: each library's source by its name, and each function's name by that which the source has."""

    sources: Mapping[str, bytes]
    functions: Mapping[str, str]


def versioned(sources: Sequence[bytes]) -> Libraries:
    """Give the libraries with their versions in every name. Raises: ValueError for one without a name."""
    named: dict[str, bytes] = {}
    functions: dict[str, str] = {}
    for source in sources:
        version = "_" + hashlib.sha256(source).hexdigest()[:8]
        head = _LIBRARY.match(source)
        if head is None:
            raise ValueError("a library begins with its name")
        functions |= {found[1].decode(): found[1].decode() + version for found in _FUNCTION.findall(source)}
        behind = version.encode()
        whole = _LIBRARY.sub(rb"#!lua name=\g<1>" + behind + b"\n", source)
        named[head[1].decode() + version] = _FUNCTION.sub(rb"\g<1>'\g<2>" + behind + b"'", whole)
    return Libraries(named, functions)


def read_libraries() -> Libraries:
    """Give the packaged ones."""
    folder = files("chatserver.store") / "functions"
    return versioned([b"".join((folder / f"{name}.lua").read_bytes() for name in parts) for parts in PARTS])
