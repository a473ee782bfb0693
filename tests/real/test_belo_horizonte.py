"""Access and its inequality in Belo Horizonte: what the documentation of the R package `accessibility` prints.

Travel times, people, jobs and schools of 898 cells come with that package (Ipea, Access to Opportunities Project).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stadslab.core.progress import silent
from stadslab.kernels import inequality, opportunities
from stadslab.kernels.opportunities import Matrix
from stadslab.lab.lab import Lab
from stadslab.lab.verbs.equity import EquityRequest, equity
from tests.truth_plugin import Checker

R = "documentation of the R package accessibility (Pereira & Herszenhut 2022)"
LINE = 95_368.0
COLUMNS = ("population=total:all", "jobs=jobs:all", "schools=schools:all", "income_per_capita=income:mean")
FIVE = ["89a88cd909bffff", "89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff"]


@dataclass(frozen=True)
class Cells:
    """The 898 cells. matrix: minutes between them; jobs: those within 30 minutes."""

    ids: list[str]
    matrix: Matrix
    column: dict[str, np.ndarray]
    reach: np.ndarray

    def at(self, *ids: str) -> list[int]:
        return [self.ids.index(i) for i in ids]


@pytest.fixture(scope="module")
def cells(real_data: Path) -> Cells:
    import pandas as pd

    folder = real_data / "accessibility"
    land = pd.read_csv(folder / "bho_land_use.csv")
    ids = land["id"].tolist()
    number = {i: n for n, i in enumerate(ids)}
    ways = pd.read_parquet(folder / "bho_travel_matrix.parquet")
    matrix = Matrix.of(ways["from_id"].map(number), ways["to_id"].map(number), ways["travel_time"], len(ids), len(ids))
    columns = {name: land[name].to_numpy(float) for name in land.columns if name != "id"}
    return Cells(ids, matrix, columns, opportunities.within(matrix, columns["jobs"], 30))


def printed(real_data: Path, number: int) -> dict[str, Any]:
    checks: list[dict[str, Any]] = json.loads((real_data / "accessibility/expected_access.json").read_text())["checks"]
    return dict(checks[number]["values"])


def ranked(cells: Cells, at: Any = slice(None)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Jobs within 30 minutes, people and income."""
    return cells.reach[at], cells.column["population"][at], cells.column["income_per_capita"][at]


@pytest.mark.truth(
    id="school",
    what="Belo Horizonte: minutes to the closest school, largest difference in 6 cells",
    source=R,
    expected=0,
    unit="min",
)
@pytest.mark.truth(
    id="jobs",
    what="Belo Horizonte: jobs within 30 minutes, largest difference in 6 cells",
    source=R,
    expected=0,
    unit="jobs",
)
@pytest.mark.truth(
    id="gravity", what="Belo Horizonte: schools weighted by exp(-0.2 t), largest difference in 6 cells", source=R,
    expected=0, tolerance=5e-9, unit="schools",
)  # fmt: skip
def test_access(cells: Cells, real_data: Path, truth: Checker) -> None:
    schools = cells.column["schools"]
    answers = {
        "school": opportunities.to_closest(cells.matrix, schools),
        "jobs": cells.reach,
        "gravity": opportunities.gravity(cells.matrix, schools, opportunities.exponential(0.2)),
    }
    for number, (name, found) in enumerate(answers.items()):
        expected = printed(real_data, number)
        assert len(expected) == 6
        truth.check(np.abs(found[cells.at(*expected)] - list(expected.values())).max(), id=name)


@pytest.mark.truth(
    id="gini",
    what="Belo Horizonte: Gini index of jobs within 30 minutes",
    source=R,
    expected=0.4715251,
    tolerance=5e-8,
)
@pytest.mark.truth(
    id="theil", what="Belo Horizonte: Theil T of jobs within 30 minutes", source=R, expected=0.3616631, tolerance=5e-8
)
@pytest.mark.truth(
    id="palma",
    what="Belo Horizonte: Palma ratio of jobs within 30 minutes, by income",
    source=R,
    expected=3.800465,
    tolerance=5e-7,
)
@pytest.mark.truth(
    id="poor cut",
    what="Belo Horizonte: income at or below which the poorest 40 % are",
    source=R,
    expected=1208.6,
    unit="BRL",
)
@pytest.mark.truth(
    id="rich cut",
    what="Belo Horizonte: income above which the richest 10 % are",
    source=R,
    expected=3741.6,
    unit="BRL",
)
@pytest.mark.truth(
    id="ci",
    what="Belo Horizonte: concentration index of jobs within 30 minutes, by income",
    source=R,
    expected=0.2865013,
    tolerance=5e-8,
)
@pytest.mark.truth(
    id="corrected", what="Belo Horizonte: corrected concentration index, bounds over all 898 cells", source=R,
    expected=0.3346494, tolerance=5e-8,
)  # fmt: skip
def test_inequality(cells: Cells, truth: Checker) -> None:
    values, people, income = ranked(cells)
    assert np.isnan(income).sum() == 78
    assert people[np.isnan(income)].sum() == 0
    found = inequality.palma(values, people, income)
    truth.check(inequality.gini(values, people), id="gini")
    truth.check(inequality.theil_t(values, people).total, id="theil")
    truth.check(found.ratio, id="palma")
    truth.check(found.poor_cut, id="poor cut")
    truth.check(found.rich_cut, id="rich cut")
    # some cells have the same income; the package takes them in the order of its table
    index = partial(inequality.concentration_index, values, people, income)
    truth.check(index(ties="listed"), id="ci")
    truth.check(index(kind="corrected", ties="listed"), id="corrected")
    assert index() == pytest.approx(index(ties="listed"), abs=3e-5)


