"""Streets that open, close, come and go: what it means for arcs, and for what points hang on."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal

from stadslab.build import live_streets
from stadslab.build.linkage import link
from stadslab.build.live_streets import LiveStreets, columns_of
from stadslab.build.streetgraph import build_streetgraph
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.edits.close_street import CloseStreet
from tests.build.edited import edited
from tests.edits.village import village


def rows_between(before: City, after: City) -> tuple[frozenset[str], pa.Table]:
    return before["streets"].differences(after["streets"])


def test_points_hang_where_linkage_would_hang_them():
    base = village()
    streets = build_streetgraph(base["streets"], base.crs)
    live = LiveStreets(streets, "walk")
    random = np.random.default_rng(2)
    before = base
    for after in edited(base, 25, 6):
        live.become(*rows_between(before, after))
        fresh = build_streetgraph(after["streets"], after.crs)
        xy = random.uniform(streets.node_xy.min(axis=0) - 600, streets.node_xy.max(axis=0) + 600, (80, 2))
        expected = link(fresh, fresh.network("walk"), xy)
        found = live.linked(xy)
        names = [None if e < 0 else fresh.edge_ids[e] for e in expected.edge]
        assert [None if e < 0 else live.ids[e] for e in found.edge] == names
        for mine, theirs in zip(columns_of(found)[1:], columns_of(expected)[1:], strict=True):
            assert_array_equal(mine, theirs)
        before = after


def test_a_closed_street_is_two_arcs_less_and_can_be_hung_on_no_more():
    base = village()
    live = LiveStreets(build_streetgraph(base["streets"], base.crs), "walk")
    after = base.under(Scenario("s").add(CloseStreet("osm:way/1#2-3")))
    found = live.become(*rows_between(base, after))
    assert len(found.gone) == 2
    assert not found.come
    (edge,) = found.lost
    assert live.ids[edge] == "osm:way/1#2-3"
    assert len(live.shut_lines()) == 1
    back = live.become(*rows_between(after, base))
    assert back.come == found.gone
    assert back.opened == {edge}


def test_a_street_closed_to_others_changes_nothing():
    base = village()
    live = LiveStreets(build_streetgraph(base["streets"], base.crs), "walk")
    after = base.under(Scenario("s").add(CloseStreet("osm:way/1#2-3", modes=("drive",))))
    found = live.become(*rows_between(base, after))
    assert [list(part) for part in (found.gone, found.come, found.lost, found.opened)] == [[], [], [], []]


def test_more_new_junctions_than_there_is_room_for_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_streets, "SPARE", 1)
    base = village()
    live = LiveStreets(build_streetgraph(base["streets"], base.crs), "walk")
    row = base["streets"].scan().slice(0, 1).to_pylist()[0] | {"id": "x", "from_node": "n1", "to_node": "n2"}
    with pytest.raises(OverflowError, match="more than 1 new junctions"):
        live.become((), pa.Table.from_pylist([row], schema=base["streets"].schema.arrow))


def test_a_street_without_a_length_is_refused_and_nothing_changes():
    base = village()
    live = LiveStreets(build_streetgraph(base["streets"], base.crs), "walk")
    before = live.edge_forward.copy()
    row = base["streets"].scan().slice(0, 1).to_pylist()[0] | {"length_m": float("nan")}
    with pytest.raises(InputError, match="length_m is nan"):
        live.become((), pa.Table.from_pylist([row], schema=base["streets"].schema.arrow))
    assert_array_equal(live.edge_forward, before)
