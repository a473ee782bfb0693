"""A question that stays open while the city is edited says what measuring the scenario says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.core.edit import Edit
from stadslab.core.errors import InputError
from stadslab.core.progress import Watch
from stadslab.core.scenario import Scenario
from stadslab.core.values import Measured
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.add_route import AddRoute
from stadslab.edits.add_street import AddStreet
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from stadslab.edits.remove_route import RemoveRoute
from stadslab.lab.lab import Lab
from stadslab.lab.whatif import RefusedEditsError, WhatIf
from stadslab.store.values import has_values, load_values
from stadslab.testing import gridcity
from tests.lab.cities import BLOCK, N, city, kept


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return kept(tmp_path / "a.lab", city())


def streets_of(lab: Lab) -> list[str]:
    return lab.city("grid")["streets"].scan("id")["id"].to_pylist()


@pytest.mark.parametrize(
    ("indicator", "params"),
    [
        ("walk_access", {"kind": "school", "minutes": 5.0}),
        ("walk_to_nearest", {"kind": "school", "rank": 4}),
        ("travel_time_to", {"to": "grid:place/3,3"}),
    ],
)
def test_values_comparison_and_receipt_are_those_of_the_scenario(lab: Lab, indicator: str, params: dict):
    what_if = lab.what_if("grid", indicator, support="areas", **params)
    ids = streets_of(lab)
    where = tuple(float(x) for x in what_if.base.support.points[0])
    what_if.add(CloseStreet(ids[3]), CloseStreet(ids[10], modes=("walk",))).add(AddPlace("school", at=where))
    what_if.add(RemovePlace("grid:place/1,1"))
    values = what_if.values()
    expected = lab.measure("grid", indicator, support="areas", scenario=what_if.scenario, **params)
    assert_array_equal(values.draws, expected.draws)
    assert_array_equal(values.reason, expected.reason)
    assert values.receipt == expected.receipt
    assert values.title == expected.title
    ours, theirs = what_if.comparison(), lab.compare("grid", indicator, what_if.scenario, support="areas", **params)
    assert ours.by("age") == theirs.by("age")
    what_if.undo(99)
    assert_array_equal(what_if.values().draws, what_if.base.draws)
    assert not what_if.scenario.edits


RIDES = {"date": gridcity.WEEK[1], "window_minutes": 15, "max_walk_minutes": 5.0}


@pytest.mark.parametrize(
    ("indicator", "params"),
    [
        ("transit_access", {"what": "age", "minutes": 8.0, **RIDES}),
        ("transit_dual_access", {"what": "school", "enough": 30, "max_minutes": 20.0, **RIDES}),
        ("transit_time_to", {"to": "grid:place/3,3", "max_minutes": 12.0, **RIDES}),
        ("transit_time_to", {"to": "school", "arrive": "08:30", "max_minutes": 12.0, **RIDES}),
    ],
)
def test_lines_that_change_say_at_each_step_what_measuring_says(tmp_path: Path, indicator: str, params: dict):
    with_lines = gridcity.grid(N, block_m=BLOCK, lines=[("row", 3, 10), ("column", 1, 15)])
    lines = [with_lines[name] for name in ("stops", "routes", "trips", "service_days")]
    lab = kept(tmp_path / "a.lab", city().with_layer(*lines))
    what_if = lab.what_if("grid", indicator, support="h3:10", **params)
    where = tuple(float(x) for x in what_if.base.support.points[0])
    steps: list[tuple[Edit, ...]] = [
        (ChangeHeadway("grid:route/row-3", 5), CloseStop("grid:stop/2,3")),
        (AddRoute("new", ("grid:stop/0,3", "{},{}".format(*where)), "tram", 6),),
        (),
        (CloseStreet(streets_of(lab)[3]), AddPlace("school", at=where), AddHomes(at=where, people=9)),
        (RemoveRoute("grid:route/column-1"),),
        (),
        (),
        (ChangeRouteSpeed("grid:route/row-3", 50),),
    ]
    for edits in steps:
        before = what_if.values()
        _ = what_if.add(*edits) if edits else what_if.undo()
        values = what_if.values()
        expected = lab.measure("grid", indicator, support="h3:10", scenario=what_if.scenario, **params)
        assert_array_equal(values.draws, expected.draws)
        assert_array_equal(values.reason, expected.reason)
        assert values.receipt == expected.receipt
        others = np.setdiff1d(np.arange(len(values.support)), what_if.looked_at)
        assert_array_equal(values.draws[others], before.draws[others])
    assert [edit.kind for edit in what_if.scenario.edits] == [
        "change_headway",
        "close_stop",
        "close_street",
        "add_place",
        "change_route_speed",
    ]
    what_if.undo(9)
    assert_array_equal(what_if.values().draws, what_if.base.draws)


def test_only_what_an_edit_can_touch_is_looked_at(lab: Lab):
    what_if = lab.what_if("grid", "walk_access", kind="school", minutes=2.0, support="h3:11")
    what_if.add(CloseStreet(streets_of(lab)[0]))
    assert 0 < len(what_if.looked_at) < len(what_if.base.support) / 4
    what_if.add(CloseStreet(streets_of(lab)[1], modes=("drive",)))
    assert not len(what_if.looked_at)


def test_all_or_none_of_the_edits_and_every_problem(lab: Lab):
    what_if = lab.what_if("grid", "walk_access", kind="school", support="areas")
    with pytest.raises(InputError) as told:
        what_if.add(CloseStreet(streets_of(lab)[0]), CloseStreet("no-such"), RemovePlace("nor-this"))
    text = str(told.value)
    assert "edit 2 (close_street)" in text
    assert "edit 3 (remove_place)" in text
    assert not what_if.scenario.edits
    assert what_if.city is what_if._cities[0]


def test_newcomers_are_counted_apart(lab: Lab):
    what_if = lab.what_if("grid", "walk_access", kind="school", support="areas")
    where = tuple(float(x) for x in what_if.base.support.points[0])
    what_if.add(AddHomes(at=where, people=12))
    assert what_if.comparison().newcomers == 12
    plan = Scenario("p").add(AddHomes(at=where, people=12))
    assert lab.compare("grid", "walk_access", plan, kind="school", support="areas").newcomers == 12


def test_units_that_get_another_reason_are_looked_at(lab: Lab):
    what_if = lab.what_if("grid", "walk_access", kind="school", minutes=1.0, support="h3:11")
    places = lab.city("grid")["places"].scan("id")["id"].to_pylist()
    before = what_if.values()
    what_if.add(*(RemovePlace(place) for place in places))
    after = what_if.values()
    differ = (before.reason != after.reason) | (before.draws[:, 0] != after.draws[:, 0])
    assert (before.reason != after.reason).any()
    assert set(np.flatnonzero(differ).tolist()) <= set(what_if.looked_at.tolist())


# lists of edits that are replaced by others, as while somebody draws


def same_as_measured(lab: Lab, what_if: WhatIf, indicator: str, support: str, params: dict) -> None:
    values = what_if.values()
    expected = lab.measure("grid", indicator, support=support, scenario=what_if.scenario, **params)
    assert_array_equal(values.draws, expected.draws)
    assert_array_equal(values.reason, expected.reason)
    assert values.receipt == expected.receipt


@pytest.mark.parametrize(
    ("indicator", "params"),
    [
        ("walk_access", {"kind": "school", "minutes": 3.0}),
        ("walk_to_nearest", {"kind": "school", "rank": 2}),
        ("walk_gravity", {"kind": "school"}),
    ],
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_sequence_of_lists_ends_at_what_measuring_the_last_says(lab: Lab, indicator, params, data):
    ids = streets_of(lab)
    what_if = lab.what_if("grid", indicator, support="h3:10", **params)
    lon, lat = what_if.base.support.points.mean(axis=0)
    pool: list[Edit] = [CloseStreet(ids[n]) for n in (2, 17, 30)]
    pool += [AddPlace("school", at=(lon + step * 1e-4, lat)) for step in range(3)]  # one that is dragged
    pool += [AddStreet(line=((lon, lat), (lon + step * 2e-4, lat + 1e-3))) for step in (1, 2)]
    wanted = st.lists(st.sampled_from(range(len(pool))), max_size=4, unique=True)
    for _ in range(data.draw(st.integers(1, 4))):
        edits = [pool[n] for n in data.draw(wanted)]
        before = what_if.values(), what_if.scenario.edits
        try:
            what_if.replace(edits)
        except InputError:
            assert (what_if.values(), what_if.scenario.edits) == before
            continue
        assert list(what_if.scenario.edits) == edits
        others = np.setdiff1d(np.arange(len(before[0])), what_if.looked_at)
        if what_if.follows and edits != list(before[1]):
            assert_array_equal(what_if.values().draws[others], before[0].draws[others])
        same_as_measured(lab, what_if, indicator, "h3:10", params)


def test_what_lists_have_in_common_is_not_worked_on_again(lab: Lab, monkeypatch: pytest.MonkeyPatch):
    ids = streets_of(lab)
    what_if = lab.what_if("grid", "walk_access", kind="school", support="h3:10")
    first, second, third = (CloseStreet(ids[n]) for n in (2, 17, 30))
    what_if.replace([first, second])
    made: list[Edit] = []
    deltas = CloseStreet.deltas
    monkeypatch.setattr(CloseStreet, "deltas", lambda self, city: made.append(self) or deltas(self, city))
    what_if.replace([first, second])
    assert made == []
    what_if.replace([first, third])
    assert made == [third]
    what_if.replace([first])
    assert made == [third]
    what_if.replace([third, first])
    assert made == [third, third, first]
    assert what_if.sentences() == what_if.scenario.sentences(lab.city("grid"))


def test_refused_edits_say_which_they_are_and_leave_all_as_it_was(lab: Lab):
    ids = streets_of(lab)
    what_if = lab.what_if("grid", "walk_access", kind="school", support="h3:10")
    what_if.replace([CloseStreet(ids[2])])
    before = what_if.values()
    with pytest.raises(RefusedEditsError) as told:
        what_if.replace([CloseStreet(ids[2]), CloseStreet("none"), CloseStreet(ids[2]), RemovePlace("nor this")])
    assert told.value.at == (1, 3)
    assert what_if.values() is before
    what_if.replace([CloseStreet(ids[2]), CloseStreet(ids[2])])
    assert [(number, p.severity) for number, p in what_if.remarks] == [(1, "warning")]
    what_if.replace([])
    assert what_if.remarks == ()


class CalledOffError(Exception):
    """Somebody does not want the answer any more."""


@pytest.mark.parametrize(
    ("indicator", "params"),
    [
        ("walk_gravity", {"kind": "school"}),
        ("transit_access", {"what": "age", "minutes": 8.0, **RIDES}),
    ],
)
def test_work_that_is_called_off_anywhere_changes_nothing(tmp_path: Path, indicator: str, params: dict):
    with_lines = gridcity.grid(N, block_m=BLOCK, lines=[("row", 3, 10)])
    lines = [with_lines[name] for name in ("stops", "routes", "trips", "service_days")]
    lab = kept(tmp_path / "a.lab", city().with_layer(*lines))
    ids = streets_of(lab)
    what_if = lab.what_if("grid", indicator, support="h3:10", **params)
    what_if.replace([CloseStreet(ids[2])])
    edits = [CloseStreet(ids[2]), CloseStreet(ids[30])]
    before = what_if.values()
    left = 0
    for allowed in range(30):
        left = allowed

        def step() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise CalledOffError

        watch = Watch(step=step, progress=lambda *_: step())
        try:
            what_if.replace(edits, watch).values(watch)
        except CalledOffError:
            what_if.replace([CloseStreet(ids[2])])
            assert_array_equal(what_if.values().draws, before.draws)
        else:
            break
    assert allowed > 1
    same_as_measured(lab, what_if, indicator, "h3:10", params)


def test_some_units_near_a_change_of_lines_are_told_before_all_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("stadslab.build.live_transit.PART", 12)
    monkeypatch.setattr("stadslab.lab.whatif.FEWEST_FIRST", 10)
    with_lines = gridcity.grid(N, block_m=BLOCK, lines=[("row", 3, 10), ("column", 1, 15)])
    lines = [with_lines[name] for name in ("stops", "routes", "trips", "service_days")]
    lab = kept(tmp_path / "a.lab", city().with_layer(*lines))
    params = {"what": "age", "minutes": 12.0, **RIDES}
    what_if = lab.what_if("grid", "transit_access", support="h3:11", **params)
    told: list[tuple[np.ndarray, Measured]] = []
    watch = Watch(early=lambda units, measured: told.append((units, measured)))
    for edit in (CloseStreet(streets_of(lab)[24]), ChangeHeadway("grid:route/row-3", 4)):
        told.clear()
        after = what_if.replace([edit], watch).values(watch)
        ((units, measured),) = told
        assert 0 < len(units) <= len(after) / 2
        assert_array_equal(measured.values, after.draws[units, 0])
        assert_array_equal(measured.reason, after.reason[units])
    same_as_measured(lab, what_if, "transit_access", "h3:11", params)


def test_an_answer_is_kept_only_when_told_to(lab: Lab):
    what_if = lab.what_if("grid", "walk_gravity", kind="school", support="h3:10")
    assert what_if.keep() == what_if.key == what_if.base_key
    what_if.replace([CloseStreet(streets_of(lab)[2])])
    what_if.values()
    assert not has_values(lab.folder, what_if.key)
    key = what_if.keep()
    values = load_values(lab.folder, key)
    assert values is not None
    assert_array_equal(values.draws, what_if.values().draws)
    assert key != what_if.base_key
    assert what_if.keep() == key
