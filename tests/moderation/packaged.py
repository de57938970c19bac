"""The packaged rules, read once for all tests of a process: it takes most of a second."""

from __future__ import annotations

from moderation import load_rules

RULES = load_rules()