@pytest.mark.truth(
    id="0",
    what="Belo Horizonte: share of people below 95,368 jobs in 30 minutes (FGT0)",
    source=R,
    expected=0.5745378,
    tolerance=5e-8,
)
@pytest.mark.truth(
    id="1", what="Belo Horizonte: mean gap to 95,368 jobs (FGT1)", source=R, expected=0.3277383, tolerance=5e-8
)
@pytest.mark.truth(
    id="2", what="Belo Horizonte: mean squared gap to 95,368 jobs (FGT2)", source=R, expected=0.2218769, tolerance=5e-8
)  # fmt: skip
def test_poverty(cells: Cells, truth: Checker) -> None:
    values, people, _ = ranked(cells)
    for alpha in (0, 1, 2):
        truth.check(inequality.foster_greer_thorbecke(values, people, LINE, alpha), id=str(alpha))


@pytest.mark.truth(
    id="gini", what="Five cells: Gini index of jobs within 30 minutes", source=R, expected=0.1386, tolerance=5e-5
)
@pytest.mark.truth(id="ci", what="Five cells: concentration index", source=R, expected=-0.0248, tolerance=5e-5)
@pytest.mark.truth(
    id="corrected", what="Five cells: corrected concentration index", source=R, expected=-0.1314, tolerance=5e-5
)
@pytest.mark.truth(id="0", what="Five cells: share of people below 100,000 jobs (FGT0)", source=R, expected=1)
@pytest.mark.truth(
    id="1", what="Five cells: mean gap to 100,000 jobs (FGT1)", source=R, expected=0.5588, tolerance=5e-5
)
@pytest.mark.truth(id="2", what="Five cells: mean squared gap (FGT2)", source=R, expected=0.3256,
                   tolerance=5e-5)  # fmt: skip
def test_five_cells(cells: Cells, truth: Checker) -> None:
    values, people, income = ranked(cells, cells.at(*FIVE))
    truth.check(inequality.gini(values, people), id="gini")
    truth.check(inequality.concentration_index(values, people, income), id="ci")
    truth.check(inequality.concentration_index(values, people, income, kind="corrected"), id="corrected")
    for alpha in (0, 1, 2):
        truth.check(inequality.foster_greer_thorbecke(values, people, 100_000, alpha), id=str(alpha))


# the same through a laboratory


@pytest.fixture(scope="module")
def lab(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = real_data / "accessibility"
    found = Lab(tmp_path_factory.mktemp("belo-horizonte") / "bho.lab")
    found.load("bho", folder / "bho_grid.parquet", source="areas", id_column="id")
    found.load("bho", folder / "bho_land_use.csv", source="people", key="id", columns=COLUMNS)
    found.load("bho", folder / "bho_travel_matrix.parquet")
    return found


def test_the_laboratory_gives_every_cell_the_same(lab: Lab, cells: Cells) -> None:
    reach = lab.measure("bho", "matrix_access", support="areas", what="jobs", minutes=30)
    assert list(reach.support.ids) == cells.ids
    assert (reach.mean() == cells.reach).all()
    schools = lab.measure("bho", "matrix_access", support="areas", what="schools", decay="exponential", rate=0.2)
    weight = opportunities.gravity(cells.matrix, cells.column["schools"], opportunities.exponential(0.2))
    np.testing.assert_allclose(schools.mean(), weight)
    nearest = lab.measure("bho", "matrix_to_nearest", support="areas", what="schools")
    assert (nearest.mean() == opportunities.to_closest(cells.matrix, cells.column["schools"])).all()


PUBLISHED = {
    "gini": 0.4715251, "palma": 3.800465, "concentration": 0.2865013, "corrected": 0.3346494, "theil": 0.3616631,
    "fgt0": 0.5745378, "fgt1": 0.3277383, "fgt2": 0.2218769,
}  # fmt: skip


def test_the_laboratory_says_how_fairly_jobs_are_in_reach(lab: Lab) -> None:
    asked = EquityRequest(
        "bho",
        "matrix_access",
        support="areas",
        poverty_line=LINE,
        ties="listed",
        params={"what": "jobs", "minutes": 30},
    )
    reply = equity(lab, asked, silent)
    for name, number in PUBLISHED.items():
        assert f"{reply.now.figures[name].value:.7g}" == f"{number:.7g}", name
    assert reply.now.figures["poor_cut"].value == 1208.6
    assert reply.now.figures["rich_cut"].value == 3741.6
    assert "the richest tenth have 3.8 times what the poorest 40 % have" in "\n".join(reply.lines())
