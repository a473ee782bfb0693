"""New streets, paths and bridges: where they join, what they split, and that nothing is lost."""

from __future__ import annotations

import itertools
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely

from stadslab.core.city import City
from stadslab.core.scenario import Scenario, with_deltas
from stadslab.edits._ground import geodesic_m
from stadslab.edits.add_street import AddStreet
from stadslab.edits.close_street import CloseStreet
from tests.edits.village import at, graph, ids, line, row, village


def added(city: City, edit: AddStreet) -> City:
    assert [str(p) for p in edit.problems(city) if p.severity == "error"] == []
    return with_deltas(city, edit.deltas(city))


def new_rows(city: City, edit: AddStreet) -> list[dict[str, Any]]:
    rows = [r for r in city["streets"].scan().to_pylist() if r["id"].startswith(f"{edit.id}#")]
    return sorted(rows, key=lambda r: int(r["id"].split("#")[1]))


def coords(found: dict[str, Any]) -> list[tuple[float, float]]:
    return list(shapely.from_wkb(found["geometry"]).coords)


def geometry_agrees(city: City) -> None:
    """Every piece starts and ends where every other piece of that junction does."""
    places: dict[str, set[tuple[float, float]]] = {}
    for found in city["streets"].scan().to_pylist():
        points = coords(found)
        places.setdefault(found["from_node"], set()).add(points[0])
        places.setdefault(found["to_node"], set()).add(points[-1])
    spread = {node: np.ptp(np.array(sorted(p)), axis=0).max() for node, p in places.items()}
    assert max(spread.values()) < 1e-9


def test_between_two_junctions_it_is_one_edge_of_known_length(city: City) -> None:
    edit = AddStreet(line((100, 0), (200, 100)), "Nygatan", bridge=True)
    after = added(city, edit)
    (new,) = new_rows(after, edit)
    assert (new["from_node"], new["to_node"]) == ("osm:node/2", "osm:node/7")
    assert new["length_m"] == pytest.approx(100 * math.sqrt(2), abs=0.01)
    assert ids(after) - ids(city) == {new["id"]}
    assert nx.shortest_path_length(graph(after), "osm:node/2", "osm:node/7", weight="weight") == new["length_m"]


def test_ends_split_the_streets_they_meet(city: City) -> None:
    edit = AddStreet(line((150, 10), (150, 95)))
    after = added(city, edit)
    (new,) = new_rows(after, edit)
    assert ids(city) - ids(after) == {"osm:way/1#2-3", "osm:way/2#6-7"}
    assert {row(after, f"osm:way/1#2-3/{k}")["to_node"] for k in (1, 2)} == {new["from_node"], "osm:node/3"}
    assert row(after, "osm:way/1#2-3/1")["length_m"] == pytest.approx(50, abs=0.05)
    assert new["length_m"] == pytest.approx(100, abs=0.05)
    assert new["from_node"] == "at:" + "{:.7f},{:.7f}".format(*coords(new)[0])
    geometry_agrees(after)


def test_splitting_conserves_length_to_the_last_bit_that_counts(city: City) -> None:
    edit = AddStreet(line((10, -40), (90, 140), (130, 140), (180, -40), (290, 40)))
    after = added(city, edit)
    gone = ids(city) - ids(after)
    assert len(gone) >= 3
    for old in gone:
        parts = [row(after, i) for i in sorted(ids(after)) if i.startswith(f"{old}/")]
        assert math.fsum(p["length_m"] for p in parts) == pytest.approx(row(city, old)["length_m"], rel=1e-14)
        assert len(parts) >= 2
        before = row(city, old)
        assert parts[0]["from_node"] == before["from_node"]
        assert parts[-1]["to_node"] == before["to_node"]
        assert all(a["to_node"] == b["from_node"] for a, b in itertools.pairwise(parts))
        same = set(before) - {"id", "from_node", "to_node", "geometry", "length_m"}
        assert all(part[k] == before[k] for part in parts for k in same)
    geometry_agrees(after)


