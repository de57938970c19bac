"""Who somebody is, as far as anybody may know: keyed hashes that only the holder of the key can make, and nobody can
undo.

A member id is made from the group and the secret in the member's browser; secrets differ from group to group, so two
groups share nothing that could be compared. The key lives outside Redis, so a full dump of Redis says nothing about
secrets. Pure: the key is an argument.
"""

from __future__ import annotations

from base64 import b32encode, urlsafe_b64encode
from hashlib import blake2b
from typing import NewType

MemberId = NewType("MemberId", str)
GroupId = NewType("GroupId", str)

KEY_BYTES = 32


def _keyed(key: bytes, purpose: bytes, words: bytes, size: int) -> bytes:
    return blake2b(words, digest_size=size, key=key, person=purpose).digest()


def _name(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def group_id(key: bytes, slug: str) -> GroupId:
    """Give the opaque id of a group: 16 characters that say nothing about its topic in an address bar or a history."""
    return GroupId(_name(_keyed(key, b"group", slug.encode(), 12)))


def member_id(key: bytes, group: GroupId, secret: str) -> MemberId:
    """Give the id of whoever holds this secret in this group: 22 characters."""
    return MemberId(_name(_keyed(key, b"member", f"{group}\0{secret}".encode(), 16)))


def derived_key(key: bytes, purpose: str) -> bytes:
    """Give a key for one purpose alone, so that no two uses share one."""
    return _keyed(key, b"derive", purpose.encode(), KEY_BYTES)


def opaque_name(key: bytes, words: str) -> str:
    """Give a short name (8 characters) that tells things apart and says nothing of them; `key` is for it alone."""
    return b32encode(_keyed(key, b"name", words.encode(), 5)).decode().lower()


def draws(key: bytes, member: MemberId, count: int) -> list[int]:
    """Give `count` large numbers that belong to this member: the same each time, unguessable without the key."""
    return [int.from_bytes(_keyed(key, b"draw", f"{member}\0{n}".encode(), 8), "big") for n in range(count)]
