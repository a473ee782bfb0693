"""What a table says, and nothing else, decides its digest."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core import digest as digests

WORDS = st.one_of(st.none(), st.text(max_size=4))
REALS = st.one_of(st.none(), st.floats(width=64))
WHOLE = st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1))
FLAGS = st.one_of(st.none(), st.booleans())
BYTES = st.one_of(st.none(), st.binary(max_size=4))


def lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.lists(values, max_size=3))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 6))

    def column(values: st.SearchStrategy[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), kind)

    return pa.table(
        {
            "word": column(WORDS, pa.string()),
            "real": column(REALS, pa.float64()),
            "whole": column(WHOLE, pa.int32()),
            "flag": column(FLAGS, pa.bool_()),
            "shape": column(BYTES, pa.binary()),
            "words": column(lists(WORDS), pa.list_(pa.string())),
            "times": column(lists(WHOLE), pa.list_(pa.int32())),
            "flags": column(lists(FLAGS), pa.list_(pa.bool_())),
        }
    )


def said(table: pa.Table) -> str:
    """The table as text that tells apart what differs, one spelling for not-a-number and zero."""
    return repr([[_one(v) for v in table[name].to_pylist()] for name in sorted(table.column_names)])


def _one(value: Any) -> Any:
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value + 0.0
    return value


@given(tables(), tables())
def test_equal_digests_if_and_only_if_equal_rows(one: pa.Table, other: pa.Table) -> None:
    assert (digests.of_table(one) == digests.of_table(other)) == (said(one) == said(other))


@given(tables(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_chunks_slices_encoding_and_column_order_do_not_count(table: pa.Table, size: int, random: Any) -> None:
    wanted = digests.of_table(table)
    pieces = [table.slice(start, size) for start in range(0, table.num_rows, size)]
    assert digests.of_table(pa.concat_tables(pieces) if pieces else table) == wanted
    padded = pa.concat_tables([table.slice(0, 1), table, table]).combine_chunks()
    first = min(1, table.num_rows)
    assert digests.of_table(padded.slice(first, table.num_rows)) == wanted
    names = list(table.column_names)
    random.shuffle(names)
    assert digests.of_table(table.select(names)) == wanted
    coded = table.set_column(0, "word", table["word"].dictionary_encode())
    assert digests.of_table(coded) == wanted
    assert digests.of_table(table.replace_schema_metadata({"who": "cares"})) == wanted


def test_a_null_inside_a_dictionary_is_a_null() -> None:
    plain = pa.table({"word": pa.array(["a", None, "b"])})
    coded = pa.DictionaryArray.from_arrays(pa.array([1, 0, 2], pa.int8()), pa.array([None, "a", "b"]))
    assert digests.of_table(pa.table({"word": coded})) == digests.of_table(plain)


def test_what_lists_call_their_parts_does_not_count() -> None:
    rows = [["a", None], None, []]
    kinds = [pa.list_(pa.field(name, pa.string())) for name in ("item", "element")]
    one, other = (digests.of_table(pa.table({"a": pa.array(rows, kind)})) for kind in kinds)
    assert one == other


def test_what_a_null_list_hides_does_not_count() -> None:
    hidden = pa.ListArray.from_arrays(
        pa.array([0, 2, 3], pa.int32()), pa.array([1, 2, 3]), mask=pa.array([True, False])
    )
    assert digests.of_table(pa.table({"a": hidden})) == digests.of_table(pa.table({"a": [None, [3]]}))


def test_the_order_of_rows_counts() -> None:
    table = pa.table({"id": ["a", "b"]})
    assert digests.of_table(table) != digests.of_table(table.take([1, 0]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": ["x"]}, {"b": ["x"]}),
        ({"a": ["x", ""]}, {"a": ["", "x"]}),
        ({"a": ["ab", "c"]}, {"a": ["a", "bc"]}),
        ({"a": ["x", None]}, {"a": ["x", ""]}),
        ({"a": [0.0, None]}, {"a": [0.0, math.nan]}),
        ({"a": [False, None]}, {"a": [False, False]}),
        ({"a": [1]}, {"a": [1.0]}),
        ({"a": pa.array([1], pa.int16())}, {"a": pa.array([1], pa.int32())}),
        ({"a": pa.array([], pa.string())}, {"a": pa.array([], pa.binary())}),
        ({"a": ["x"]}, {"a": ["x"], "b": [None]}),
        ({"a": [[1, 2]]}, {"a": [[1], [2]]}),
        ({"a": [[1, 2], [3]]}, {"a": [[1], [2, 3]]}),
        ({"a": [["ab"], ["c"]]}, {"a": [["a"], ["bc"]]}),
        ({"a": [["a"], None]}, {"a": [["a"], []]}),
        ({"a": [["a", None]]}, {"a": [["a", ""]]}),
        ({"a": [[None], [1]]}, {"a": [None, [1]]}),
        ({"a": [[[1], [2]]]}, {"a": [[[1, 2]]]}),
        ({"a": pa.array([[]], pa.list_(pa.int32()))}, {"a": pa.array([[]], pa.list_(pa.int16()))}),
    ],
)
def test_what_differs_has_another_digest(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert digests.of_table(pa.table(one)) != digests.of_table(pa.table(other))


def test_spellings_of_zero_and_of_not_a_number() -> None:
    signals = 0x7FF0_0000_0000_0001
    bits = [0x7FF8_0000_0000_0001, 0xFFF8_0000_0000_0000, 0x8000_0000_0000_0000, signals]
    odd = np.array(bits, np.uint64).view(np.float64)
    plain = np.array([np.nan, np.nan, 0.0, np.nan])
    assert digests.of_table(pa.table({"x": odd})) == digests.of_table(pa.table({"x": plain}))
    with np.errstate(invalid="ignore"):
        single = odd.astype(np.float32)
    assert digests.of_table(pa.table({"x": single})) == digests.of_table(pa.table({"x": plain.astype(np.float32)}))


def test_the_input_is_left_alone() -> None:
    numbers = np.array([-0.0, 1.0])
    digests.of_table(pa.table({"x": pa.array(numbers)}))
    assert math.copysign(1.0, numbers[0]) == -1.0


def test_published_digests_stay() -> None:
    """A lab on disk is found again by these: they change only with a new format of the lab."""
    table = pa.table(
        {
            "id": ["osm:way/1", None],
            "length_m": [1.5, None],
            "walk": [True, False],
            "level": pa.array([0, -1], pa.int16()),
        }
    )
    assert digests.of_table(table) == "b6ff7e6a383bc3b8be761309562eb61b"
    trips = pa.table(
        {"id": ["a", "b"], "stops": [["x", "y"], []], "arrive_s": pa.array([[0, 9], None], pa.list_(pa.int32()))}
    )
    assert digests.of_table(trips) == "a2e7bcd011d667c430f134b126a36746"
    assert digests.of_json({"b": [1, None, 2.5], "a": "å"}) == "5cc96554e6c27f798cbb85e153906008"
    assert digests.of_bytes(b"a", b"bc") == "9a8acca1b6c6c0befd3fbc756aed625d"


def test_borders_between_parts_count() -> None:
    assert digests.of_bytes(b"ab", b"c") != digests.of_bytes(b"a", b"bc") != digests.of_bytes(b"abc")
    assert len(digests.of_bytes()) == digests.LENGTH


def test_json_says_the_same_in_any_order() -> None:
    assert digests.of_json({"a": 1, "b": 2}) == digests.of_json({"b": 2, "a": 1})
    assert digests.of_json([1, 2]) != digests.of_json([2, 1])
    assert digests.of_json(1) != digests.of_json(1.0) != digests.of_json("1")


def test_what_blanks_hide_and_what_lies_beside_a_slice_does_not_count() -> None:
    borders, content = np.array([0, 2, 5, 6], np.int32), b"ab???c"
    told = pa.py_buffer(np.packbits([1, 0, 1], bitorder="little").tobytes())
    hiding = pa.Array.from_buffers(pa.string(), 3, [told, pa.py_buffer(borders), pa.py_buffer(content)])
    assert hiding.to_pylist() == ["ab", None, "c"]
    for array, plain in ((hiding, ["ab", None, "c"]), (hiding[1:], [None, "c"]), (hiding[2:], ["c"]), (hiding[3:], [])):
        assert digests.of_table(pa.table({"a": array})) == digests.of_table(
            pa.table({"a": pa.array(plain, pa.string())})
        )
    for kind in (pa.binary(), pa.large_binary()):
        sliced = pa.array([b"before", b"x", b"", b"yz", b"after"], kind)[1:4]
        assert digests._column_bytes(sliced)[2] == b"xyz"
