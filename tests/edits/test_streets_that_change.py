"""Closing streets and changing speeds."""

from __future__ import annotations

import networkx as nx
import pytest

from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.scenario import Scenario, with_deltas
from stadslab.edits.change_speed import ChangeSpeed
from stadslab.edits.close_street import CloseStreet
from tests.edits.village import graph, ids, row


def after(city: City, *edits: Edit) -> City:
    return city.under(Scenario("test", edits))


def test_closing_takes_exactly_that_edge_out_of_the_graph(city: City) -> None:
    closed = after(city, CloseStreet("osm:way/1#2-3"))
    for mode in ("walk", "cycle", "drive"):
        expected = graph(city, mode)
        expected.remove_edge("osm:node/2", "osm:node/3", key="osm:way/1#2-3")
        assert nx.utils.edges_equal(graph(closed, mode).edges, expected.edges)


def test_closing_both_ways_out_cuts_the_village_in_two(city: City) -> None:
    """Storgatan and Kungsgatan are the only ways from west to east."""
    assert nx.has_path(graph(city), "osm:node/1", "osm:node/4")
    one = after(city, CloseStreet("osm:way/1#2-3"))
    assert nx.shortest_path(graph(one), "osm:node/1", "osm:node/4")[-2] == "osm:node/8"
    both = after(one, CloseStreet("osm:way/2#6-7"))
    assert not nx.has_path(graph(both), "osm:node/1", "osm:node/4")


def test_a_whole_way_is_all_its_pieces_and_only_those(city: City) -> None:
    closed = after(city, CloseStreet("osm:way/1", ("drive",)))
    assert {i for i in ids(city) if not row(closed, i)["drive_forward"]} == {
        "osm:way/1#1-2",
        "osm:way/1#2-3",
        "osm:way/1#3-4",
        "osm:way/5#4-8",
        "osm:way/7#11-12",
    }
    assert graph(closed, "walk").edges == graph(city, "walk").edges


def test_the_row_stays_with_everything_but_the_permissions(city: City) -> None:
    closed = after(city, CloseStreet("osm:way/1#2-3", ("walk", "cycle")))
    old, new = row(city, "osm:way/1#2-3"), row(closed, "osm:way/1#2-3")
    assert {k for k in old if old[k] != new[k]} == {"walk", "cycle_forward", "cycle_backward", "closed"}
    assert new["closed"] == "cycle_backward cycle_forward walk"
    assert closed["streets"].rows == city["streets"].rows


def test_only_permissions_that_were_there_count_as_taken_away(city: City) -> None:
    assert row(after(city, CloseStreet("osm:way/5#4-8")), "osm:way/5#4-8")["closed"] == "walk"
    twice = after(city, CloseStreet("osm:way/1#1-2", ("drive",)), CloseStreet("osm:way/1#1-2", ("walk",)))
    assert row(twice, "osm:way/1#1-2")["closed"] == "drive_backward drive_forward walk"


def test_change_speed_sets_only_the_speed(city: City) -> None:
    slow = after(city, ChangeSpeed("osm:way/2", 30))
    for street in ids(city):
        old, new = row(city, street), row(slow, street)
        assert {k for k in old if old[k] != new[k]} == ({"speed_kmh"} if street.startswith("osm:way/2#") else set())
    assert row(slow, "osm:way/2#5-6")["speed_kmh"] == 30.0


def test_a_change_and_its_reverse_are_no_change(city: City) -> None:
    there = after(city, ChangeSpeed("osm:way/2#5-6", 30))
    back = after(there, ChangeSpeed("osm:way/2#5-6", 50))
    assert there.key() != city.key()
    assert back.key() == city.key()


