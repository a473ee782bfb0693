"""Edits as they are drawn."""

from __future__ import annotations

import pytest

from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.faces.web import drawing
from stadslab.faces.web.drawing import MOST_EDITS, Drawings
from stadslab.lab import catalog
from tests.edits.village import at, village

CLOSE = {"kind": "close_street", "street": "osm:way/4"}
SCHOOL = {"kind": "add_place", "place_kind": "school", "at": list(at(10, 10)), "name": "Nya skolan"}


@pytest.fixture(scope="module")
def city() -> City:
    return village()


def test_each_edit_is_checked_on_what_those_before_it_leave(city):
    after, steps = Drawings().steps(city, [CLOSE, CLOSE, SCHOOL, SCHOOL])
    assert [step.made for step in steps] == [True, True, True, False]
    assert "closed to walking, cycling and driving already" in steps[1].problems[0].what
    assert steps[3].problems[0].where == "at"
    plan = Scenario("p", tuple(step.edit for step in steps[:3] if step.edit))
    assert after.key() == city.under(plan).key()
    assert [step.sentence for step in steps[:3]] == plan.sentences(city)


def test_no_edit_is_lost_however_malformed(city):
    nested: list[object] = []
    nested.append([nested[:]])
    odd = [3, None, {}, {"kind": 5}, {"kind": "clsoe_street"}, {"kind": "close_street"}, [], "x", {"kind": "\ud800"}]
    _, steps = Drawings().steps(city, [*odd, CLOSE])
    assert len(steps) == len(odd) + 1
    assert all(step.problems and not step.made and step.edit is None for step in steps[:-1])
    assert steps[-1].made
    assert "did you mean 'close_street'?" in steps[4].problems[0].hint


def test_a_drawing_of_ten_thousand_corners_is_refused_with_the_limit(city):
    line = [[18.0 + k * 1e-6, 59.0] for k in range(10_000)]
    _, (step,) = Drawings().steps(city, [{"kind": "add_street", "line": line}])
    assert not step.made
    assert step.problems[0].what == "it has 10,000 points; 1,000 are possible"
    assert "fewer bends" in step.problems[0].hint
    assert step.sketch["features"][0]["properties"]["role"] == "refused"


def test_more_than_a_hand_could_draw_is_not_looked_at(city):
    _, steps = Drawings().steps(city, [{"kind": "add_street", "line": [[0, 0]] * 40_000}, {"x": "y" * 9_999}])
    assert "more than 100,000 values" in steps[0].problems[0].what
    assert "9,999 characters" in steps[1].problems[0].what
    with pytest.raises(InputError, match=f"{MOST_EDITS + 1} edits"):
        Drawings().steps(city, [CLOSE] * (MOST_EDITS + 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e308, "NaN", None, True, [1, 2, 3]])
def test_coordinates_that_are_none(city, value):
    edits = [{"kind": "add_place", "place_kind": "school", "at": [value, 59.0]}]
    edits.append({"kind": "add_street", "line": [[18.0, 59.0], [18.001, value]]})
    _, steps = Drawings().steps(city, edits)
    assert [step.made for step in steps] == [False, False]
    assert all(step.problems for step in steps)


def test_what_was_checked_once_is_kept(city, monkeypatch):
    asked = []
    close = catalog.edit("close_street")
    before = close.complaints
    monkeypatch.setattr(close, "complaints", lambda self, city: asked.append(self) or before(self, city))
    drawings = Drawings()
    drawings.steps(city, [CLOSE])
    first = len(asked)
    drawings.steps(city, [CLOSE, SCHOOL])
    assert len(asked) == first > 0
    drawings.steps(city, [SCHOOL, CLOSE])
    assert len(asked) > first


def test_what_is_kept_is_bounded(city, monkeypatch):
    monkeypatch.setattr(drawing, "KEPT", 2)
    drawings = Drawings()
    for number in range(5):
        drawings.steps(city, [{**SCHOOL, "capacity": number}])
    assert len(drawings._kept) == 2
