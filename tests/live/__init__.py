"""Tests of chatserver.live."""
