"""Open questions: bounded, one thread at a time, and the newest request wins."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from stadslab.faces.web import live_sessions as module
from stadslab.faces.web.live_sessions import Opened, Sessions, StaleError, size_of

WAIT_S = 20.0


def made(sessions: Sessions, opened: Opened, size: int = 0, version: str = "v") -> bool:
    what_if = SimpleNamespace(held=np.zeros(size, np.uint8))
    return sessions.made(opened, version, lambda: what_if)[1]  # type: ignore[arg-type,return-value]


def test_a_newer_request_ends_the_one_that_is_answered_and_waits_for_it():
    sessions = Sessions()
    old = sessions.enter("a", "q", 1)
    begun, order = threading.Event(), []

    def work() -> None:
        with old.hold():
            begun.set()
            with old.opened.free:
                assert old.opened.free.wait_for(lambda: old.over, WAIT_S)
            with pytest.raises(StaleError):
                old.check()
            order.append("old")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        assert begun.wait(WAIT_S)
        new = sessions.enter("a", "q", 2)
        with new.hold():
            order.append("new")
        running.result(WAIT_S)
    assert order == ["old", "new"]


def test_one_that_waits_gives_up_when_a_newer_one_comes():
    sessions = Sessions()
    first = sessions.enter("a", "q", 1)
    with first.hold(), ThreadPoolExecutor(1) as pool:
        second = sessions.enter("a", "q", 2)

        def wait() -> None:
            with pytest.raises(StaleError), second.hold():
                pass

        waiting = pool.submit(wait)
        sessions.enter("a", "q", 3)
        waiting.result(WAIT_S)


def test_one_whose_listener_has_gone_does_not_begin():
    turn = Sessions().enter("a", "q", 1)
    turn.leave()
    with pytest.raises(StaleError), turn.hold():
        pass


def test_an_older_serial_is_over_at_once_and_disturbs_nobody():
    sessions = Sessions()
    new = sessions.enter("a", "q", 5)
    assert sessions.enter("a", "q", 4).over
    new.check()
    assert not sessions.enter("a", "q", 5).over  # asked again
    with pytest.raises(StaleError):
        new.check()


def test_other_questions_and_sessions_go_on():
    sessions = Sessions()
    turns = [sessions.enter("a", "q", 1), sessions.enter("a", "r", 1), sessions.enter("b", "q", 1)]
    with turns[0].hold(), turns[1].hold(), turns[2].hold():
        for turn in turns:
            turn.check()


def test_a_failure_leaves_the_question_to_the_next():
    sessions = Sessions()
    turn = sessions.enter("a", "q", 1)
    with pytest.raises(ZeroDivisionError), turn.hold():
        raise ZeroDivisionError
    with sessions.enter("a", "q", 2).hold() as opened:
        assert made(sessions, opened)


def test_a_session_has_two_questions_and_a_third_closes_the_first():
    sessions = Sessions()
    first = sessions.enter("a", "q1", 1).opened
    assert made(sessions, first)
    assert not made(sessions, first)
    sessions.enter("a", "q2", 1)
    sessions.enter("b", "q", 1)
    assert sessions.enter("a", "q1", 2).opened is first
    sessions.enter("a", "q3", 1)
    assert sessions.enter("a", "q1", 3).opened is first  # q2 was the one asked longest ago
    assert len(sessions) == 3


def test_the_number_and_the_memory_of_all_are_bounded():
    sessions = Sessions(most=3, most_bytes=1000)
    kept = [sessions.enter(name, "q", 1).opened for name in "abcd"]
    assert len(sessions) == 3
    made(sessions, kept[3], 600)
    made(sessions, kept[2], 600)
    assert len(sessions) == 1
    assert sessions.enter("c", "q", 2).opened is kept[2]
    assert sessions.enter("d", "q", 2).opened is not kept[3]


def test_what_is_being_answered_is_never_closed():
    sessions = Sessions(most=1)
    turn = sessions.enter("a", "q", 1)
    with turn.hold() as opened:
        sessions.enter("b", "q", 1)
        assert sessions.enter("a", "q", 2).opened is opened


def test_what_nobody_asked_for_long_is_closed(monkeypatch: pytest.MonkeyPatch):
    sessions = Sessions()
    sessions.enter("a", "q", 1)
    monkeypatch.setattr(module, "IDLE_S", -1.0)
    sessions.enter("b", "q", 1)
    assert len(sessions) == 1


def test_another_version_of_the_city_is_asked_anew():
    sessions = Sessions()
    opened = sessions.enter("a", "q", 1).opened
    assert [made(sessions, opened, version=v) for v in ("v", "v", "w")] == [True, False, True]
    sessions.drop(opened)
    assert made(sessions, opened, version="w")


def test_when_the_server_stops_nobody_waits_any_more():
    sessions = Sessions()
    turns = [sessions.enter(name, "q", 1) for name in "ab"]
    with turns[0].hold():
        sessions.close()
        for turn in turns:
            with pytest.raises(StaleError):
                turn.check()
    assert not len(sessions)


def test_size_counts_arrays_once_and_leaves_out_what_is_shared(town_lab):
    numbers = np.zeros(1000)
    thing: Any = SimpleNamespace(a=numbers, b=[numbers[:10], {"c": numbers}], city=town_lab.city("town"))
    assert numbers.nbytes <= size_of(thing) < numbers.nbytes + 2000
    what_if = town_lab.what_if("town", "walk_access", support="h3:10")
    assert 100_000 < size_of(what_if) < 50_000_000
