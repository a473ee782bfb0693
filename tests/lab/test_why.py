"""What is told of a number is what the number was made of: parts add up to it, places in reach count to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stadslab.core.values import Reason, Values
from stadslab.lab import catalog
from stadslab.lab.lab import Lab
from stadslab.lab.run import Question
from stadslab.lab.why import Why, why

TOWN = "town"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(Path(tmp_path_factory.mktemp("why")) / "town.lab")
    made.load(TOWN, source="synthetic", people=800)
    return made


def asked(lab: Lab, indicator: str, **params: Any) -> tuple[Values, Question]:
    question = Question.of(catalog.indicator(indicator), params, "h3:9")
    return lab.answer(question, lab.city(TOWN), None)[0], question


def told(lab: Lab, question: Question, values: Values, unit: int) -> Why:
    city = lab.city(TOWN)
    return why(lab, question, city, city, values.support, unit)


def some(mask: np.ndarray[Any, Any], number: int = 4) -> list[int]:
    found = np.flatnonzero(mask)
    assert len(found)
    return found[np.linspace(0, len(found) - 1, number).astype(int)].tolist()


def minutes(found: Why) -> float:
    return sum(leg.seconds for leg in found.legs) / 60


def a_place(lab: Lab) -> str:
    table = lab.city(TOWN)["places"].scan("id", "kind").to_pylist()
    return next(row["id"] for row in table if row["kind"] == "school")


@pytest.mark.parametrize("rank", [1, 2])
def test_the_walk_to_the_nearest_place_adds_up(lab: Lab, rank: int) -> None:
    values, question = asked(lab, "walk_to_nearest", kind="any", rank=rank)
    for unit in some(np.isfinite(values.mean())):
        found = told(lab, question, values, unit)
        assert found.how == "walk"
        assert minutes(found) == pytest.approx(values.mean()[unit], abs=0.002)
        assert found.places[rank - 1].minutes == pytest.approx(values.mean()[unit], abs=1e-6)
        walked = [leg.metres for leg in found.legs]
        assert None not in walked
        assert sum(m for m in walked if m) == pytest.approx(found.places[rank - 1].metres, abs=1)
        kinds = [feature["properties"]["kind"] for feature in found.path["features"]]
        assert kinds[:3] == ["to_street", "along", "from_street"]
        assert set(kinds[3:]) == {"place"}


def test_out_of_reach_there_is_no_trip(lab: Lab) -> None:
    values, question = asked(lab, "walk_to_nearest", kind="school", max_minutes=2)
    for unit in some(values.reason == Reason.BEYOND_LIMIT):
        found = told(lab, question, values, unit)
        assert (found.how, found.legs, found.places) == ("reach", (), ())


def test_places_within_reach_are_as_many_as_the_number(lab: Lab) -> None:
    values, question = asked(lab, "walk_access", kind="food_shop", minutes=15)
    for unit in some(values.mean() > 0):
        found = told(lab, question, values, unit)
        assert found.how == "reach"
        assert found.in_reach == values.mean()[unit]
        assert len(found.places) == min(found.in_reach, 5)
        times = [place.minutes for place in found.places if place.minutes is not None]
        assert times == sorted(times)
        assert times[-1] <= 15


@pytest.mark.parametrize("mode", ["walk", "cycle", "drive"])
def test_the_way_to_one_place_adds_up(lab: Lab, mode: str) -> None:
    values, question = asked(lab, "travel_time_to", to=a_place(lab), mode=mode)
    for unit in some(np.isfinite(values.mean())):
        found = told(lab, question, values, unit)
        assert found.how == mode
        assert minutes(found) == pytest.approx(values.mean()[unit], abs=0.002)


@pytest.mark.parametrize("extra", [{}, {"percentile": 90.0}, {"arrive": "09:00", "window_minutes": 1}])
def test_the_journey_is_one_of_the_window(lab: Lab, extra: dict[str, Any]) -> None:
    day = str(lab.city(TOWN)["service_days"].scan("date")["date"].to_pylist()[0])
    values, question = asked(lab, "transit_time_to", to=a_place(lab), date=day, **{"window_minutes": 20, **extra})
    for unit in some(np.isfinite(values.mean()), 3):
        found = told(lab, question, values, unit)
        assert found.how == "journey"
        starts = [leg.start_s for leg in found.legs if leg.start_s is not None]
        assert starts == sorted(starts)
        assert minutes(found) == pytest.approx(values.mean()[unit], abs=0.02)


def test_what_public_transport_reaches_begins_at_stops_nearby(lab: Lab) -> None:
    day = str(lab.city(TOWN)["service_days"].scan("date")["date"].to_pylist()[0])
    values, question = asked(lab, "transit_access", what="school", date=day, minutes=20, window_minutes=5)
    found = told(lab, question, values, int(np.argmax(values.mean())))
    assert found.how == "stops"
    assert found.places
    assert all(stop.minutes is not None and stop.minutes <= 20 for stop in found.places)
    assert len({stop.name for stop in found.places}) == len(found.places)


def test_a_number_without_a_trip_says_so(lab: Lab) -> None:
    values, question = asked(lab, "street_centrality")
    assert told(lab, question, values, 0).how == "nothing"
