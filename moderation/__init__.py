"""Pure moderation library: text and context in, verdict out. Must not know chatserver, a clock or a network."""

from moderation.danger import Rules, load_rules
from moderation.reviewer import Context, Reviewer
from moderation.verdict import Action, Level, Reason, Verdict

__all__ = ["Action", "Context", "Level", "Reason", "Reviewer", "Rules", "Verdict", "load_rules"]