def test_lengths_of_parts_are_in_proportion_even_when_the_piece_has_its_own_length(city: City) -> None:
    """A source may know better how long a piece is (slopes): its parts share that length out."""
    rows = city["streets"].scan().to_pylist()
    rows[1]["length_m"] = 400.0
    from tests.edits.village import layer

    longer = city.with_layer(layer("streets", rows))
    after = added(longer, AddStreet(line((125, 0), (125, 60))))
    assert rows[1]["id"] == "osm:way/1#2-3"
    assert row(after, "osm:way/1#2-3/1")["length_m"] == pytest.approx(100.0, abs=0.05)
    assert row(after, "osm:way/1#2-3/2")["length_m"] == pytest.approx(300.0, abs=0.05)


def test_at_grade_it_makes_a_junction_with_every_street_it_crosses(city: City) -> None:
    edit = AddStreet(line((50, -60), (50, 160)))
    after = added(city, edit)
    pieces = new_rows(after, edit)
    assert len(pieces) == 3
    assert ids(city) - ids(after) == {"osm:way/1#1-2", "osm:way/2#5-6"}
    assert set(graph(after).neighbors(pieces[1]["from_node"])) == {
        "osm:node/1",
        "osm:node/2",
        pieces[0]["from_node"],
        pieces[1]["to_node"],
    }
    assert math.fsum(p["length_m"] for p in pieces) == pytest.approx(220, abs=0.05)


@pytest.mark.parametrize("raised", [{"bridge": True}, {"tunnel": True}])
def test_over_or_under_only_the_ends_join(city: City, raised: dict[str, bool]) -> None:
    edit = AddStreet(line((50, 0), (150, 160), (250, 100)), **raised)
    after = added(city, edit)
    (new,) = new_rows(after, edit)
    assert ids(city) - ids(after) == {"osm:way/1#1-2", "osm:way/2#7-8"}
    assert (new["bridge"], new["tunnel"]) == (raised.get("bridge", False), raised.get("tunnel", False))
    assert new["level"] == (1 if new["bridge"] else -1)


def test_it_does_not_join_bridges_it_passes_under(city: City) -> None:
    after = added(city, AddStreet(line((100, 50), (200, 50))))
    assert "osm:way/7#11-12" in ids(after)


def test_it_joins_only_streets_that_share_a_mode(city: City) -> None:
    walk = added(city, AddStreet(line((50, 100), (50, 260)), modes=("walk",)))
    assert "osm:way/6#9-10" in ids(walk)
    drive = added(city, AddStreet(line((50, 100), (50, 260)), modes=("drive",)))
    assert {"osm:way/6#9-10/1", "osm:way/6#9-10/2"} <= ids(drive)


def test_one_piece_crossed_many_times_is_cut_once_for_each(city: City) -> None:
    edit = AddStreet(line((10, -30), (30, 30), (50, -30), (70, 30), (90, -30)))
    after = added(city, edit)
    parts = [row(after, f"osm:way/1#1-2/{k}") for k in range(1, 6)]
    assert [p["length_m"] for p in parts] == pytest.approx([20, 20, 20, 20, 20], abs=0.05)
    assert len(new_rows(after, edit)) == 5
    geometry_agrees(after)


def test_running_along_a_street_joins_where_it_comes_and_goes(city: City) -> None:
    edit = AddStreet(line((20, -40), (40, 0), (60, 0), (80, -40)))
    after = added(city, edit)
    assert [row(after, f"osm:way/1#1-2/{k}")["length_m"] for k in (1, 2, 3)] == pytest.approx([40, 20, 40], abs=0.05)
    assert len(new_rows(after, edit)) == 3


def test_touching_with_a_bend_is_enough(city: City) -> None:
    edit = AddStreet(line((20, -60), (50, 0.2), (80, -60)))
    after = added(city, edit)
    assert "osm:way/1#1-2/2" in ids(after)
    assert len(new_rows(after, edit)) == 2


def test_near_a_junction_it_joins_the_junction(city: City) -> None:
    edit = AddStreet(line((100.8, -60), (100.8, -10)))
    after = added(city, edit)
    assert new_rows(after, edit)[-1]["to_node"] == "osm:node/2"
    assert ids(after) - ids(city) == {f"{edit.id}#1"}