@pytest.mark.parametrize(
    ("edit", "sentence", "without"),
    [
        (
            CloseStreet("osm:way/1#2-3"),
            "Close Storgatan (residential, 100 m, at Kyrkogatan) to walking, cycling and driving.",
            "Close street osm:way/1#2-3 to walking, cycling and driving.",
        ),
        (
            CloseStreet("osm:way/4", ("drive",)),
            "Close Kyrkogatan (residential, 100 m, between Storgatan and Kungsgatan) to driving.",
            "Close street osm:way/4 to driving.",
        ),
        (
            CloseStreet("osm:way/2", ("drive", "cycle")),
            "Close Kungsgatan (tertiary, 300 m in 3 pieces, at Hamngatan) to cycling and driving.",
            "Close street osm:way/2 to cycling and driving.",
        ),
        (
            CloseStreet("osm:way/5#4-8", ("walk",)),
            "Close the unnamed footway (100 m, between Storgatan and Kungsgatan) to walking.",
            "Close street osm:way/5#4-8 to walking.",
        ),
        (
            ChangeSpeed("osm:way/4", 30),
            (
                "Change the driving speed on Kyrkogatan (residential, 100 m, between Storgatan and Kungsgatan) "
                "from 50 to 30 km/h."
            ),
            "Change the driving speed on street osm:way/4 to 30 km/h.",
        ),
    ],
)
def test_sentences(city: City, edit: Edit, sentence: str, without: str) -> None:
    assert edit.sentence(city) == sentence
    assert edit.sentence() == without


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            CloseStreet("osm:way/1#2-9"),
            (
                "street: there is no street 'osm:way/1#2-9' (did you mean osm:way/1#2-3 (Storgatan), "
                "osm:way/1#3-4 (Storgatan) or osm:way/1#1-2 (Storgatan)?)"
            ),
        ),
        (
            CloseStreet("kyrkgatan"),
            (
                "street: there is no street 'kyrkgatan' (did you mean osm:way/4#2-6 (Kyrkogatan), "
                "osm:way/1#1-2 (Storgatan) or osm:way/2#5-6 (Kungsgatan)?)"
            ),
        ),
        (
            CloseStreet("osm:way/44"),
            "street: there is no street 'osm:way/44' (did you mean osm:way/4#2-6 (Kyrkogatan)?)",
        ),
        (CloseStreet("osm:way"), "street: there is no street 'osm:way'"),
        (CloseStreet(""), "street: there is no street ''"),
        (CloseStreet("osm:way/1", ()), "modes: nobody is named (give one or more of walk, cycle, drive)"),
        (
            CloseStreet("osm:way/1", ("fly",)),  # type: ignore[arg-type]
            "modes: 'fly' is not one of the choices (one of walk, cycle, drive)",
        ),
        (ChangeSpeed("osm:way/1", 0), "speed_kmh: 0 km/h is out of range (between 1 and 200 km/h)"),
        (ChangeSpeed("osm:way/1", 201), "speed_kmh: 201 km/h is out of range (between 1 and 200 km/h)"),
        (ChangeSpeed("osm:way/1", float("nan")), "speed_kmh: nan is not a number"),
        (ChangeSpeed("osm:way/0", 30), "street: there is no street 'osm:way/0'"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(city: City, edit: Edit, told: str) -> None:
    problems = edit.problems(city)
    assert len(problems) == 1
    assert problems[0].severity == "error"
    assert str(problems[0]).startswith(told)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (CloseStreet("osm:way/5", ("drive",)), "street: osm:way/5 is closed to driving already (leave the edit out)"),
        (ChangeSpeed("osm:way/5", 30), "street: nobody may drive on osm:way/5, so its speed changes nothing"),
        (ChangeSpeed("osm:way/1", 50), "speed_kmh: osm:way/1 has 50 km/h already (leave the edit out)"),
    ],
)
def test_edits_without_effect_are_warned_about(city: City, edit: Edit, told: str) -> None:
    problems = edit.problems(city)
    assert [p.severity for p in problems] == ["warning"]
    assert str(problems[0]).startswith(told)
    assert graph(with_deltas(city, edit.deltas(city)), "drive").edges == graph(city, "drive").edges


def test_a_street_without_streets_in_the_city() -> None:
    told = CloseStreet("osm:way/1").problems(City("empty", "EPSG:32633"))
    assert [str(p) for p in told] == ["the city has no layer 'streets' (load one first; it has: no layers yet)"]
