"""Fills the generated parts of documents: what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`.

The prose around is written by hand and holds no figure that a record brings. Pure: text in, text out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_BLOCK = re.compile(r"<!-- bench:([a-z-]+) -->\n.*?<!-- /bench:\1 -->", re.DOTALL)
_ANY = re.compile(r"<!-- /?bench:[a-z-]+ -->")


class DocumentError(Exception):
    """A document asks for a part that there is not, or a part has no end."""


def fill(text: str, blocks: Mapping[str, str]) -> str:
    """Give the text with its parts filled anew. Raises: DocumentError; then nothing should be written."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        if name not in blocks:
            raise DocumentError(f"there is no part {name}")
        return f"<!-- bench:{name} -->\n{blocks[name].strip()}\n<!-- /bench:{name} -->"

    whole = 2 * len(_BLOCK.findall(text))
    if whole != len(_ANY.findall(text)):
        raise DocumentError("a part has no end, or no beginning")
    return _BLOCK.sub(part, text)
