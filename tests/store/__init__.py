"""Tests of chatserver.store."""
