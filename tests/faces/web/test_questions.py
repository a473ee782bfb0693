"""A request's question as the lab understands it."""

from __future__ import annotations

import pytest

from stadslab.build import supports
from stadslab.core.errors import InputError, NotFoundError
from stadslab.faces.web import questions
from stadslab.faces.web.questions import (
    MOST_UNITS,
    Asked,
    check_size,
    missing,
    provided_by,
    ready,
    scenario_of,
    units_of,
)
from tests.faces.web.asking import SCHOOLS, a_street, desk_of


def test_a_question_without_edits_is_of_the_city_as_it_is(client):
    found = ready(desk_of(client), Asked(**SCHOOLS))
    assert found.scenario is None
    assert found.after is found.city
    assert found.key == found.base_key


def test_the_city_under_the_same_edits_is_one_object(client, town_lab):
    edits = [{"kind": "close_street", "street": a_street(town_lab)}]
    first, again = (ready(desk_of(client), Asked(**SCHOOLS, edits=edits)) for _ in range(2))
    assert first.after is again.after
    assert first.after.diff(first.city).keys() == {"streets"}


def test_warnings_are_kept_and_errors_raised(client):
    with pytest.raises(InputError) as error:
        ready(desk_of(client), Asked(**SCHOOLS, edits=[{"kind": "close_street", "street": "osm:way/0"}]))
    assert error.value.problems[0].where == "edit 1 (close_street), street"


def test_another_city_is_not_found(client):
    with pytest.raises(NotFoundError):
        ready(desk_of(client), Asked(**{**SCHOOLS, "city": "nowhere"}))


def test_no_edits_are_no_scenario():
    assert scenario_of([]) is None


def test_a_layer_nobody_provides_is_told_as_such(town_lab):
    assert missing(["streets", "unicorns"], town_lab.city("town")) == {"unicorns": []}
    assert provided_by([]) == "no source here provides it"


def test_more_units_than_a_map_can_show_are_refused():
    check_size(MOST_UNITS, "h3:9")
    with pytest.raises(InputError, match="larger"):
        check_size(MOST_UNITS + 1, "h3:12")


def test_cells_far_too_small_are_refused_before_they_are_laid_out(client, town_lab, monkeypatch):
    laid_out, make = [], supports.make_support
    monkeypatch.setattr(supports, "make_support", lambda spec, city: laid_out.append(spec) or make(spec, city))
    monkeypatch.setattr(questions, "FAR_TOO_MANY", 100_000)
    desk, town = desk_of(client), town_lab.city("town")
    with pytest.raises(InputError, match="more than 250,000"):
        units_of(desk, "square:1", town)
    assert "square:1" not in laid_out
    assert units_of(desk, " square:270", town).kind == "square:270"
    assert units_of(desk, "areas", town).kind == "areas"
    with pytest.raises(InputError, match="not understood"):
        units_of(desk, "square:0", town)
