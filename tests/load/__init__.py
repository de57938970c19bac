"""Load and benchmarks; not part of the tests."""
