"""Pure moderation library: text and context in, verdict out. Must not know chatserver, a clock or a network."""

from moderation.boundaries import GroupRules, load_group
from moderation.context import Context, Earlier
from moderation.danger import Rules, load_rules
from moderation.reviewer import Reviewer
from moderation.verdict import Action, Advice, Level, Reason, Verdict

__all__ = [
    "Action", "Advice", "Context", "Earlier", "GroupRules", "Level", "Reason", "Reviewer", "Rules", "Verdict",
    "load_group", "load_rules",
]  # fmt: skip
