"""Whole servers, killed."""
