"""A graph worked over is the graph built anew, to the bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build import streetedits
from stadslab.build.streetedits import edited_streetgraph
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.core.errors import InputError
from stadslab.core.layer import Layer
from tests.build import sketch
from tests.build.sketch import CRS, street

name = st.sampled_from("abcdefgh")
piece = st.tuples(name, name, st.integers(0, 3), st.sampled_from(["wccdd", "w", "", "wc>d<"]), st.booleans())
pieces = st.dictionaries(st.sampled_from([f"s{n}" for n in range(10)]), piece, max_size=8)


def rows(drawn: dict[str, tuple[str, str, int, str, bool]]) -> list[dict[str, object]]:
    """Pieces whose ends lie a little apart where they meet, so that it shows which of them says where a junction is."""

    def at(node: str, off: int) -> tuple[float, float]:
        return (100.0 * ord(node) + off, 30.0 * (ord(node) % 3) - off)

    return [
        street(i, f"{a} {b}", at(a, off), (0, 0), at(b, -off), can=can, kmh=30.0 + off, bridge=over)
        for i, (a, b, off, can, over) in drawn.items()
    ]


def assert_same(one: StreetGraph, other: StreetGraph) -> None:
    for field in fields(StreetGraph):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name.startswith("_"):
            continue
        if isinstance(a, dict):
            assert list(a) == list(b)
            a, b = np.stack(list(a.values())), np.stack(list(b.values()))
        if field.name == "lines":
            a, b = shapely.to_wkb(a), shapely.to_wkb(b)
        if field.name != "crs":
            assert a.dtype == b.dtype, field.name
        np.testing.assert_array_equal(a, b, err_msg=field.name)


def whole(layer: Layer) -> StreetGraph:
    table = layer.scan()
    return build_streetgraph(Layer.of("streets", table, layer.stamp), CRS)


@given(
    pieces.filter(bool), pieces, st.sets(st.sampled_from([f"s{n}" for n in range(10)])), st.sampled_from([0.0, 0.3, 9])
)
def test_any_plan_gives_what_building_anew_gives(base: dict, new: dict, drop: set[str], most: float) -> None:
    layer = sketch.streets(*rows(base))
    before = build_streetgraph(layer, CRS)
    after = layer.overlaid(frozenset(drop), pa.Table.from_pylist(rows(new), schema=layer.schema.arrow))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streetedits, "MOST", most)
        if not after.rows:
            with pytest.raises(InputError, match="there is no street in it"):
                edited_streetgraph(before, after)
            return
        found = edited_streetgraph(before, after)
    assert_same(found, whole(after))
    assert_same(before, build_streetgraph(layer, CRS))  # and the one before is as it was


def test_what_did_not_change_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streetedits, "MOST", 1.0)
    layer = sketch.streets(*rows({"s1": ("a", "b", 0, "w", False), "s2": ("b", "c", 0, "w", False)}))
    before = build_streetgraph(layer, CRS)
    after = edited_streetgraph(before, layer.overlaid(frozenset(["s2"]), None))
    assert after.lines[0] is before.lines[0]
    assert after.node_ids.tolist() == ["a", "b"]
    assert edited_streetgraph(before, layer) is before


def test_a_wrong_row_of_a_plan_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streetedits, "MOST", 1.0)
    layer = sketch.streets(*rows({"s1": ("a", "b", 0, "w", False)}))
    slow = [street("s2", "b c", (0, 0), (1, 0), kmh=0.0)]
    planned = layer.overlaid(frozenset(), pa.Table.from_pylist(slow, schema=layer.schema.arrow))
    with pytest.raises(InputError, match="street s2: speed_kmh is 0 km/h"):
        edited_streetgraph(build_streetgraph(layer, CRS), planned)
