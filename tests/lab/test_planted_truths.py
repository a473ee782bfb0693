"""What was planted in the demonstration city comes out of the lab again, through the same doors a real city uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from stadslab.core.scenario import Scenario
from stadslab.edits.close_street import CloseStreet
from stadslab.lab.lab import Lab
from stadslab.sources.synthetic.generate import generate
from tests.truth_plugin import Checker

PLANTED = "planted in the demonstration city (5,000 people, seed 1)"
PEOPLE = 5_000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp("town")
    made = generate(folder / "files", people=PEOPLE, seed=1, name="town")
    lab = Lab(folder / "town.lab")
    lab.load("town", made.osm, made.areas, made.people_table, source="synthetic")
    return lab, made.truths


@pytest.fixture(scope="module")
def closed(town: tuple[Lab, dict[str, Any]]) -> Scenario:
    _, truths = town
    ways = truths["lone_island"]["bridge_way_ids"]
    return Scenario("no-bridge", tuple(CloseStreet(f"osm:way/{way}") for way in ways))


@pytest.mark.parametrize("kind", ["school", "preschool", "clinic"])
def test_closing_the_bridge_cuts_off_exactly_the_island(
    town: tuple[Lab, dict[str, Any]], closed: Scenario, kind: str
) -> None:
    lab, truths = town
    island = truths["lone_island"]
    comparison = lab.compare("town", "walk_to_nearest", closed, support="areas", kind=kind, max_minutes=240)
    (everybody,) = comparison.by("total")
    assert (everybody.people, everybody.cut_off, everybody.lose, everybody.gain) == (
        PEOPLE,
        island["people"],
        island["people"],
        0,
    )
    units = [u for u, change in zip(comparison.base.support.ids, comparison.change(), strict=True) if change > 0]
    assert units == sorted(island["area_codes"])
    for dimension in ("age", "income", "origin"):
        for change in comparison.by(dimension):
            name = f"{dimension}_{change.group}".replace("-", "_").replace("80+", "80_plus")
            if not change.suppressed:
                assert change.cut_off == island["groups"][name], name


def test_on_small_cells_all_but_a_handful_at_the_shore_are_found(
    town: tuple[Lab, dict[str, Any]], closed: Scenario
) -> None:
    lab, truths = town
    island = truths["lone_island"]["people"]
    (everybody,) = lab.compare("town", "walk_to_nearest", closed, support="h3:10", kind="school").by("total")
    assert abs(everybody.cut_off - island) <= 0.02 * island


def test_a_closed_bridge_is_the_reason_that_is_given(town: tuple[Lab, dict[str, Any]], closed: Scenario) -> None:
    lab, truths = town
    after = lab.measure("town", "walk_to_nearest", support="areas", scenario=closed, kind="school")
    table = after.table().to_pandas().set_index("id")
    assert set(table.loc[truths["lone_island"]["area_codes"], "reason"]) == {"no way through the network"}


@pytest.mark.truth(what="Dissimilarity of origin over areas", source=PLANTED, expected=0.35, tolerance=0.005)
def test_dissimilarity_of_origin(town: tuple[Lab, dict[str, Any]], truth: Checker) -> None:
    lab, truths = town
    people = lab.people("areas", lab.city("town"))
    native, foreign = (people.counts["origin", group] for group in ("native", "foreign"))
    ours = 0.5 * float(np.abs(native / native.sum() - foreign / foreign.sum()).sum())
    assert ours == pytest.approx(truths["dissimilarity_of_origin"]["of_the_written_integers"], abs=1e-9)
    truth.check(ours)


@pytest.mark.parametrize("support", ["areas", "h3:9", "square:250"])
def test_everybody_is_there_by_group_on_every_ruler(town: tuple[Lab, dict[str, Any]], support: str) -> None:
    lab, truths = town
    people = lab.people(support, lab.city("town"))
    totals = truths["people"]["totals"]
    assert people.total.sum() == totals["total"]
    for dimension in ("age", "income", "origin"):
        for group in people.groups(dimension):
            name = f"{dimension}_{group}".replace("-", "_").replace("80+", "80_plus")
            held = people.suppressed.get((dimension, group))
            if held is None or not held.any():
                assert people.counts[dimension, group].sum() == totals[name]


def test_places_by_kind_are_those_that_were_planted(town: tuple[Lab, dict[str, Any]]) -> None:
    lab, truths = town
    kinds = lab.city("town")["places"].scan("kind")["kind"]
    found = {row["values"]: row["counts"] for row in pc.value_counts(kinds).to_pylist()}
    same_word = {"school": "school", "preschool": "kindergarten", "pharmacy": "pharmacy", "supermarket": "supermarket"}
    for kind, planted in same_word.items():
        assert found[kind] == truths["places"]["by_kind"][planted]


def test_everything_says_it_is_synthetic(town: tuple[Lab, dict[str, Any]]) -> None:
    lab, _ = town
    assert all(layer.stamp.synthetic for layer in lab.city("town").layers.values())
