"""Places from one's own tables: kinds, counts, points, and everything that can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.core.errors import InputError
from stadslab.core.layer import Layer
from stadslab.core.source import Raw, RawFile
from stadslab.sources import places
from stadslab.testing import gridcity


def raw(path: Path) -> Raw:
    return Raw((RawFile(path, "0" * 64),))


def load(tmp_path: Path, text: str, name: str = "schools.csv", **params: str) -> Layer:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (layer,) = places.read(raw(path), None, **params)
    return layer


def test_one_row_a_place_with_its_name_and_kind(tmp_path: Path) -> None:
    layer = load(tmp_path, "name,lon,lat\nNorra skolan,18.05,59.33\n,18.06,59.34\n", kind="school")
    rows = layer.scan().to_pylist()
    assert [(r["id"], r["kind"], r["name"]) for r in rows] == [
        ("schools.csv#school/2", "school", "Norra skolan"),
        ("schools.csv#school/3", "school", None),
    ]


def test_a_count_becomes_as_many_places_and_blank_is_not_zero(tmp_path: Path) -> None:
    text = "id,lon,lat,n\na,18.05,59.33,2\nb,18.06,59.34,0\nc,18.07,59.34,\n"
    layer = load(tmp_path, text, kind="clinic", count_column="n", id_column="id")
    assert layer.scan("id")["id"].to_pylist() == ["schools.csv#clinic/a~1", "schools.csv#clinic/a~2"]
    verdict = layer.stamp.verdict
    assert (verdict.rows_in, verdict.rows_kept) == (3, 1)
    assert verdict.dropped == {"stand for no place (count 0)": 1, "count is blank: not known": 1}


def test_kinds_in_a_column(tmp_path: Path) -> None:
    layer = load(tmp_path, "kind,lon,lat\nschool,18.05,59.33\npharmacy,18.06,59.34\n", kind_column="kind")
    assert sorted(layer.scan("kind")["kind"].to_pylist()) == ["pharmacy", "school"]


def test_the_citys_other_kinds_stay_and_the_same_kind_is_replaced(tmp_path: Path) -> None:
    city = gridcity.grid(3)  # nine schools
    path = tmp_path / "own.csv"
    lon, lat = gridcity.grid_support(3).points[0]
    path.write_text(f"lon,lat\n{lon},{lat}\n", encoding="utf-8")
    (clinics,) = places.read(raw(path), city, kind="clinic")
    assert clinics.rows == 10
    assert "the city's other 9 places stay" in clinics.stamp.verdict.notes[-1]
    (schools,) = places.read(raw(path), city, kind="school")
    assert schools.rows == 1
    assert "9 of the same kinds are replaced" in schools.stamp.verdict.notes[-1]


@pytest.mark.parametrize(
    ("text", "params", "told"),
    [
        ("lon,lat\n18,59\n", {}, "give either kind or kind_column"),
        ("lon,lat\n18,59\n", {"kind": "schol"}, "did you mean school"),
        ("lon,lat\n18,59\n", {"kind": "education"}, "names several kinds"),
        ("a,b\n18,59\n", {"kind": "school"}, "it has no coordinates"),
        ("lon,lat\n18,59\n18,\n", {"kind": "school"}, "row 3: the place has no coordinates"),
        ("lon,lat,n\n18,59,1.5\n", {"kind": "school", "count_column": "n"}, "n is 1.5"),
        ("lon,lat,n\n18,59,-2\n", {"kind": "school", "count_column": "n"}, "n is -2"),
        ("lon,lat\n18,59\n", {"kind": "school", "count_column": "n"}, "there is no column 'n'"),
        ("kind,lon,lat\nskola,18,59\n", {"kind_column": "kind"}, "row 2: no kind of place is called 'skola'"),
        ("lon,lat\n674032,6580822\n", {"kind": "school"}, "they look like metres"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(tmp_path: Path, text: str, params: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as error:
        load(tmp_path, text, **params)
    assert told in str(error.value)


def test_points_in_another_town_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("lon,lat\n-51.2,-30.0\n", encoding="utf-8")
    with pytest.raises(InputError, match="km from the city's streets"):
        places.read(raw(path), gridcity.grid(3), kind="school")
