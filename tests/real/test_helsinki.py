"""Travel times in central Helsinki beside R5's.

R5 ran on a larger and three years younger extract, adds the straight line from a cell's centre to the street at
walking speed (so do we) and reports whole minutes, rounded down. By bicycle it lets people push it along footways, and
by car it adds turn costs; we do neither, so those tables are held to loose bounds only.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stadslab.build.traveltimes import Travel
from tests.real import helsinki
from tests.truth_plugin import Checker

R5 = "R5 through r5py (3ff458e), tests/data"


@pytest.fixture(scope="module")
def city(real_data: Path) -> helsinki.Helsinki:
    return helsinki.load(real_data)


@pytest.mark.truth(
    id="pairs", what="Helsinki, walking: pairs of cells inside the extract", source=R5, expected=2070, unit="pairs"
)
@pytest.mark.truth(
    id="within",
    what="Helsinki, walking: share of pairs within 1 minute of R5",
    source=f"{R5}: r5_walking_times_grid_not_snapped",
    at_least=0.95,
)
@pytest.mark.truth(
    id="median",
    what="Helsinki, walking: median difference from R5",
    source=f"{R5}: r5_walking_times_grid_not_snapped",
    expected=0.0,
    unit="min",
)
def test_walking(city: helsinki.Helsinki, real_data: Path, truth: Checker) -> None:
    theirs = helsinki.published(real_data, "r5_walking_times_grid_not_snapped.csv.gz", city.cells)
    ours = city.minutes(Travel("walk", walk_speed_m_s=helsinki.WALK_M_S), city.cells)
    difference = (ours - theirs)[helsinki.apart(city.cells)]
    truth.check(difference.size, id="pairs")
    truth.check(float(np.mean(np.abs(difference) <= 1)), id="within")
    truth.check(float(np.median(difference)), id="median")


@pytest.mark.parametrize(
    ("mode", "name", "within_three"),
    [("walk", "r5_travel_times_walk.csv", 1.0), ("cycle", "r5_travel_times_bicycle.csv", 0.95)],
)
def test_other_tables(city: helsinki.Helsinki, real_data: Path, mode: str, name: str, within_three: float) -> None:
    cells = city.cells[city.cells % 5 == 0]
    travel = Travel(mode, walk_speed_m_s=helsinki.WALK_M_S, cycle_speed_m_s=helsinki.CYCLE_M_S)  # type: ignore[arg-type]
    difference = (city.minutes(travel, cells) - helsinki.published(real_data, name, cells))[helsinki.apart(cells)]
    assert len(difference) == 90
    assert np.mean(np.abs(difference) <= 3) >= within_three
    assert abs(np.median(difference)) <= 1


def test_by_car_free_flow_is_never_slower_than_with_turn_costs(city: helsinki.Helsinki, real_data: Path) -> None:
    cells = city.cells[city.cells % 5 == 0]
    ours = city.minutes(Travel("drive", walk_speed_m_s=helsinki.WALK_M_S), cells)
    theirs = helsinki.published(real_data, "r5_travel_times_car.csv", cells)
    both = helsinki.apart(cells) & np.isfinite(ours) & np.isfinite(theirs)
    assert both.sum() >= 80  # the rest needs streets outside the small extract
    assert np.mean(ours[both] <= theirs[both]) >= 0.95
