"""Numbers made again from their receipts, from the very layers they were made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stadslab.core.compare import Comparison
from stadslab.core.errors import NotFoundError
from stadslab.core.progress import silent
from stadslab.core.scenario import Scenario
from stadslab.edits.remove_place import RemovePlace
from stadslab.lab.again import measure_again
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from stadslab.testing.gridcity import grid
from tests.lab import cities

PLAN = Scenario("fewer", (RemovePlace("grid:place/0,0"),))


def test_a_comparison_comes_out_again_without_the_cache(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "grid.lab")
    manifests.save_city(lab.folder, grid(5))
    first = lab.compare("grid", "walk_to_nearest", PLAN, support="h3:11", draws=3, kind="school")
    for path in lab.folder.values.iterdir():
        path.unlink()
    manifests.save_city(lab.folder, grid(6))  # the name moves on; the receipt does not
    receipts = {"base": first.base.receipt.to_json(), "after": first.after.receipt.to_json()}
    again = measure_again(lab, receipts, silent)
    assert isinstance(again, Comparison)
    assert np.array_equal(again.base.draws, first.base.draws)
    assert np.array_equal(again.after.draws, first.after.draws)
    assert again.by("total") == first.by("total")
    assert not list(lab.folder.values.iterdir()), "nothing is taken from or put into the cache"


def test_a_city_that_is_gone_or_another_is_told(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "grid.lab")
    manifests.save_city(lab.folder, grid(5))
    values = lab.measure("grid", "walk_to_nearest", support="h3:11", kind="school")
    measure = {"base": values.receipt.to_json(), "after": None}
    bare = Lab(tmp_path / "bare.lab")
    with pytest.raises(NotFoundError, match="it is not in this lab"):
        measure_again(bare, measure, silent)
    manifests.save_city(bare.folder, grid(4))
    with pytest.raises(NotFoundError, match="places, streets, people differ"):
        measure_again(bare, measure, silent)


def test_a_layer_that_came_later_does_not_move_the_units_of_an_old_brief(tmp_path: Path) -> None:
    whole = cities.city()
    bare = replace(whole, layers={name: whole[name] for name in ("streets", "places")})
    lab = cities.kept(tmp_path / "grid.lab", bare)
    values = lab.measure("grid", "walk_to_nearest", support="h3:11", kind="school")
    manifests.save_city(lab.folder, bare.with_layer(cities.areas(30)))  # wider than the streets: more cells
    again = measure_again(lab, {"base": values.receipt.to_json(), "after": None}, silent)
    assert isinstance(again, tuple)
    assert again[0].support.digest == values.support.digest
    assert np.array_equal(again[0].draws, values.draws)


def test_a_city_in_another_projection_is_not_the_one_of_the_brief(tmp_path: Path) -> None:
    first = cities.kept(tmp_path / "one.lab", cities.city())
    values = first.measure("grid", "walk_to_nearest", support="square:130", kind="school")
    other = cities.kept(tmp_path / "other.lab", replace(cities.city(), crs="EPSG:3857"))
    with pytest.raises(NotFoundError, match="it works in EPSG:3857"):
        measure_again(other, {"base": values.receipt.to_json(), "after": None}, silent)
