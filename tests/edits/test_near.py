"""What lies near a place is found from what the layer was before the plan, and is what looking at every row finds."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from stadslab.core.city import City
from stadslab.core.layer import Layer
from stadslab.core.scenario import Scenario
from stadslab.edits import _joining, _near
from stadslab.edits._ground import geometries
from stadslab.edits.add_street import AddStreet
from stadslab.edits.close_street import CloseStreet
from tests.build.edited import edited
from tests.edits.village import village


def in_box(layer: Layer, box: tuple[float, float, float, float]) -> list[str]:
    table = layer.scan("id", "geometry")
    west, south, east, north = shapely.bounds(geometries(table)).T
    there = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    return [name for name, inside in zip(table["id"].to_pylist(), there.tolist(), strict=True) if inside]


@pytest.mark.parametrize("few", [0, 200])
def test_every_version_of_a_city_tells_what_looking_at_all_rows_tells(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(_near, "FEW", few)
    base, random = village(), np.random.default_rng(1)
    for after in [base, *edited(base, 20, 6)]:
        layer = after["streets"]
        whole = shapely.total_bounds(geometries(layer.scan("geometry")))
        assert _near.box_of(layer) == tuple(whole)
        for _ in range(5):
            one, other = (random.uniform(whole[:2], whole[2:]) for _ in range(2))
            box = (*np.minimum(one, other).tolist(), *np.maximum(one, other).tolist())
            found = _near.rows_near(layer, box, ("name", "geometry"))
            assert found["id"].to_pylist() == in_box(layer, box)
            assert found.column_names == ["id", "name", "geometry"]
            assert found.equals(layer.find(found["id"].to_pylist()).select(["id", "name", "geometry"]))


def test_a_layer_without_shapes_has_no_box() -> None:
    base = village()
    empty = base["streets"].overlaid(frozenset(base["streets"].scan("id")["id"].to_pylist()), None)
    assert _near.box_of(empty) is None
    assert not _near.rows_near(empty, (-180, -90, 180, 90), ("geometry",)).num_rows


def test_a_new_street_is_fitted_as_if_every_street_had_been_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    base = village()
    ids = base["streets"].scan("id")["id"].to_pylist()
    city: City = base.under(Scenario("p", (CloseStreet(ids[1]), CloseStreet(ids[4], modes=("walk",)))))
    west, south, east, north = _near.box_of(base["streets"]) or (0, 0, 0, 0)
    random = np.random.default_rng(2)
    low, high = np.array([west, south]) - 0.004, np.array([east, north]) + 0.004
    told = []
    for reach in (0.0, 60.0, 500.0, 1e7):
        monkeypatch.setattr(_joining, "REACH_M", reach)
        random = np.random.default_rng(2)
        answers = []
        for _ in range(40):
            points = tuple((float(x), float(y)) for x, y in random.uniform(low, high, (2, 2)))
            edit = AddStreet(line=points, modes=("walk",) if random.integers(2) else ("walk", "cycle"))
            problems = [str(problem) for problem in edit.problems(city)]
            fails = any(p.severity == "error" for p in edit.problems(city))
            rows = [] if fails else [delta.upsert.to_pylist() for delta in edit.deltas(city)]
            answers.append((problems, rows, edit.sentence(city)))
        told.append(answers)
    assert told[0] == told[1] == told[2] == told[3]
