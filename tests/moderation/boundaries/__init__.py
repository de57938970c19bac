"""Promises of the boundaries."""
