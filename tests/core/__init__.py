"""Tests of chatserver.core."""
