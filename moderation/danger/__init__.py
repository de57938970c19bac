"""Danger rules: read from TOML, matched with RE2 over normalised text. Must not know group policy or actions."""

from moderation.danger.loading import PACKAGED, load_rules
from moderation.danger.rules import Hit, Rule, Rules

__all__ = ["PACKAGED", "Hit", "Rule", "Rules", "load_rules"]
