"""The key of the house, 256 bits, and the scraper's token: in files that nobody else may read.

Knows nothing of what they are used for.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from chatserver.core.errors import OperatorFault
from chatserver.core.identity import KEY_BYTES

MIN_TOKEN_CHARS = 16


def load_key(path: Path) -> bytes:
    """Read the key, making it on the first start. Raises: OperatorFault when others may read it or it is none."""
    if not path.exists():
        _make_key(path)
    return read_key(path)


def read_key(path: Path) -> bytes:
    """Read the key and make none. Raises: OperatorFault when there is none, others may read it or it is no key."""
    if not path.exists():
        raise OperatorFault(f"{path}: there is no key here; chatserver serve makes one at its first start")
    try:
        if path.stat().st_mode & 0o077:
            raise OperatorFault(f"{path}: others may read this key; run chmod 600 on it")
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as fault:
        raise OperatorFault(f"{path}: not a readable key file ({type(fault).__name__})") from None
    if len(key) != KEY_BYTES:
        raise OperatorFault(f"{path}: a key is {KEY_BYTES * 2} hexadecimal digits")
    return key


def read_token(path: Path) -> bytes:
    """Give the word a scraper must send. Raises: OperatorFault when it cannot be read, or others may read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise OperatorFault(f"{path}: others may read this token; run chmod 600 on it")
        token = path.read_bytes().strip()
    except OSError as fault:
        raise OperatorFault(f"{path}: the token cannot be read ({fault.strerror})") from None
    if len(token) < MIN_TOKEN_CHARS:
        raise OperatorFault(f"{path}: a token has {MIN_TOKEN_CHARS} characters at least")
    return token


def _make_key(path: Path) -> None:
    """The key appears whole or not at all: written beside its place, then linked there, which never replaces one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
    except OSError as fault:
        raise OperatorFault(f"{path}: the key cannot be written ({fault.strerror})") from None
