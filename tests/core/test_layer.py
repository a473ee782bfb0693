"""Layers: immutable, sorted, and one overlay whatever the number of changes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core import layer as layer_module
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.layer import InMemory, Layer, Overlay, Stamp, Verdict
from stadslab.core.schema import SCHEMAS, schema_named

STAMP = Stamp(
    "made", "Made", "CC0-1.0", "", "", (("a.csv", "0" * 64),), {"x": 1}, Verdict(3, 2, {"broken": 1}, ("a note",))
)
SORT = "entrances"


def rows(kinds: dict[str, str]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(list(kinds), pa.string()),
            "kind": pa.array(list(kinds.values()), pa.string()),
            "geometry": pa.array([b"\x01" + i.encode() for i in kinds], pa.binary()),
        }
    )


def layer(kinds: dict[str, str]) -> Layer:
    return Layer.of(SORT, rows(kinds), STAMP)


def said(one: Layer) -> dict[str, str]:
    table = one.scan("id", "kind")
    ids = table["id"].to_pylist()
    assert ids == sorted(set(ids))
    assert one.rows == len(ids)
    return dict(zip(ids, table["kind"].to_pylist(), strict=True))


def test_rows_are_sorted_by_id_and_their_order_does_not_count() -> None:
    one, other = layer({"b": "x", "a": "y"}), layer({"a": "y", "b": "x"})
    assert one.scan("id")["id"].to_pylist() == ["a", "b"]
    assert one.digest == other.digest
    assert one.digest != layer({"a": "y", "b": "z"}).digest


def test_columns_as_asked() -> None:
    assert layer({"a": "x"}).scan().column_names == ["id", "kind", "geometry"]
    assert layer({"a": "x"}).scan("geometry", "id").column_names == ["geometry", "id"]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (pa.table({"id": ["a"], "kind": ["x"]}), "column 'geometry' is missing"),
        (rows({"a": "x"}).set_column(1, "kind", pa.array([None], pa.string())), "column 'kind' is blank in 1 rows"),
        (rows({"a": "x"}).set_column(1, "kind", pa.array([[1]])), "column 'kind' is list"),
        (pa.concat_tables([rows({"a": "x"}), rows({"a": "y"})]), "1 ids occur more than once, the first 'a'"),
    ],
)
def test_what_a_layer_may_not_say(table: pa.Table, complaint: str) -> None:
    with pytest.raises(InputError, match=f"layer {SORT}: {complaint}"):
        Layer.of(SORT, table, STAMP)


def test_a_sort_that_is_not_known() -> None:
    with pytest.raises(NotFoundError, match=r"no layer sort is called 'moods' \(known: streets, places"):
        schema_named("moods")


def test_columns_that_may_be_blank_are_added() -> None:
    table = rows({"a": "school"})
    assert Layer.of("places", table, STAMP).scan("name", "capacity").to_pylist() == [{"name": None, "capacity": None}]


def test_every_sort_says_what_its_columns_are() -> None:
    for schema in SCHEMAS.values():
        assert schema.about
        assert all(c.about for c in schema.columns)
        assert schema.columns[0].name == "id"


def test_find_gives_what_is_there() -> None:
    one = layer({"a": "x", "b": "y", "c": "z"})
    assert one.find(["c", "nowhere", "a"])["id"].to_pylist() == ["a", "c"]
    changed = one.overlaid(frozenset({"a"}), rows({"b": "new", "d": "newer"}))
    assert changed.find(["a", "b", "c", "d"]).select(["id", "kind"]).to_pylist() == [
        {"id": "b", "kind": "new"}, {"id": "c", "kind": "z"}, {"id": "d", "kind": "newer"},
    ]  # fmt: skip


def test_verdict_in_one_line() -> None:
    assert Verdict(1_200, 1_200).sentence() == "1,200 read, 1,200 kept"
    assert Verdict(10, 7, {"torn": 1, "closed": 2}).sentence() == "10 read, 7 kept, dropped: 2 closed; 1 torn"


def test_stamps_there_and_back() -> None:
    assert Stamp.from_json(STAMP.to_json()) == STAMP


# overlays

NAMES = st.sampled_from("abcdef")
CHANGES = st.lists(
    st.tuples(st.frozensets(NAMES, max_size=3), st.dictionaries(NAMES, st.sampled_from("xyz"), max_size=3)), max_size=5
)


def changed(one: Layer, steps: Any) -> tuple[Layer, dict[str, str]]:
    """The layer after each step, and a plain dictionary after the same."""
    plain = said(one)
    for drop, upsert in steps:
        one = one.overlaid(drop, rows(upsert) if upsert else None)
        plain = {i: k for i, k in plain.items() if i not in drop} | upsert
    return one, plain


@given(st.dictionaries(NAMES, st.sampled_from("xyz"), max_size=5), CHANGES)
def test_overlays_say_what_a_dictionary_says(start: dict[str, str], steps: Any) -> None:
    base = layer(start)
    after, plain = changed(base, steps)
    assert said(after) == plain
    assert said(base) == start
    assert not (isinstance(after.handle, Overlay) and isinstance(after.handle.base, Overlay))
    # back to what it was is the base itself, and equal content is an equal digest
    assert (after.digest == base.digest) == (plain == start)
    straight = base.overlaid(frozenset(start.keys() - plain.keys()), rows(plain) if plain else None)
    assert straight.digest == after.digest


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xy")),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xy")),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xy")),
    st.booleans(),
)
def test_differences_make_one_layer_the_other(
    base: dict[str, str], one: dict[str, str], two: dict[str, str], apart: bool
):
    below = layer(base)
    first, second = (below.overlaid(frozenset("ab"), rows(kinds)) for kinds in (one, two))
    if apart:  # layers that share nothing are compared row by row
        second = layer(said(second))
    gone, fresh = first.differences(second)
    assert said(first.overlaid(gone, fresh)) == said(second)
    was, now = said(first), said(second)
    assert gone == set(was) - set(now)
    assert fresh["id"].to_pylist() == sorted(i for i in now if was.get(i) != now[i])


@given(
    st.sets(st.text("abcö\U0001f6b2", min_size=1, max_size=2), max_size=12),
    st.sets(st.text("abcö\U0001f6b2", min_size=1, max_size=2), max_size=6),
    st.sets(st.text("abcö\U0001f6b2", min_size=1, max_size=2), max_size=6),
)
def test_rows_put_in_one_by_one_are_those_of_a_sort(there: set[str], drop: set[str], new: set[str]) -> None:
    def rows(ids: set[str], kind: str) -> pa.Table:
        return pa.table({"id": pa.array(sorted(ids), pa.string()), "kind": pa.array([kind] * len(ids), pa.string())})

    overlay = Overlay(InMemory(rows(there, "old")), frozenset(drop), rows(new, "new"))
    for columns in (None, ["kind"], ["kind", "id"]):
        one_by_one = overlay.read(columns)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(layer_module, "FEW", -1)
            sorted_again = overlay.read(columns)
        assert one_by_one.equals(sorted_again)
    assert overlay.read().to_pylist() == [
        {"id": i, "kind": "new" if i in new else "old"} for i in sorted((there - drop) | new)
    ]


@given(
    st.sets(st.text("ab/#é𐀀", min_size=1, max_size=4), max_size=12),
    st.sets(st.text("ab/#é𐀀", min_size=1, max_size=4), max_size=6),
    st.text("ab/#é𐀀", max_size=3),
    st.sampled_from([0, 200]),
)
def test_rows_are_looked_up_as_if_all_were_compared(kept: set[str], other: set[str], start: str, few: int):
    one = layer(dict.fromkeys(kept | {"a"}, "main"))
    changed = one.overlaid(frozenset(sorted(kept)[::3]), rows(dict.fromkeys(sorted(other), "service")))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(layer_module, "FEW", few)
        for each in (one, changed):
            said_of = said(each)
            wanted = sorted({*kept, *other, "none"})[::2]
            found = each.find(wanted).to_pylist()
            assert {row["id"]: row["kind"] for row in found} == {i: k for i, k in said_of.items() if i in wanted}
            assert each.ids_from(start) == [i for i in said_of if i.startswith(start)]
