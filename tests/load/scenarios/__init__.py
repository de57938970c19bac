"""What our server is put through, one module a family. Each scenario is a function of a Bench; it gives plain values.

    steady.py    people talk, or sit
    storms.py    many come at once, or come back
    changes.py   a Redis dies, nodes are replaced
    overload.py  three times as much as it can
    growth.py    the same with more rooms, members, nodes

Each is bounded by the suite's clock (tests.load.suite), ends what it starts, and can be run alone.
"""
