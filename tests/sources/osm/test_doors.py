"""Doors and barriers: who passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.sources.osm.doors import passes
from tests.sources.osm.maps import Map, load, rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("barrier=bollard", "wc"),
        ("barrier=bollard bicycle=no", "w"),
        ("barrier=bollard motor_vehicle=yes", "wcd"),
        ("barrier=gate", "wcd"),
        ("barrier=gate access=private", ""),
        ("barrier=gate access=private foot=yes", "w"),
        ("barrier=gate vehicle=no", "w"),
        ("barrier=lift_gate motorcar=private", "wc"),
        ("barrier=stile", "w"),
        ("barrier=turnstile", "w"),
        ("barrier=cycle_barrier", "wc"),
        ("barrier=wall", ""),
        ("barrier=kerb", "wcd"),
        ("barrier=something_new", "wcd"),
    ],
)
def test_who_passes(text: str, expected: str) -> None:
    tags = dict(pair.split("=") for pair in text.split())
    found = passes(tags["barrier"], tags)
    assert "".join(letter for letter, may in zip("wcd", found, strict=True) if may) == expected


def test_doors_that_are_none_are_counted(tmp_path: Path) -> None:
    drawn = Map().node(1, 10.0, 50.0, {"entrance": "yes"}).node(2, 10.001, 50.0, {"entrance": "no"})
    drawn.way(1, [1, 2], {"highway": "residential"})
    layer = load(drawn.write(tmp_path / "t.osm"))["entrances"]
    assert sorted(rows(layer)) == ["osm:node/1"]
    assert layer.stamp.verdict.dropped == {"tagged entrance=no": 1}


def test_a_barrier_on_a_way_does_not_cut_it(tmp_path: Path) -> None:
    drawn = Map().node(1, 10.0, 50.0).node(2, 10.001, 50.0, {"barrier": "gate"}).node(3, 10.002, 50.0)
    layers = load(drawn.way(1, [1, 2, 3], {"highway": "service"}).write(tmp_path / "t.osm"))
    assert sorted(rows(layers["streets"])) == ["osm:way/1#1-3"]
    assert sorted(rows(layers["barriers"])) == ["osm:node/2"]
