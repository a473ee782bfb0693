"""The whole thread on Porto Alegre: load, measure, change, compare, write, verify."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from stadslab.brief.verb_brief import BriefRequest, brief
from stadslab.brief.verb_verify import VerifyRequest, verify
from stadslab.core.progress import silent
from stadslab.core.scenario import Scenario
from stadslab.edits.add_place import AddPlace
from stadslab.edits.close_street import CloseStreet
from stadslab.lab.lab import Lab
from tests.real import porto_alegre
from tests.truth_plugin import Checker

HEXAGONS = "poa_hexgrid.csv of r5r (65e61df): IBGE census 2010, Ipea Access to Opportunities"
CITY = porto_alegre.CITY


@pytest.fixture(scope="module")
def lab(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return porto_alegre.load(real_data, tmp_path_factory.mktemp("porto-alegre") / "poa.lab")


@pytest.mark.truth(
    id="people", what="Porto Alegre: people on H3 cells", source=HEXAGONS, expected=porto_alegre.PEOPLE, unit="people"
)
@pytest.mark.truth(
    id="jobs", what="Porto Alegre: jobs on H3 cells", source=HEXAGONS, expected=porto_alegre.JOBS, unit="jobs"
)
def test_everybody_is_placed(lab: Lab, truth: Checker) -> None:
    people = lab.people("h3:9", lab.city(CITY))
    truth.check(int(people.total.sum()), id="people")
    truth.check(int(people.counts["jobs", "all"].sum()), id="jobs")


@pytest.mark.parametrize("kind", ["school", "health"])
def test_nearly_everybody_walks_to_school_and_healthcare_within_the_hour(lab: Lab, kind: str) -> None:
    minutes = lab.measure(CITY, "walk_to_nearest", kind=kind)
    people = lab.people("h3:9", lab.city(CITY)).total
    reached = people[np.isfinite(minutes.mean())].sum()
    assert 0.999 < reached / people.sum() < 1
    silent_units = (minutes.reason == 0) & ~np.isfinite(minutes.mean())
    assert not silent_units.any(), "every unit without a number says why"


def test_a_closed_street_and_a_new_school_are_compared_and_told(lab: Lab, tmp_path: Path) -> None:
    city = lab.city(CITY)
    base = lab.measure(CITY, "walk_to_nearest", kind="school")
    people = lab.people("h3:9", city).total
    minutes = base.mean()
    worst = int(np.argmax(np.where(np.isfinite(minutes), minutes, 0) * people))
    lon, lat = (round(float(c), 6) for c in base.support.points[worst])
    streets = city["streets"].scan()
    primary = streets.filter(pc.equal(streets["highway"], "primary"))
    street = primary["id"][int(np.argmax(primary["length_m"].to_numpy()))].as_py()
    school = AddPlace(place_kind="school", at=(lon, lat), name="Escola nova")
    lab.save_scenario(CITY, Scenario("plan", (CloseStreet(street), school), why="A test of the chain").pinned(city))

    comparison = lab.compare(CITY, "walk_to_nearest", "plan", kind="school")
    (everybody,) = comparison.by("total")
    assert everybody.people == porto_alegre.PEOPLE
    assert everybody.gain >= people[worst] > 0
    assert everybody.gain + everybody.lose + everybody.same + everybody.unknown == everybody.people
    assert comparison.better()[worst] == 1

    path = tmp_path / "plan.html"
    reply = brief(lab, BriefRequest(CITY, ("plan",), ("walk_to_nearest:kind=school",), to=str(path)), silent)
    text = path.read_text(encoding="utf-8")
    assert reply.size < 3_000_000
    assert "© OpenStreetMap contributors" in text
    assert f"{everybody.gain:,}" in text
    found = verify(lab, VerifyRequest(path), silent)
    assert not found.failed, found.lines()
    path.write_text(text.replace(f"{everybody.gain:,}", f"{everybody.gain + 1:,}"), encoding="utf-8")
    assert verify(lab, VerifyRequest(path), silent).failed
