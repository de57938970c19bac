"""Tests of chatserver.web."""
