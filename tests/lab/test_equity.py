"""How an answer is shared among people: closed forms, what is left out and said, what may be told, before and after."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from stadslab.core.errors import InputError
from stadslab.core.progress import silent
from stadslab.core.receipt import Receipt
from stadslab.core.scenario import Scenario
from stadslab.core.support import Population, Support
from stadslab.core.values import Values
from stadslab.edits.remove_place import RemovePlace
from stadslab.lab.equity import Asked, Equity, equity, joint_bounds
from stadslab.lab.lab import Lab
from stadslab.lab.ranking import ranking_of
from stadslab.lab.verbs.equity import EquityReply, EquityRequest
from stadslab.lab.verbs.equity import equity as ask
from stadslab.store import manifests
from stadslab.testing import gridcity

INF, NAN = math.inf, math.nan


def ruler(n: int) -> Support:
    return Support("test", tuple(f"u{i}" for i in range(n)), pa.array([b""] * n, pa.binary()), np.zeros((n, 2)))


def answer(*draws: list[float], direction: str = "benefit") -> Values:
    table = np.array(draws, float).T
    receipt = Receipt("town", "EPSG:32633", "test", 1, {}, "test", "", {})
    return Values("test", "How?", "jobs", direction, ruler(len(table)), table, np.zeros(len(table), np.int8), receipt)


def living(total: list[int], means: list[float] | None = None, **groups: dict[str, list[int]]) -> Population:
    counts = {("total", "all"): np.array(total)}
    counts |= {(d, g): np.array(n) for d, named in groups.items() for g, n in named.items()}
    known = {("income", "mean"): np.array(means, float)} if means is not None else {}
    return Population(ruler(len(total)).digest, counts, {}, known, "as given")


def measured(values: Values, people: Population, *, ranked_by: str = "", **asked: Any) -> Equity:
    bounds = asked.pop("bounds", joint_bounds(values, unreachable=asked.get("unreachable")))
    return equity(
        values, people, Asked(ranking_of(people, ranked_by), tuple(people.dimensions), bounds=bounds, **asked)
    )


def test_poor_and_rich_live_apart() -> None:
    found = measured(answer([1.0, 3.0]), living([50, 50], income={"low": [50, 0], "high": [0, 50]}))
    assert found.figures["palma"].value == pytest.approx(3)
    assert found.figures["concentration"].value == pytest.approx(0.25)
    assert found.figures["corrected"].value == pytest.approx(1)  # the poor have the least there is, the rich the most
    between, within = found.theil["income"]
    assert within == pytest.approx(0, abs=1e-12)
    assert between == pytest.approx(found.figures["theil"].value)
    assert [(g.group, g.mean, g.gini) for g in found.groups] == [
        ("all", 2.0, pytest.approx(0.25)),
        ("low", 1.0, pytest.approx(0)),
        ("high", 3.0, pytest.approx(0)),
    ]


def test_poor_and_rich_live_together() -> None:
    found = measured(answer([1.0, 3.0]), living([50, 50], income={"low": [25, 25], "high": [25, 25]}))
    assert found.figures["palma"].value == pytest.approx(1)
    assert found.figures["concentration"].value == pytest.approx(0, abs=1e-12)
    assert found.theil["income"][0] == pytest.approx(0, abs=1e-12)
    assert found.figures["gini"].value == pytest.approx(0.25)


def test_ranked_by_a_mean_of_the_unit() -> None:
    people = living([40, 50, 10], means=[100, 200, 900])
    found = measured(answer([2.0, 5.0, 8.0]), people)
    assert found.figures["palma"].value == pytest.approx(4)
    assert (found.figures["poor_cut"].value, found.figures["rich_cut"].value) == (100, 200)
    # the same the other way round: the poor have more
    turned = measured(answer([8.0, 5.0, 2.0]), people)
    assert turned.figures["concentration"].value < 0 < found.figures["concentration"].value


def test_equal_means_stay_equal_whatever_their_last_digits() -> None:
    means = [0.1 + 0.2, 0.3, 7.0]
    assert means[0] != means[1]
    ranking = ranking_of(living([1, 1, 1], means=means))
    assert ranking is not None
    assert ranking.rank[0] == ranking.rank[1]


def test_without_incomes_best_off_and_worst_off_are_told() -> None:
    people = living([40, 50, 10])
    assert ranking_of(people) is None
    found = measured(answer([2.0, 5.0, 8.0]), people)
    assert found.figures["palma"].value == pytest.approx(4)
    assert "concentration" not in found.figures
    minutes = measured(answer([30.0, 20.0, 10.0], direction="cost"), people)
    assert minutes.figures["palma"].value == pytest.approx(1 / 3)


def test_unknown_is_left_out_and_out_of_reach_needs_a_word() -> None:
    values = answer([10.0, 20.0, INF, NAN], direction="cost")
    people = living([60, 20, 10, 10], means=[1, 2, 3, 4])
    left_out = measured(values, people, line=15.0)
    counts = {name: count.number for name, count in left_out.counts.items()}
    assert counts == {
        "counted": 80, "out of reach": 10, "unknown": 10, "all": 100, "below": 30, "above": 60, "unranked": 0,
    }  # fmt: skip
    assert left_out.figures["mean"].value == pytest.approx(12.5)
    # out of reach is beyond any line, but by how much nobody knows
    assert left_out.figures["fgt0"].value == pytest.approx(30 / 90)
    assert math.isnan(left_out.figures["fgt1"].value)
    as_60 = measured(values, people, line=15.0, unreachable=60.0)
    assert as_60.counts["out of reach"].number == 0
    assert as_60.figures["mean"].value == pytest.approx((600 + 400 + 600) / 90)
    assert as_60.figures["fgt1"].value == pytest.approx((20 * 5 / 15 + 10 * 45 / 15) / 90)
    assert as_60.figures["gini"].value > left_out.figures["gini"].value


def test_people_without_a_rank_are_counted_and_left_out_of_what_is_ranked() -> None:
    found = measured(answer([1.0, 3.0, 50.0]), living([50, 50, 20], means=[1, 2, NAN]))
    assert found.counts["unranked"].number == 20
    assert found.figures["concentration"].value == pytest.approx(0.25)
    assert found.figures["mean"].value == pytest.approx(10)


def test_a_line_for_what_is_good() -> None:
    found = measured(answer([0.0, 5.0, 10.0]), living([10, 20, 70]), line=10.0)
    figures = [found.figures[f"fgt{alpha}"].value for alpha in (0, 1, 2)]
    assert figures == pytest.approx([0.3, 0.2, 0.15])


def test_draws_give_a_range_and_share_their_bounds() -> None:
    draws = [[10.0, 10.0 + step] for step in range(20)]
    found = measured(answer(*draws), living([50, 50]))
    gini = found.figures["gini"]
    assert gini.low == pytest.approx(0, abs=1e-12)
    assert gini.low < gini.value < (gini.high or 0) <= 0.25


# what may be told


def test_small_counts_are_hidden_and_cannot_be_subtracted() -> None:
    people = living([103, 50], origin={"native": [100, 50], "foreign": [3, 0]})
    found = measured(answer([1.0, 3.0]), people, line=2.0)
    rows = {row.group: row for row in found.groups}
    assert rows["foreign"].people.published is None
    assert rows["foreign"].mean is None
    assert rows["foreign"].gini is None
    # 153 people less 150 natives would tell: so the other number is covered too
    assert sum(rows[g].people.visible for g in ("all", "native", "foreign")) < 2


def test_shares_that_point_at_a_few_people_are_hidden() -> None:
    found = measured(answer([1.0, 3.0]), living([2, 500]), line=2.0)
    assert all(math.isnan(found.figures[f"fgt{alpha}"].value) for alpha in (0, 1, 2))
    assert found.groups[0].below is None
    nobody = measured(answer([4.0, 3.0]), living([2, 500]), line=2.0)
    assert nobody.figures["fgt0"].value == 0


def test_nothing_is_told_of_a_handful() -> None:
    found = measured(answer([1.0, 3.0]), living([1, 2]), line=2.0)
    assert all(math.isnan(figure.value) for figure in found.figures.values())


# what is refused


def test_what_cannot_be_measured_is_told() -> None:
    with pytest.raises(InputError, match="no people are known"):
        measured(answer([1.0, 3.0]), living([0, 0]))
    with pytest.raises(InputError, match="negative"):
        measured(answer([-1.0, 3.0]), living([1, 1]))
    with pytest.raises(InputError, match="other reporting units"):
        measured(answer([1.0, 3.0]), living([1, 1, 1]))


def test_groups_are_ordered_by_number_by_word_or_as_told() -> None:
    def steps(*groups: str, order: tuple[str, ...] = (), ranked_by: str = "") -> tuple[str, ...]:
        people = living([len(groups)], income={g: [1] for g in groups})
        ranking = ranking_of(people, ranked_by, order)
        assert ranking is not None
        return ranking.steps

    assert steps("q10", "q2", "q1") == ("q1", "q2", "q10")
    assert steps("high", "mid", "low") == ("low", "mid", "high")
    assert steps("a", "b", order=("b", "a")) == ("b", "a")
    assert ranking_of(living([2], income={"a": [1], "b": [1]})) is None
    with pytest.raises(InputError, match="which group of income is the poorest"):
        steps("a", "b", ranked_by="income")
    with pytest.raises(InputError, match="not the groups"):
        steps("a", "b", order=("a", "c"))
    with pytest.raises(InputError, match="not ranked by 'education'"):
        ranking_of(living([1]), "education")


# through the laboratory


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    found = Lab(tmp_path_factory.mktemp("grid") / "grid.lab")
    with found.folder.writing("grid"):
        manifests.save_city(found.folder, gridcity.grid(7))
    return found


def asked(lab: Lab, **request: Any) -> EquityReply:
    return ask(lab, EquityRequest("grid", "walk_access", support="square:130", **request), silent)


def test_taking_a_school_away_is_less_fair(lab: Lab) -> None:
    near = {"kind": "school", "minutes": 6.0}
    plan = Scenario("fewer", (RemovePlace("grid:place/0,0"), RemovePlace("grid:place/0,1")))
    lab.save_scenario("grid", plan)
    reply = asked(lab, scenario=("fewer",), poverty_line=10.0, params=near)
    assert reply.after is not None
    assert reply.after.figures["mean"].value < reply.now.figures["mean"].value
    assert reply.after.figures["gini"].value > reply.now.figures["gini"].value
    assert reply.after.figures["fgt0"].value > reply.now.figures["fgt0"].value
    text = "\n".join(reply.lines())
    assert "Plan:" in text
    assert "after the plan" in text
    assert "(less equal)" in text
    assert "(more poverty)" in text
    assert "load people by income" in text
    said = json.loads(json.dumps(reply.to_json(), allow_nan=False))
    by_name = {row["measure"]: row for row in said["measures"]}
    assert by_name["gini"]["after"]["value"] > by_name["gini"]["now"]["value"]
    assert by_name["gini"]["meaning"] in text
    assert said["people"]["all"] == 490
    assert said["after"]["scenario"]["name"] == "fewer"


def test_a_plan_that_does_nothing_changes_no_measure(lab: Lab) -> None:
    lab.save_scenario("grid", Scenario("nothing"))
    reply = asked(lab, scenario=("nothing",), poverty_line=10.0, params={"kind": "school", "minutes": 6.0})
    assert reply.after is not None
    assert reply.after.figures == reply.now.figures


def test_people_who_are_cut_off_do_not_vanish_from_the_measures(lab: Lab) -> None:
    last = Scenario("none-left", tuple(RemovePlace(f"grid:place/{i},{j}") for i in range(7) for j in range(7) if i < 6))
    lab.save_scenario("grid", last)
    far = {"kind": "school", "max_minutes": 6.0}
    request = EquityRequest("grid", "walk_to_nearest", ("none-left",), support="square:130", params=far)
    lines = ask(lab, request, silent).lines()
    assert any("out of reach and left out" in line and "after the plan" in line for line in lines)
    assert any("other people are counted" in line for line in lines)
    counted = ask(lab, replace(request, unreachable=30.0), silent)
    assert counted.after is not None
    assert counted.after.counts["out of reach"].number == 0
    assert counted.after.figures["mean"].value > 6
    assert not any("other people are counted" in line for line in counted.lines())


def test_a_dimension_nobody_is_counted_by(lab: Lab) -> None:
    with pytest.raises(InputError, match="not counted by 'age'"):
        asked(lab, by="age")


def test_from_a_notebook(lab: Lab) -> None:
    lab.save_scenario("grid", Scenario("same"))
    reply = lab.equity("grid", "walk_access", scenario="same", support="square:130", kind="school", minutes=6.0)
    assert reply.after is not None
    assert reply.after.figures["gini"] == reply.now.figures["gini"]
    assert lab.equity("grid", "walk_access", support="square:130", kind="school", minutes=6.0).after is None


def test_from_the_command_line(lab: Lab, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from stadslab.faces.cli import main

    words = ["equity", "grid", "walk_access", "--kind", "school", "--minutes", "3", "--support", "square:130"]
    said = CliRunner().invoke(main, [*words, "--lab", str(lab.folder.path), "--quiet"])
    assert said.exit_code == 0, said.output
    assert "How fairly is it shared?" in said.output
    assert "two people taken at random differ by" in said.output
