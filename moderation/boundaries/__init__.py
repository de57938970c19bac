"""Keeps a room's boundaries: pace and each group's rules; it must not know of distress or of chatserver."""
