"""Areas: what their people have, counted by hand on the grid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.core.support import Population, Support
from stadslab.core.values import Values
from stadslab.lab.areas import area_of, by_area
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from tests.lab import cities

N = cities.N


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(Path(tmp_path_factory.mktemp("areas")) / "grid.lab")
    manifests.save_city(made.folder, cities.city())
    return made


def asked(lab: Lab) -> tuple[Values, Population, Support]:
    city = lab.city("grid")
    values = lab.measure("grid", "walk_access", minutes=10, support="square:130")
    return values, lab.people("square:130", city), lab.builds.support("areas", city)


def test_everybody_is_in_one_area_and_the_whole_is_the_sum_of_its_parts(lab: Lab) -> None:
    values, people, areas = asked(lab)
    found = by_area(values, people, areas)
    area = area_of(values.support, areas)
    inside = area >= 0
    assert found.counted
    assert found.people.sum() == people.total[inside].sum()
    assert found.units.sum() == inside.sum()
    mean, finite = values.mean(), np.isfinite(values.mean()) & inside
    held = np.bincount(area[finite], people.total[finite], len(areas))
    whole = np.average(mean[finite], weights=people.total[finite])
    assert np.average(found.mean, weights=held) == pytest.approx(whole, rel=0.01)  # means are rounded
    alone = by_area(values, None, areas)
    assert np.average(alone.mean, weights=alone.units) == pytest.approx(mean[finite].mean())


def test_means_and_quantiles_weigh_people(lab: Lab) -> None:
    values, people, areas = asked(lab)
    area = area_of(values.support, areas)
    found = by_area(values, people, areas)
    for at in range(len(areas)):
        each = np.repeat(values.mean()[area == at], people.total[area == at])
        each = np.sort(each[~np.isnan(each)])
        assert found.mean[at] == pytest.approx(each.mean(), rel=0.02)
        assert found.mean[at] != each.mean()  # rounded, so that nobody can be counted from it
        for name, q in (("tenth", 0.1), ("median", 0.5), ("ninetieth", 0.9)):
            assert getattr(found, name)[at] == np.quantile(each, q, method="inverted_cdf")


def test_nobody_gets_anywhere_and_nobody_knows(lab: Lab) -> None:
    values, people, areas = asked(lab)
    area = area_of(values.support, areas)
    draws = values.draws.copy()
    draws[area == 0] = np.inf
    draws[area == 1] = np.nan
    found = by_area(replace(values, draws=draws, direction="cost"), people, areas)
    assert np.isnan(found.mean[:2]).all()
    assert np.isinf(found.median[0])
    assert np.isnan(found.median[1])
    assert (found.none[0], found.none[1]) == (found.people[0], 0)
    assert (found.unknown[0], found.unknown[1]) == (0, found.people[1])


def test_without_people_units_are_counted(lab: Lab) -> None:
    values, _, areas = asked(lab)
    found = by_area(values, None, areas)
    assert not found.counted
    assert (found.people == found.units).all()


def test_of_overlapping_areas_the_first_is_taken_and_outside_there_is_none() -> None:
    boxes = pa.array([bytes(shapely.to_wkb(shapely.box(0, 0, x, 1))) for x in (1, 2)], pa.binary())
    areas = Support("areas", ("a", "b"), boxes, np.array([[0.5, 0.5], [1.0, 0.5]]))
    points = np.array([[0.5, 0.5], [1.5, 0.5], [3.0, 0.5]])
    units = Support("x", ("1", "2", "3"), pa.array([b"", b"", b""], pa.binary()), points)
    assert area_of(units, areas).tolist() == [0, 1, -1]
