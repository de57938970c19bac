"""The key of the house: 256 bits in a file that nobody else may read. Knows nothing of what it is used for."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from chatserver.core.errors import OperatorFault
from chatserver.core.identity import KEY_BYTES


def load_key(path: Path) -> bytes:
    """Read the key, making it on the first start. Raises: OperatorFault when others may read it or it is none."""
    if not path.exists():
        _make_key(path)
    try:
        if path.stat().st_mode & 0o077:
            raise OperatorFault(f"{path}: others may read this key; run chmod 600 on it")
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as fault:
        raise OperatorFault(f"{path}: not a readable key file ({type(fault).__name__})") from None
    if len(key) != KEY_BYTES:
        raise OperatorFault(f"{path}: a key is {KEY_BYTES * 2} hexadecimal digits")
    return key


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
