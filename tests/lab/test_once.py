"""Made once, whoever asks."""

from __future__ import annotations

import threading

import pytest

from stadslab.core.errors import InputError, Problem
from stadslab.lab.once import Once

WAIT_S = 30


def together(count, function):
    """The function in so many threads at once; what each returned or raised."""
    found: list[object] = []
    start = threading.Barrier(count)

    def run():
        start.wait(WAIT_S)
        try:
            found.append(function())
        except BaseException as error:
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(found) == count
    return found


def test_it_is_made_by_one_and_had_by_all():
    made, go = [], threading.Event()
    once: Once[object] = Once(3)

    def make():
        made.append(1)
        go.wait(0.3)  # the others come meanwhile
        return object()

    found = together(8, lambda: once.get("a", make))
    assert len(made) == 1
    assert len({id(thing) for thing in found}) == 1


def test_the_ones_used_last_are_kept():
    once: Once[int] = Once(2)
    for number in (1, 2):
        once.get(str(number), lambda n=number: n)
    once.get("1", lambda: -1)
    once.get("3", lambda: 3)
    assert [once.peek(k) for k in ("1", "2", "3")] == [1, None, 3]
    assert len(once) == 2
    once.drop("1")
    assert once.peek("1") is None
    assert once.put("4", 4) == once.peek("4") == 4


def test_what_is_wrong_with_the_input_is_told_to_all_who_wait_and_tried_again_by_who_comes_later():
    inside, go = threading.Event(), threading.Event()
    once: Once[int] = Once(2)

    def refuse():
        inside.set()
        go.wait(WAIT_S)
        raise InputError(Problem("here", "no"))

    found: list[object] = []

    def ask():
        try:
            found.append(once.get("a", refuse, waiting=go.set))
        except InputError as error:
            found.append(error)

    first = threading.Thread(target=ask)
    first.start()
    assert inside.wait(WAIT_S)
    second = threading.Thread(target=ask)
    second.start()
    for thread in (first, second):
        thread.join(WAIT_S)
    assert [str(error) for error in found] == ["here: no", "here: no"]
    assert once.get("a", lambda: 7) == 7


def test_a_maker_that_is_called_off_leaves_the_work_to_the_next():
    inside, go = threading.Event(), threading.Event()
    once: Once[int] = Once(2)

    class CalledOffError(Exception):
        pass

    def called_off():
        inside.set()
        go.wait(WAIT_S)
        raise CalledOffError

    def first():
        with pytest.raises(CalledOffError):
            once.get("a", called_off)

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(WAIT_S)
    assert once.get("a", lambda: 7, waiting=go.set) == 7
    thread.join(WAIT_S)


def test_who_waits_can_be_called_off_too():
    inside, go = threading.Event(), threading.Event()
    once: Once[int] = Once(2)

    def slow():
        inside.set()
        go.wait(WAIT_S)
        return 1

    thread = threading.Thread(target=lambda: once.get("a", slow))
    thread.start()
    assert inside.wait(WAIT_S)

    def give_up():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once.get("a", slow, waiting=give_up)
    go.set()
    thread.join(WAIT_S)
    assert once.peek("a") == 1
