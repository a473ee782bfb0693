"""Answers: draws that share their luck, keys that know what matters, and a cache that is believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.build.supports import make_support
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.indicator import Spread, indicator
from stadslab.core.scenario import Scenario
from stadslab.core.units import Metres, Minutes
from stadslab.core.values import Measured, Reason
from stadslab.lab import catalog
from stadslab.lab.lab import Lab
from stadslab.lab.plan import POPULATION_READS, Builds, layers_read, support_reads
from stadslab.lab.run import Question, _drawn, run
from stadslab.testing import gridcity
from tests.lab import cities

RULERS = ("h3:10", "square:130", "areas")
CLOSE = Scenario("closed", (catalog.edit("close_street")(street="grid:street/3,3-4,3"),))  # type: ignore[call-arg]


@pytest.fixture(scope="module")
def city() -> City:
    return cities.city()


@pytest.fixture(scope="module")
def builds() -> Builds:
    return Builds()


@pytest.fixture
def lab(tmp_path: Path, city: City) -> Lab:
    return cities.kept(tmp_path / "grid.lab", city)


def question(
    name: str = "walk_access", support: str = "square:130", draws: int = 1, seed: int = 1, **params: Any
) -> Question:
    return Question.of(catalog.indicator(name), params, support, draws, seed)


# draws


@pytest.mark.parametrize("name", ["walk_access", "walk_to_nearest"])
def test_an_empty_scenario_is_the_base_bit_for_bit_draw_by_draw(lab: Lab, name: str) -> None:
    base = lab.measure("grid", name, draws=20, support="square:130")
    lab_without_cache = Lab(lab.folder.path)
    for path in lab.folder.values.iterdir():
        path.unlink()
    after = lab_without_cache.measure("grid", name, draws=20, support="square:130", scenario=Scenario("nothing"))
    assert base.draws.shape == (len(base), 20)
    assert base.draws.tobytes() == after.draws.tobytes()
    assert base.reason.tobytes() == after.reason.tobytes()


def test_base_and_scenario_share_their_luck(lab: Lab) -> None:
    comparison = lab.compare("grid", "walk_to_nearest", CLOSE, draws=20, support="square:130", rank=40)
    before, after = comparison.base.draws, comparison.after.draws
    assert (after >= before).all()  # with other luck, some draws would be faster after the closure
    assert (after > before).any(axis=1).sum() > 0
    untouched = ~(after > before).any(axis=1)
    assert after[untouched].tobytes() == before[untouched].tobytes()


def test_one_draw_is_the_parameter_itself(lab: Lab) -> None:
    assert _drawn(question(speed_m_s=1.1)) == [{"minutes": 15.0, "speed_m_s": 1.1, "kind": "any"}]
    assert not lab.measure("grid", "walk_access", support="square:130").uncertain


def test_same_seed_same_bytes_another_seed_other_numbers(city: City) -> None:
    def drawn(seed: int) -> bytes:
        return run(question("walk_to_nearest", draws=7, seed=seed, rank=2), city, city, Builds()).draws.tobytes()

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_more_draws_begin_with_the_same() -> None:
    few, many = _drawn(question(draws=5)), _drawn(question(draws=50))
    assert many[:5] == few


def spread_over(*names: str) -> Any:
    """An indicator whose uncertain parameters are declared in this order."""

    def made(streetgraph: object, *, a: Metres = 1.0, b: Metres = 1.0, c: Minutes = 1.0) -> None:
        """Nothing."""

    return indicator(
        question="?", unit="1", default_direction="benefit", uncertain={n: Spread(0.1, "assumed") for n in names}
    )(made)


def test_every_uncertain_parameter_has_a_stream_of_its_own() -> None:
    def drawn(*names: str) -> list[dict[str, Any]]:
        return _drawn(Question(spread_over(*names), {"a": 1.0, "b": 1.0, "c": 1.0}, "h3:9", 30, 1))

    one, other, alone = drawn("a", "b", "c"), drawn("c", "b", "a"), drawn("b")
    assert [d["b"] for d in one] == [d["b"] for d in other] == [d["b"] for d in alone]
    assert np.corrcoef([d["a"] for d in one], [d["b"] for d in one])[0, 1] < 0.5
    assert {d["a"] for d in alone} == {1.0}


def test_the_spread_is_what_is_stated() -> None:
    speeds = np.array([d["speed_m_s"] for d in _drawn(question(draws=1000, speed_m_s=1.0))])
    stated = catalog.indicator("walk_access").uncertain["speed_m_s"].relative_sd
    assert speeds.mean() == pytest.approx(1.0, abs=0.02)
    assert speeds.std() == pytest.approx(stated, rel=0.1)
    assert (abs(speeds - 1.0) <= 2 * stated + 1e-12).all()


def test_draws_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"0 draws \(between 1"):
        question(draws=0)
    with pytest.raises(InputError, match="1001 draws"):
        question(draws=1001)
    with pytest.raises(InputError, match="states no uncertain parameter"):
        Question.of(spread_over(), {}, "h3:9", 2)


# reasons over draws


def test_the_reason_is_that_of_the_mean(city: City) -> None:
    """One slow draw makes a unit unreachable on average: it then says why, though the first draw reached it."""
    found = run(question("walk_to_nearest", draws=20, rank=30, max_minutes=11.0), city, city, Builds())
    infinite = np.isinf(found.mean())
    assert infinite.any()
    assert (~infinite).any()
    assert np.isfinite(found.draws[infinite, 0]).any() or np.isfinite(found.draws[infinite, 1]).any()
    assert (found.reason[infinite] == Reason.BEYOND_LIMIT).all()
    assert (found.reason[~infinite] == Reason.KNOWN).all()


def test_unknown_without_a_reason_has_no_data(city: City) -> None:
    @indicator(question="?", unit="1", default_direction="benefit")
    def blank(support: Any) -> Any:
        return np.full(len(support), np.nan)

    found = run(Question(blank, {}, "areas"), city, city, Builds())
    assert (found.reason == Reason.NO_DATA).all()


def test_an_answer_of_the_wrong_length_is_refused(city: City) -> None:
    @indicator(question="?", unit="1", default_direction="benefit")
    def short(support: Any) -> Any:
        return np.zeros(1) if len(support) != 1 else np.zeros(2)

    with pytest.raises(InputError, match=r"short: returned \(1,\) values for 2 units"):
        run(Question(short, {}, "areas"), city, city, Builds())


def test_a_layer_that_is_missing_is_named(lab: Lab, city: City) -> None:
    bare = replace(city, layers={n: x for n, x in city.layers.items() if n != "places"})
    with pytest.raises(NotFoundError, match="there is no layer 'places'"):
        lab.measure(bare, "walk_access")


# keys


def test_what_changes_the_numbers_changes_the_key(city: City) -> None:
    base = question()
    keys = {base.key(city, city)}
    others = [
        (question("walk_to_nearest"), city, city),
        (question(minutes=10), city, city),
        (question(kind="school"), city, city),
        (question(support="square:100"), city, city),
        (question(draws=5), city, city),
        (question(draws=5, seed=2), city, city),
        (base, city, city.under(CLOSE)),
        (base, city, replace(city, crs="EPSG:3006")),
        (replace(base, indicator=replace(base.indicator, method=2)), city, city),
        (base, city.with_layer(cities.areas(halves=3)), city),  # the ruler lies elsewhere
    ]
    for one, before, after in others:
        keys.add(one.key(before, after))
    assert len(keys) == 1 + len(others)


def test_what_does_not_change_the_numbers_leaves_the_key(city: City) -> None:
    base = question()
    places = city["places"]
    titled = city.with_layer(replace(places, stamp=replace(places.stamp, title="Other", licence="other")))
    for one, before, after in (
        (question(minutes=15), city, city),  # the default, given
        (question(minutes="15.0"), city, city),
        (question(seed=7), city, city),  # of one draw
        (base, replace(city, name="elsewhere"), replace(city, name="elsewhere")),
        (base, titled, titled),
        (base, city.with_layer(cities.water()), city.with_layer(cities.water())),  # read by nobody here
        (base, city, city.under(Scenario("nothing"))),
    ):
        assert one.key(before, after) == base.key(city, city)


@pytest.mark.parametrize("ruler", RULERS)
def test_rulers_and_people_read_no_layer_that_their_key_leaves_out(city: City, ruler: str) -> None:
    full = city.with_layer(cities.water())
    watched = cities.Watched(full.layers)
    support = make_support(ruler, replace(full, layers=watched))
    assert watched.asked & set(full.layers) <= set(support_reads(ruler, full))
    watched = cities.Watched(full.layers)
    Builds().population(support, replace(full, layers=watched))
    assert watched.asked & set(full.layers) <= set(POPULATION_READS)


@pytest.mark.parametrize("name", catalog.names("indicators"))
def test_indicators_read_no_layer_that_their_key_leaves_out(city: City, name: str) -> None:
    lines = gridcity.grid(cities.N, block_m=cities.BLOCK, matrix=True, lines=[("row", 1, 10)])
    others = ("travel_times", "stops", "routes", "trips", "service_days")
    full = city.with_layer(cities.water(), *(lines[layer] for layer in others))
    if name.startswith("matrix"):  # its trips start from the units of the chessboard
        full = full.with_layer(cities.junctions())
    one = catalog.indicator(name)
    watched = cities.Watched(full.layers)
    needed = {"to": "grid:place/0,0", "date": gridcity.WEEK[1], "what": "people"}
    given = {p.name: needed[p.name] for p in one.params if p.name in needed}
    run(Question.of(one, given, "areas"), full, replace(full, layers=watched), Builds())
    assert watched.asked & set(full.layers) <= set(layers_read(one, full))


def test_a_lake_moves_the_points_that_trips_start_from_and_so_the_key(city: City) -> None:
    lake = city.with_layer(cities.water())
    assert question(support="areas").key(city, city) != question(support="areas").key(lake, lake)


def test_blanks_around_a_ruler_change_neither_answer_nor_key(city: City) -> None:
    asked = [Question.of(catalog.indicator("walk_access"), {}, ruler) for ruler in ("areas", " areas ")]
    moved = city.with_layer(cities.water())
    for where in (city, moved):
        assert asked[0].key(where, where) == asked[1].key(where, where)
    assert asked[1].key(city, city) != asked[1].key(moved, moved)


def test_builds_are_looked_up_by_name() -> None:
    assert set(BUILDS) == {"streetgraph", "timetable"}


# the cache


def test_the_second_time_it_is_there_already(lab: Lab) -> None:
    one, cached = lab.answer(question(draws=3), lab.city("grid"), None)
    assert not cached
    again, cached = Lab(lab.folder.path).answer(question(draws=3), lab.city("grid"), None)
    assert cached
    assert again.draws.tobytes() == one.draws.tobytes()
    assert again.receipt == one.receipt
    assert again.title == one.title
    assert again.support.digest == one.support.digest


def test_a_cache_taken_away_is_made_again_the_same(lab: Lab) -> None:
    one, _ = lab.answer(question(draws=3), lab.city("grid"), None)
    for path in lab.folder.values.iterdir():
        path.unlink()
    again, cached = lab.answer(question(draws=3), lab.city("grid"), None)
    assert not cached
    assert again.draws.tobytes() == one.draws.tobytes()


def test_a_damaged_answer_is_made_again(lab: Lab) -> None:
    one, _ = lab.answer(question(), lab.city("grid"), None)
    (path,) = lab.folder.values.iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    again, cached = lab.answer(question(), lab.city("grid"), None)
    assert not cached
    assert again.draws.tobytes() == one.draws.tobytes()


def test_two_cities_that_say_the_same_share_answers_but_not_receipts(tmp_path: Path, city: City) -> None:
    lab = cities.kept(tmp_path / "two.lab", city, replace(city, name="twin"))
    lab.answer(question(), lab.city("grid"), None)
    found, cached = lab.answer(question(), lab.city("twin"), None)
    assert cached
    assert found.receipt.city == "twin"


def test_the_receipt_tells_the_scenario_and_the_layers_it_made(lab: Lab, city: City) -> None:
    found = lab.measure("grid", "walk_access", support="square:130", scenario=CLOSE)
    assert found.receipt.scenario is not None
    assert found.receipt.scenario["name"] == "closed"
    assert found.receipt.inputs["places"] == city["places"].digest
    assert found.receipt.inputs["streets"] == city.under(CLOSE)["streets"].digest
    assert found.receipt.ruler["streets"] == city["streets"].digest
    assert [s["layer"] for s in found.receipt.sources] == sorted(found.receipt.inputs)


def test_the_ruler_never_moves_with_the_plan(lab: Lab) -> None:
    """A new street outside the city makes no new units."""
    add = catalog.edit("add_street")
    lon, lat = cities.gridcity.grid_support(cities.N).points[0]
    plan = Scenario("out", (add(line=((lon, lat), (lon - 0.01, lat))),))  # type: ignore[call-arg]
    comparison = lab.compare("grid", "walk_access", plan, support="square:130")
    assert comparison.base.support.digest == comparison.after.support.digest


def test_newcomers_are_counted_apart(lab: Lab) -> None:
    lon, lat = cities.gridcity.grid_support(cities.N).points[10]
    plan = Scenario("homes", (catalog.edit("add_homes")(at=(lon, lat), people=70),))  # type: ignore[call-arg]
    comparison = lab.compare("grid", "walk_access", plan, support="square:130")
    assert comparison.newcomers == 70
    assert comparison.by("total")[0].people == 10 * cities.N**2


def test_who_loses_the_only_street_loses_and_is_not_unknown(lab: Lab, city: City) -> None:
    streets = city["streets"].scan("id")["id"].to_pylist()
    close = catalog.edit("close_street")
    everything = Scenario("all", tuple(close(street=street) for street in streets))  # type: ignore[call-arg]
    for name, after in (("walk_access", 0.0), ("walk_to_nearest", np.inf)):
        comparison = lab.compare("grid", name, everything, support="square:130", kind="school")
        (row,) = comparison.by("total")
        assert (row.lose, row.gain, row.unknown) == (row.people, 0, 0), name
        assert (comparison.after.mean() == after).all()
        assert set(comparison.after.reason.tolist()) == {Reason.NOT_CONNECTED}


# inputs by name


def test_other_indicators_may_be_read_and_their_layers_count(city: City) -> None:
    assert layers_read(catalog.indicator("walk_access"), city) == ["places", "streets"]

    @indicator(question="?", unit="1", default_direction="benefit")
    def second_hand(population: Any, green: Any = None) -> Any:
        return Measured(np.zeros(1), np.zeros(1, np.int8))

    assert layers_read(second_hand, city) == ["areas", "people", "streets"]