def test_drawn_a_little_too_far_it_stops_at_the_street(city: City) -> None:
    edit = AddStreet(line((50, 4), (50, -100)))
    after = added(city, edit)
    (new,) = new_rows(after, edit)
    assert new["length_m"] == pytest.approx(100, abs=0.05)


@pytest.mark.parametrize("turned", [False, True])
def test_a_short_side_street_stays_a_dead_end(city: City, turned: bool) -> None:
    points = line((50, 0), (55, 15))
    edit = AddStreet(points[::-1] if turned else points)
    after = added(city, edit)
    (new,) = new_rows(after, edit)
    assert new["length_m"] == pytest.approx(math.hypot(5, 15), abs=0.02)
    assert graph(after).degree(new["from_node"] if turned else new["to_node"]) == 1
    assert [p.severity for p in edit.problems(city)] == ["info"]
    number = 1 if turned else 2
    assert f"end {number} is a dead end" in edit.problems(city)[0].what


def test_direction_of_drawing_makes_the_same_network(city: City) -> None:
    points = line((10, -40), (90, 140), (180, -40), (290, 40))
    there, back = (added(city, AddStreet(p)) for p in (points, points[::-1]))
    a, b = (nx.Graph(graph(c)) for c in (there, back))
    assert set(a.nodes) == set(b.nodes)
    for u, v in a.edges:
        assert a.edges[u, v]["weight"] == pytest.approx(b.edges[u, v]["weight"], abs=1e-6)


def test_row_order_never_matters() -> None:
    edit = AddStreet(line((10, -40), (90, 140), (180, -40), (290, 40)))
    assert added(village(), edit).key() == added(village(reverse=True), edit).key()


def test_half_a_street_can_be_meant_by_the_old_id(city: City) -> None:
    split = AddStreet(line((150, 0), (150, 100)))
    after = city.under(Scenario("both", (split, CloseStreet("osm:way/1#2-3"))))
    assert not row(after, "osm:way/1#2-3/1")["walk"]
    assert not row(after, "osm:way/1#2-3/2")["walk"]
    whole = city.under(Scenario("both", (split, CloseStreet("osm:way/1"))))
    assert [row(whole, i)["walk"] for i in sorted(ids(whole)) if i.startswith("osm:way/1#")] == [False] * 4


def test_closing_and_splitting_may_come_in_either_order(city: City) -> None:
    """To cars only, so that the new path still finds the street open to those on foot."""
    split = AddStreet(line((150, 0), (150, 100)), modes=("walk",))
    close = CloseStreet("osm:way/1#2-3", ("drive",))
    assert city.under(Scenario("x", (split, close))).key() == city.under(Scenario("x", (close, split))).key()


def test_ids_depend_on_the_line_alone(city: City) -> None:
    assert AddStreet(line((0, 50), (50, 50)), "a").id == AddStreet(line((0, 50), (50, 50)), "b").id
    assert AddStreet(line((0, 50), (50, 50))).id != AddStreet(line((0, 50), (50, 51))).id


def test_class_and_permissions_follow_the_modes(city: City) -> None:
    for modes, highway in ((("walk",), "footway"), (("walk", "cycle"), "cycleway"), (("drive",), "unclassified")):
        edit = AddStreet(line((150, 0), (150, 100)), modes=modes)  # type: ignore[arg-type]
        new = new_rows(added(city, edit), edit)[0]
        assert new["highway"] == highway
        open_to = {m for m in ("walk", "cycle_forward", "drive_backward") if new[m]}
        assert {m.split("_")[0] for m in open_to} == set(modes)


