"""`lookalikes FILE`: writes moderation/lookalikes.py anew from Unicode's confusables.txt (UTS #39)."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

PACKAGED: Final = Path(__file__).parents[1] / "lookalikes.py"
_ENTRY: Final = re.compile(r"([0-9A-F]+) ;\t([0-9A-F]+) ;")  # one character that looks like one other
_HEAD: Final = re.compile(r"# (Date|Version): (\S+?),?(?:\s|$)")
# The data makes I and l one; whoever writes with a Greek or Cyrillic I means i.
_IS_I: Final = re.compile(r"\bLETTER (?:\w+ )?(?:I|IOTA|BYELORUSSIAN-UKRAINIAN I)\b")
_A_LINE: Final = 9  # characters, as escapes


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, default=PACKAGED)


def run(arguments: argparse.Namespace) -> int:
    """Write the table. Raises: OSError."""
    lines = arguments.file.read_text("utf-8-sig").splitlines()
    arguments.out.write_text("\n".join(written(table_of(lines), dict(_heads(lines)))) + "\n", "utf-8")
    return 0


def table_of(lines: Iterable[str]) -> dict[str, list[str]]:
    """For each Latin letter the characters that look like it, but those whose compatibility form says so already."""
    table: dict[str, list[str]] = {}
    for match in filter(None, map(_ENTRY.match, lines)):
        char, letter = (chr(int(code, 16)) for code in match.groups())
        if char > "\x7f" and letter.isascii() and letter.isalpha():
            name = unicodedata.name(char, "")
            plain = "i" if letter in "lI" and _IS_I.search(name) else letter.lower()
            known = unicodedata.normalize("NFKD", char).casefold()
            if not known.isascii():
                table.setdefault(plain, []).append(char)
    return {letter: sorted(table[letter]) for letter in sorted(table)}


def written(table: Mapping[str, list[str]], heads: Mapping[str, str]) -> Iterator[str]:
    """The lines of the module."""
    yield '"""Characters that look like Latin letters. Written by `python -m moderation lookalikes`, not by hand.'
    yield ""
    yield f"From confusables.txt of Unicode Security Mechanisms (UTS #39), version {heads.get('Version', '?')} of"
    yield f"{heads.get('Date', '?')}. Copyright Unicode, Inc., under the Unicode License v3 (unicode.org/license.txt)."
    yield '"""'
    yield ""
    yield "from typing import Final"
    yield ""
    yield "LOOKALIKES: Final = {"
    for letter, chars in table.items():
        yield f'    "{letter}": ('
        for at in range(0, len(chars), _A_LINE):
            yield '        "' + "".join(f"\\U{ord(char):08x}" for char in chars[at : at + _A_LINE]) + '"'
        yield "    ),"
    yield "}"


def _heads(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    return (match.groups() for line in lines if (match := _HEAD.match(line)))  # type: ignore[misc]  # two groups
