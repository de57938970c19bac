"""A small learned model beside the rules: it may raise a level, never lower one. Must not know groups or actions."""

from moderation.model.weights import Finding, Model, packaged

__all__ = ["Finding", "Model", "packaged"]
