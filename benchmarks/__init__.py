"""What the laboratory costs in time and memory, beside public peers on the same input, as ratios.

`make bench`, or `python -m benchmarks --only walk --rounds 1`. Every contender runs in a process of its own, in turn
with the others, so that start, compilation and peak memory are its own. This package imports nothing heavy: a child
inherits the peak memory of the process that starts it.
"""
