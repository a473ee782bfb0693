"""The benchmark of the map on a small metropolis: every closure is answered, and a few people at once without error."""

from __future__ import annotations

from contextlib import closing

import pytest

from benchmarks import metropolis, web, web_page
from benchmarks.child import Clock, Outcome
from benchmarks.metropolis_city import generate
from benchmarks.web_served import Caller, RefusedError, served

PEOPLE = 4000


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("metropolis")
    made = generate(folder, PEOPLE)
    metropolis.load(Clock(), str(folder), **made)
    return {"lab": str(folder / "metropolis.lab"), "date": made["date"]}


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(web, "CLOSURES", {"walk": 4, "transit": 3})
    monkeypatch.setattr(web, "ANEW", {"walk": 1, "transit": 1})
    monkeypatch.setattr(web, "WARM_UP", 1)


@pytest.mark.long
@pytest.mark.parametrize("how", ["walk", "transit"])
def test_every_closure_is_timed_and_asked_anew(town, few, how):
    said = web.closures(Clock(), how=how, **town)
    number = web.CLOSURES[how]
    assert said["units"] > 100
    for name in ("exact", "first", "people", "server", "changed"):
        assert len(said[name]) == number
    assert all(a <= b <= c for a, b, c in zip(said["first"], said["exact"], said["people"], strict=True))
    again = web.anew(Clock(), how=how, **town)
    assert len(again["anew"]) == 1
    assert again["junctions"] > 0.4 * PEOPLE


@pytest.mark.long
def test_several_people_at_once_without_an_error(town):
    said = web.crowd(Clock(), people=4, **town)
    assert said["errors"] == []
    assert {kind: len(spent) for kind, spent in said["taken"].items()} == {
        "open the city": 12, "ask": 4, "values and outlines": 8, "open the live answer": 4, "edit": 16,
        "compare": 4, "difference": 4,
    }  # fmt: skip
    assert said["requests"] == 52


@pytest.mark.long
def test_what_the_server_refuses_is_an_error(town, tmp_path):
    question = web.questions(town["date"])["walk"]
    with served(town["lab"], tmp_path / "log") as port, closing(Caller(port)) as caller:
        with pytest.raises(RefusedError, match="404"):
            caller.get("/api/cities/none")
        with pytest.raises(RefusedError, match="no street"):
            caller.live("a", question, [{"kind": "close_street", "street": "none"}], "close")


def outcome(**facts) -> Outcome:
    return Outcome(1.0, 1.0, 100.0, {"open the question": (2.0, 1.0), "all of them": (4.0, 1.0)}, facts)


def test_tables_say_whether_the_aims_are_kept():
    walk = {name: [0.01, 0.02, 0.4] for name in ("exact", "first", "people", "server", "drag")} | {"changed": [0, 3, 9]}
    seen = {
        "walk": [outcome(units=10_160, **walk)],
        "transit": [outcome(units=10_160, **walk)],
        "walk, anew": [outcome(anew=[0.5], junctions=103_812)],
        "transit, anew": [outcome(anew=[5.0], junctions=103_812)],
    }
    text = web._closures(seen).markdown()
    assert "103,812 junctions, 10,160 cells" in text
    assert "walk: aim of 300 ms for the 95th percentile MISSED; 3 closures, 3 cells differ" in text
    assert "transit: aim of 2,000 ms for the 95th percentile kept" in text
    assert "| transit | 20.0 ms | 20.0 ms | 400 ms | 20.0 ms | 20.0 ms | 5,000 ms | 250x |" in text


def test_errors_of_a_crowd_are_told():
    text = web._crowd({"crowd": [outcome(taken={"ask": [1.0, 2.0]}, errors=["person 3: gone"], requests=2)]}).markdown()
    assert "errors: 1: person 3: gone" in text
    assert "2 requests in 4.000 s, 0.5 a second" in text


def test_cells_in_sight_that_are_not_drawn_are_told():
    views = [{"in sight": 10, "not drawn": 2, "painted": 8}]
    facts = {"views": views, "cells": 60_000, "frames": [16.0, 50.0], "tiles asked": 9, "tiles answered": 8,
             "refused": ["x"]}  # fmt: skip
    text = web_page._cells([outcome(**facts)]).markdown()
    for line in ("of these not drawn | 2", "tiles asked for | 9", "tiles that came | 8", "refused or failed | 1"):
        assert f"| {line} |" in text or f"{line} |" in text


def test_the_numbers_in_the_middle_and_near_the_top():
    assert web.middle([3.0, 1.0, 2.0]) == 2.0
    assert web.high([float(n) for n in range(100)]) == 95.0
    assert web.milliseconds(0.0123) == "12.3 ms"
    assert web.milliseconds(1.5) == "1,500 ms"
