"""Blocks cover every row once and stop when told."""

from __future__ import annotations

import threading
import time

import pytest

from stadslab.kernels._blocks import in_blocks


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000, 20_000])
@pytest.mark.parametrize("threads", [1, 2, 7])
def test_every_row_is_done_once(size, threads):
    done = []  # list.append is atomic
    in_blocks(size, lambda: lambda start, stop: done.append((start, stop)), threads)
    assert sorted(row for start, stop in done for row in range(start, stop)) == list(range(size))


def test_each_thread_prepares_its_own_scratch():
    prepared = []
    together = threading.Barrier(3, timeout=30)

    def prepare():
        prepared.append(threading.get_ident())
        together.wait()
        return lambda start, stop: None

    in_blocks(1000, prepare, threads=3)
    assert len(set(prepared)) == 3


def test_a_failure_stops_all_threads_and_is_told():
    blocks = []

    def work(start, stop):
        blocks.append(start)
        if start == 0:
            raise KeyboardInterrupt
        time.sleep(0.02)

    with pytest.raises(KeyboardInterrupt):
        in_blocks(400_000, lambda: work, threads=2)
    assert len(blocks) < 200  # of 391


def test_a_failure_is_told_by_a_single_thread():
    with pytest.raises(ZeroDivisionError):
        in_blocks(100, lambda: lambda start, stop: start / 0, threads=1)


@pytest.mark.parametrize("block", [1, 3, 50])
def test_blocks_are_as_large_as_asked(block):
    done = []
    in_blocks(40, lambda: lambda start, stop: done.append((start, stop)), threads=2, block=block)
    assert sorted(done) == [(start, min(40, start + block)) for start in range(0, 40, block)]
