"""Ready-made travel times: columns by name, what is not reachable, and everything that can be wrong."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stadslab.core.errors import InputError
from stadslab.core.layer import Layer
from stadslab.lab import catalog
from stadslab.sources import travel_matrix
from tests.sources.tables import city_of, raw, text_file


def load(path: Path, **params: object) -> Layer:
    (layer,) = travel_matrix.read(raw(path), None, **params)  # type: ignore[arg-type]
    return layer


def test_columns_are_found_by_name_and_ids_stay_text(tmp_path: Path) -> None:
    path = text_file(tmp_path / "ttm.csv", "from_id,to_id,travel_time_p50\n0180,0181,12.5\n0180,0180,0\n")
    layer = load(path)
    assert layer.scan().to_pylist() == [
        {"id": "0180>0180", "from_area": "0180", "to_area": "0180", "minutes": 0.0},
        {"id": "0180>0181", "from_area": "0180", "to_area": "0181", "minutes": 12.5},
    ]
    assert layer.stamp.verdict.rows_kept == 2
    assert "1 areas have no way to themselves" in " ".join(layer.stamp.verdict.notes)


def test_other_names_and_units(tmp_path: Path) -> None:
    path = text_file(tmp_path / "ttm.csv", "a;b;sec\nx;y;90\n")
    layer = load(path, from_column="a", to_column="b", time_column="sec", unit="s")
    assert layer.scan("minutes")["minutes"].to_pylist() == [1.5]


def test_blank_and_endless_is_not_reachable_and_never_zero(tmp_path: Path) -> None:
    path = text_file(tmp_path / "ttm.csv", "from_id,to_id,minutes\na,b,\na,c,inf\na,d,3\nb,a,NA\n")
    layer = load(path)
    assert layer.scan("id")["id"].to_pylist() == ["a>d"]
    assert layer.stamp.verdict.dropped == {"not reachable (blank or endless)": 3}
    table = pa.table({"from_id": ["a", "a"], "to_id": ["b", "c"], "minutes": [float("inf"), 2.0]})
    pq.write_table(table, tmp_path / "ttm.parquet")
    assert load(tmp_path / "ttm.parquet").rows == 1


def test_pairs_given_twice_are_refused_unless_the_shortest_is_wanted(tmp_path: Path) -> None:
    path = text_file(tmp_path / "ttm.csv", "from_id,to_id,minutes\na,b,7\na,b,5\nb,a,4\n")
    with pytest.raises(InputError, match="1 pairs have several times: a>b"):
        load(path)
    layer = load(path, repeated="shortest")
    assert layer.scan("minutes")["minutes"].to_pylist() == [5.0, 4.0]
    assert layer.stamp.verdict.dropped == {"a longer time for the same pair": 1}


def test_it_says_how_many_are_areas_of_the_city(tmp_path: Path) -> None:
    path = text_file(tmp_path / "ttm.csv", "from_id,to_id,minutes\na,b,7\na,z,5\n")
    (layer,) = travel_matrix.read(raw(path), city_of(tmp_path, ["a", "b", "c"]))
    assert "2 of them are among the 3 areas of areas" in layer.stamp.verdict.notes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from_id,to,x\na,b,1\n", "time_column: no column is called minutes or travel_time"),
        ("from_id,to_id,minutes\na,,1\n", "row 2: to_id is blank"),
        ("from_id,to_id,minutes\na,b,-1\n", "row 2: minutes is -1"),
        ("from_id,to_id,minutes\na,b,soon\n", "row 2: minutes is 'soon'"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        load(text_file(tmp_path / "ttm.csv", text))
    assert told in str(error.value)


def test_a_matrix_is_known_by_its_columns(tmp_path: Path) -> None:
    path = text_file(tmp_path / "ttm.csv", "from_id,to_id,travel_time\na,b,7\n")
    assert catalog.source_for(path).id == "travel_matrix"
    assert not travel_matrix.sniff(text_file(tmp_path / "people.csv", "area,population\na,7\n"))
