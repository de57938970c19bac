"""Tests mirror the packages: a module's own test file covers it."""
