"""The load bench: `make bench`, or `python -m tests.load`. Not a test: it judges nothing, it measures."""