def test_lengths_agree_with_the_lines_as_drawn(city: City) -> None:
    edit = AddStreet(line((10, -40), (90, 140), (180, -40), (290, 40)))
    for new in new_rows(added(city, edit), edit):
        assert new["length_m"] == geodesic_m(np.array(coords(new)))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            AddStreet(line((50, 0), (50, 100)), "Nygatan"),
            "Add Nygatan, a street of 100 m for walking, cycling and driving at 30 km/h, from Storgatan to Kungsgatan.",
        ),
        (
            AddStreet(line((-60, 50), (60, 50), (100, 50)), modes=("walk", "cycle")),
            "Add a street of 160 m for walking and cycling, from Kyrkogatan, crossing Hamngatan.",
        ),
        (
            AddStreet(line((50, 0), (50, 100)), "Högbron", ("walk",), bridge=True),
            "Add Högbron, a bridge of 100 m for walking, from Storgatan to Kungsgatan.",
        ),
    ],
)
def test_sentences(city: City, edit: AddStreet, sentence: str) -> None:
    assert edit.sentence(city) == sentence
    assert sentence.startswith(edit.sentence().removesuffix("."))


NAN = float("nan")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (AddStreet(()), "line: it has 0 points (a line needs two or more)"),
        (AddStreet(line((0, 0))), "line: it has 1 points (a line needs two or more)"),
        (AddStreet(line((0, 0), (0, 0))), "line: all its 2 points are the same, so it has no length"),
        (
            AddStreet(((200.0, 59.0), at(0, 0))),
            "line, point 1: (200, 59) is outside longitude ±180 or latitude ±90 (longitude comes first)",
        ),
        (
            AddStreet(((59.0, 18.0), at(0, 0))),
            "line, point 1: (59, 18) is 5,",
        ),
        (
            AddStreet(((18.0, 60.0), at(0, 0))),
            "line, point 1: (18, 60) is 111 km from the city (longitude comes first; ",
        ),
        (AddStreet(((NAN, 59.0), at(0, 0))), "line: nan is not a number"),
        (AddStreet(((math.inf, 59.0), at(0, 0))), "line, point 1: (inf, 59) is no place"),
        (
            AddStreet(((18.0, 59.0, 3.0), at(0, 0))),  # type: ignore[arg-type]
            "line: (18.0, 59.0, 3.0) is not a pair of numbers (give longitude, latitude)",
        ),
        (AddStreet(line((0, 50), (90, 50)), modes=()), "modes: nobody may use it"),
        (AddStreet(line((0, 50), (90, 50)), bridge=True, tunnel=True), "bridge: it is both a bridge and a tunnel"),
        (AddStreet(line((0, 50), (90, 50)), speed_kmh=500), "speed_kmh: 500 km/h is out of range"),
        (AddStreet(line((0, 50), (90, 50)), join_within_m=-1), "join_within_m: -1 m is out of range"),
        (AddStreet(line((100, 0), (100.3, 0.3))), "line: both ends join the same place (osm:node/2)"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(city: City, edit: AddStreet, told: str) -> None:
    problems = edit.problems(city)
    assert len(problems) == 1
    assert problems[0].severity == "error"
    assert str(problems[0]).startswith(told)


def test_swapped_coordinates_are_recognised(city: City) -> None:
    lon, lat = at(0, 0)
    told = AddStreet(((lat, lon), at(50, 50))).problems(city)[0]
    assert told.hint == f"longitude comes first: ({lon:g}, {lat:g}) would lie in it"


def test_all_problems_at_once(city: City) -> None:
    told = AddStreet(((200.0, 59.0), (18.0, 95.0)), modes=(), bridge=True, tunnel=True).problems(city)
    assert [p.where for p in told] == ["line, point 1", "line, point 2", "modes", "bridge"]


def test_the_same_line_twice_is_refused(city: City) -> None:
    edit = AddStreet(line((50, 0), (50, 100)))
    (told,) = edit.problems(added(city, edit))
    assert told.what == "a street along this very line was added already"


def test_an_end_in_the_open_is_warned_about_with_the_nearest_street(city: City) -> None:
    edit = AddStreet(line((50, 0), (50, -43)), join_within_m=5)
    (told,) = edit.problems(city)
    assert told.severity == "warning"
    assert told.what == (
        "end 2 joins no street within 5 m; the nearest open to walking, cycling and driving is "
        "Storgatan (osm:way/1#1-2), 43 m away"
    )
    assert "raise join_within_m" in told.hint
    nowhere = City("v", city.crs).with_layer(city["streets"].overlaid(frozenset(ids(city)), None))
    assert edit.problems(nowhere)[0].what.endswith("no street at ground level is open to walking, cycling and driving")
