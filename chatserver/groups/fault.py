"""What is wrong with one field of a group's file. Knows no file."""

from __future__ import annotations


class Fault(Exception):
    """`field` cannot be what it is; `message` says what it must be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field, self.message = field, message
