"""People from tables in any dialect, and every way such a table can be wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.params import check_params
from stadslab.sources import areas, people
from tests.sources.tables import area_file, city_of, load, raw, text_file, values

PLAIN = "area,total,age_0_5,age_6+\n01,10,4,6\n02,20,9,11\n"


@pytest.fixture
def city(tmp_path: Path) -> City:
    return city_of(tmp_path, ["01", "02", "03"])


def refusal(path: Path | list[Path], city: City | None = None, **params: object) -> str:
    with pytest.raises(InputError) as caught:
        load(path, city, **params)
    return str(caught.value)


def notes(path: Path, city: City | None = None, **params: object) -> str:
    return "\n".join(load(path, city, **params).stamp.verdict.notes)


# dialects


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8"),
        (PLAIN, "utf-8-sig"),
        (PLAIN, "utf-16"),
        (PLAIN.replace(",", ";"), "latin-1"),
        (PLAIN.replace(",", "\t"), "utf-8"),
        (PLAIN.replace(",", "|").replace("\n", "\r\n"), "utf-8"),
        ("People by area\n\n" + PLAIN, "utf-8"),
        (PLAIN + "\n\n", "utf-8"),
        (PLAIN.replace("10,", "10.0,"), "utf-8"),
        ("area,total,age_0_5,age_6+\n02, 20 ,9,11\n01,10,4,6\n", "utf-8"),
    ],
)
def test_every_dialect_says_the_same(tmp_path: Path, city: City, text: str, encoding: str) -> None:
    layer = load(text_file(tmp_path / "p.csv", text, encoding), city)
    assert values(layer) == {
        ("01", "total", "all"): (10.0, False),
        ("02", "total", "all"): (20.0, False),
        ("01", "age", "0-5"): (4.0, False),
        ("02", "age", "0-5"): (9.0, False),
        ("01", "age", "6+"): (6.0, False),
        ("02", "age", "6+"): (11.0, False),
    }
    assert layer.stamp.verdict.rows_in == layer.stamp.verdict.rows_kept == 2
    assert any("1 of the city's 3 areas have no row" in note for note in layer.stamp.verdict.notes)


def test_swedish_age_bands(tmp_path: Path, city: City) -> None:
    header = "deso;0-4 år;5-9 år;80-år;85 år och äldre;100+ år"
    path = text_file(tmp_path / "p.csv", f"{header}\n01;1;2;3;4;5\n", "latin-1")
    layer = load(path, city)
    assert sorted(layer.scan("group")["group"].to_pylist()) == ["0-4", "100+", "5-9", "80+", "85+"]
    assert any("read as latin-1" in note for note in layer.stamp.verdict.notes)


def test_row_order_and_column_order_never_matter(tmp_path: Path, city: City) -> None:
    lines = ["01,10,4,6", "02,20,9,11", "03,0,..,"]
    digests = set()
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        text = "area,total,age_a,age_b\n" + "\n".join(lines)
        digests.add(load(text_file(tmp_path / f"{seed}.csv", text), city).digest)
    turned = "age_b,total,area,age_a\n6,10,01,4\n11,20,02,9\n,0,03,..\n"
    digests.add(load(text_file(tmp_path / "turned.csv", turned), city).digest)
    assert len(digests) == 1


def test_parquet_and_geopackage_with_keys(tmp_path: Path, city: City) -> None:
    pq.write_table(pa.table({"code": ["01", "02"], "total": pa.array([3, None], pa.int32())}), tmp_path / "p.parquet")
    expected = {("01", "total", "all"): (3.0, False), ("02", "total", "all"): (None, False)}
    assert values(load(tmp_path / "p.parquet", city)) == expected
    area_file(tmp_path / "p.gpkg", ["01", "02"], total=[3, None])
    assert values(load(tmp_path / "p.gpkg", city, key="code")) == expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("1'234", 1234),
        ("1e3", 1000),
        ("007", 7),
        (" 5 ", 5),
    ],
)
def test_numbers_as_people_write_them(tmp_path: Path, city: City, cell: str, value: float) -> None:
    assert (
        values(load(text_file(tmp_path / "p.csv", f"area;total\n01;{cell}\n"), city))[("01", "total", "all")][0]
        == value
    )


def test_decimal_comma(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area;total;income_median\n01;1;374,7\n02;2;1 403,25\n")
    found = values(load(path, city, columns=("income_median=income:median", "total=total:all")))
    assert found["01", "income", "median"] == (374.7, False)
    assert found["02", "income", "median"] == (1403.25, False)


def test_a_comma_that_may_mean_two_things_is_asked_about(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area;total\n01;1,234\n02;7\n")
    assert "'1,234': decimals or thousands?" in refusal(path, city)
    assert values(load(path, city, decimal="."))["01", "total", "all"] == (1234.0, False)
    sure = text_file(tmp_path / "q.csv", "area;total\n01;1,234\n02;1,234,567\n")
    assert values(load(sure, city))["02", "total", "all"] == (1234567.0, False)


def test_a_point_that_may_mean_two_things_is_asked_about(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area;einwohner\n01;2.000\n02;1.234\n")
    told = refusal(path, city)
    assert "'2.000': decimals or thousands? (say decimal=',' or decimal='.')" in told
    assert "'1.234': decimals or thousands?" in told
    assert "'1.234': decimals or thousands?" in refusal(path, city, rounded=True)
    found = values(load(path, city, decimal=","))
    assert found["01", "total", "all"] == (2000.0, False)
    assert found["02", "total", "all"] == (1234.0, False)
    assert values(load(path, city, decimal=".", rounded=True))["01", "total", "all"] == (2.0, False)
    estimates = text_file(tmp_path / "q.csv", "area;einwohner\n01;2.125\n02;0.875\n")
    assert values(load(estimates, city, rounded=True))["01", "total", "all"] == (2.0, False)


# withheld, blank, dash


@pytest.mark.parametrize("mark", ["..", "...", "*", "x", "X", "c", ".", " .", ":", "<5", "< 10", "≤4"])
def test_withheld_is_never_zero(tmp_path: Path, city: City, mark: str) -> None:
    found = values(load(text_file(tmp_path / "p.csv", f"area;total\n01;{mark}\n02;7\n"), city))
    assert found == {("01", "total", "all"): (None, True), ("02", "total", "all"): (7.0, False)}


@pytest.mark.parametrize("mark", ["", "  ", "NA", "nan", "null"])
def test_blank_is_unknown_and_not_withheld(tmp_path: Path, city: City, mark: str) -> None:
    path = text_file(tmp_path / "p.csv", f"area;total\n01;{mark}\n02;7\n")
    assert values(load(path, city))["01", "total", "all"] == (None, False)
    assert "1 number is blank" in notes(path, city)


def test_a_dash_is_asked_about(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area;total\n01;-\n02;7\n")
    message = refusal(path, city)
    assert "p.csv, row 2" in message
    assert "dash=zero" in message
    expected = {"zero": (0.0, False), "suppressed": (None, True), "blank": (None, False)}
    for meaning, value in expected.items():
        assert values(load(path, city, dash=meaning))["01", "total", "all"] == value


# columns


def test_columns_told(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area,f,m,inc,note\n01,3,4,210.5,hello\n")
    layer = load(path, city, columns=("f=sex:women", "m=sex:men", "inc=income:mean"), total="sum:sex")
    assert {key: v for key, (v, _) in values(layer).items()} == {
        ("01", "sex", "women"): 3,
        ("01", "sex", "men"): 4,
        ("01", "income", "mean"): 210.5,
        ("01", "total", "all"): 7,
    }
    assert "column 'note' was left out" in "\n".join(layer.stamp.verdict.notes)
    measures = dict(zip(*(layer.scan(n)[n].to_pylist() for n in ("dimension", "measure")), strict=True))
    assert measures == {"sex": "count", "total": "count", "income": "mean"}


def test_a_sum_with_a_withheld_part_is_withheld(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area,age_a,age_b\n01,3,..\n02,1,\n03,1,2\n")
    found = values(load(path, city, total="sum:age"))
    assert [found[a, "total", "all"] for a in ("01", "02", "03")] == [(None, True), (None, False), (3.0, False)]


def test_dimension_for_all_others(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "deso,low,education_missing,total,Median income tkr\n01,3,4,9,350.5\n")
    found = values(load(path, city, dimension="education"))
    assert set(found) == {
        ("01", "education", "low"),
        ("01", "education", "missing"),
        ("01", "total", "all"),
        ("01", "income", "median"),
    }


def test_a_guess_that_may_be_wrong_is_asked_about(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area,gym,post_short,post_long\n01,1,2,3\n")
    assert "post_" in refusal(path, city)
    years = text_file(tmp_path / "y.csv", "area,pop_2010,pop_2023\n01,1,2\n")
    assert "look like years" in refusal(years, city)
    assert values(load(years, city, total="pop_2023")) == {("01", "total", "all"): (2.0, False)}


def test_columns_that_do_not_exist_or_count_nothing(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area,antal\n01,1\n")
    message = refusal(path, city)
    assert "no column is known to count people" in message
    assert "antal" in message
    message = refusal(path, city, columns=("antl=total:all", "nonsense", "antal=total:all"), means=("medel",))
    assert "did you mean antal?" in message
    assert "'nonsense' is not understood" in message
    assert "no column 'medel'" in message
    assert "both count total: all" in refusal(text_file(tmp_path / "q.csv", "area,total,pop\n01,1,1\n"), city)
    assert "no column counts by it" in refusal(text_file(tmp_path / "r.csv", PLAIN), city, total="sum:sex")


def test_parameters_have_units_and_meanings() -> None:
    given = check_params(people.SOURCE.params, {"columns": "a=b:c", "rounded": "true", "key_file": "keys.csv"}, "load")
    assert given["columns"] == ("a=b:c",)
    assert given["key_file"] == Path("keys.csv")
    assert all(p.about for p in (*people.SOURCE.params, *areas.SOURCE.params))


# cells that are no counts


def test_every_bad_cell_is_told_at_once_with_its_row(tmp_path: Path, city: City) -> None:
    text = "area,total,age_a,age_b\n01,-3,1,2\n02,4.5,many,2\n03,9e12,1,-\n"
    message = refusal(text_file(tmp_path / "p.csv", text), city)
    for part in (
        "p.csv, row 2: column 'total' holds -3: a count cannot be negative",
        "p.csv, row 3: column 'total' holds 4.5: persons are counted whole",
        "p.csv, row 3: column 'age_a' holds 'many', which is no number",
        "p.csv, row 4: column 'total' holds 9e+12, too many people",
        "p.csv, row 4: column 'age_b' holds a dash",
    ):
        assert part in message


def test_twenty_problems_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    city = city_of(tmp_path, [f"{i:02d}" for i in range(50)])
    text = "area,total\n" + "".join(f"{i:02d},-1\n" for i in range(50))
    with pytest.raises(InputError) as caught:
        load(text_file(tmp_path / "p.csv", text), city)
    assert len(caught.value.problems) == 21
    assert "and 30 more" in str(caught.value.problems[-1])


def test_estimates_are_rounded_only_when_asked_and_keep_their_sum(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area,total\n01,1.4\n02,2.4\n03,3.4\n")
    assert "rounded=true" in refusal(path, city)
    found = values(load(path, city, rounded=True))
    assert sum(v or 0 for v, _ in found.values()) == 7
    assert "7.20 to 7" in notes(path, city, rounded=True)


def test_negative_means_are_allowed(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "area,mean_income\n01,-3.5\n")
    assert values(load(path, city)) == {("01", "income", "mean"): (-3.5, False)}


def test_ragged_rows_and_double_columns(tmp_path: Path, city: City) -> None:
    message = refusal(text_file(tmp_path / "p.csv", "area,total,total\n01,1,1\n02,3\n03,1,2,3\n"), city)
    assert "2 columns are called 'total'" in message
    assert "row 3: 2 cells, but the header has 3" in message
    assert "row 4: 4 cells" in message


def test_files_that_are_no_tables(tmp_path: Path, city: City) -> None:
    for name, data in [("a.csv", b"PK\x03\x04xlsx"), ("b.csv", b"a\0b"), ("c.csv.gz", b"\x1f\x8bxx"), ("d.csv", b"")]:
        (tmp_path / name).write_bytes(data)
        assert name in refusal(tmp_path / name, city)
    assert "holds no rows" in refusal(text_file(tmp_path / "e.csv", "area,total\n"), city)
    assert "holds no rows" in refusal(text_file(tmp_path / "f.csv", "\n\n"), city)


# keys


def test_keys_that_do_not_exist_are_named_with_the_nearest(tmp_path: Path) -> None:
    city = city_of(tmp_path, ["0114A0010", "0114A0020"])
    path = text_file(tmp_path / "p.csv", "deso,total\n0114A0010,5\n0114A0030,7\n")
    message = refusal(path, city)
    assert "p.csv, row 3: there is no area '0114A0030'" in message
    assert "nearest: 0114A00" in message
    layer = load(path, city, drop_unknown=True)
    assert layer.stamp.verdict.dropped == {"rows of areas the city does not have": 1}
    assert (layer.stamp.verdict.rows_in, layer.stamp.verdict.rows_kept) == (2, 1)


def test_lost_leading_zeros_are_recognised(tmp_path: Path) -> None:
    city = city_of(tmp_path, ["0114", "0115", "0180"])
    message = refusal(text_file(tmp_path / "p.csv", "kommun,total\n114,5\n115,7\n180,1\n"), city, key="kommun")
    assert "leading zeros are lost: '114' should be '0114'" in message
    pq.write_table(pa.table({"kommun": [114, 115], "total": [1, 2]}), tmp_path / "p.parquet")
    assert "leading zeros" in refusal(tmp_path / "p.parquet", city, key="kommun")


def test_upper_and_lower_case(tmp_path: Path) -> None:
    city = city_of(tmp_path, ["NORR", "SÖDER"])
    assert "upper and lower case" in refusal(text_file(tmp_path / "p.csv", "area,total\nnorr,5\nsöder,7\n"), city)


def test_blank_and_double_keys(tmp_path: Path, city: City) -> None:
    message = refusal(text_file(tmp_path / "p.csv", "area,total\n01,5\n01,5\n,3\n"), city)
    assert "key '01' occurs 2 times (rows 2, 3)" in message
    assert "row 4: the key is blank" in message


def test_no_areas_in_the_city(tmp_path: Path) -> None:
    assert "load areas first" in refusal(text_file(tmp_path / "p.csv", PLAIN), None)
    assert "no column 'desokod'" in refusal(text_file(tmp_path / "p.csv", PLAIN), None, key="desokod")


# editions


def editions(folder: Path) -> City:
    return city_of(folder, ["A1", "A2", "B1", "B2"], "2018")


def test_another_edition_is_refused_without_a_key_file(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", "area,total\nA1,5\nA2,7\nB1,3\nB2,4\n")
    message = refusal(path, editions(tmp_path), vintage="2025")
    assert "keyed to '2025', the city's areas are '2018'" in message
    assert "key_file" in message
    layer = load(path, editions(tmp_path), vintage="2018")
    assert set(layer.scan("vintage")["vintage"].to_pylist()) == {"2018"}


def test_another_edition_is_recognised_when_not_stated(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", "area,total\nA1,5\nA2,7\nB3,3\nB4,4\n")
    city = editions(tmp_path)
    assert "another edition of the same areas" in refusal(path, city)
    assert "another edition" in refusal(path, city, drop_unknown=True)


def test_a_key_file_carries_counts_over_without_loss(tmp_path: Path) -> None:
    keys = text_file(tmp_path / "keys.csv", "old,new,share\nX,A1,0.25\nX,A2,0.75\nY,B1,1\nZ,B1,1\n")
    text = "area,total,age_a,age_b,income_mean\nX,11,5,6,100\nY,3,1,2,200\nZ,6,..,4,500\n"
    path = text_file(tmp_path / "p.csv", text)
    layer = load(path, editions(tmp_path), vintage="2025", key_file=keys)
    rows = layer.scan().to_pylist()
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        if row["measure"] == "count" and row["value"] is not None:
            key = (row["area"], row["group"])
            sums[key] = sums.get(key, 0) + row["value"]
    assert sums["A1", "all"] + sums["A2", "all"] == 11
    assert sums["A1", "all"] == 3  # 2.75 by largest remainder
    for area in ("A1", "A2"):
        assert sums[area, "a"] + sums[area, "b"] == sums[area, "all"]
    assert sums["B1", "all"] == 9
    assert sums["B1", "a"] == 1
    assert [row["id"] for row in rows if row["suppressed"]] == ["B1/age/a/withheld"]
    means = {row["area"]: row["value"] for row in rows if row["measure"] == "mean"}
    assert means == {"A1": 100, "A2": 100, "B1": (3 * 200 + 6 * 500) / 9}
    assert set(layer.scan("vintage")["vintage"].to_pylist()) == {"2018"}
    assert ("keys.csv", raw(keys).files[0].sha256) in layer.stamp.inputs


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=4),
    st.lists(st.integers(1, 99), min_size=4, max_size=4),
)
def test_key_files_conserve_every_group(tmp_path: Path, people_of: list[tuple[int, int]], cuts: list[int]) -> None:
    city = editions(tmp_path)
    new = ["A1", "A2", "B1", "B2"]
    lines = [f"O{i},{new[i]},{cut / 100}\nO{i},{new[(i + 1) % 4]},{1 - cut / 100}" for i, cut in enumerate(cuts)]
    keys = text_file(tmp_path / "keys.csv", "old,new,share\n" + "\n".join(lines))
    text = "area,total,age_a,age_b\n" + "".join(f"O{i},{a + b},{a},{b}\n" for i, (a, b) in enumerate(people_of))
    table = load(text_file(tmp_path / "p.csv", text), city, vintage="new", key_file=keys).scan()
    sums = {r["group"]: r["value_sum"] for r in table.group_by("group").aggregate([("value", "sum")]).to_pylist()}
    assert sums == {
        "a": sum(a for a, _ in people_of),
        "b": sum(b for _, b in people_of),
        "all": sum(a + b for a, b in people_of),
    }


def test_key_files_that_make_no_sense(tmp_path: Path) -> None:
    city = editions(tmp_path)
    path = text_file(tmp_path / "p.csv", "area,total\nX,5\nY,7\n")
    cases = [
        ("old,new\nX,A1\nX,A2\nY,B1\n", "X became 2 areas"),
        ("old,new,share\nX,A1,0.5\nX,A2,0.2\nY,B1,1\n", "the shares of X sum to 0.7"),
        ("old,new,share\nX,A1,1.5\nY,B1,1\n", "1.5 is not a share"),
        ("old,new\nX,A1\n", "Y is not in the key file"),
        ("old,new\nX,A1\nY,Q9\n", "new id Q9 is not in the city's areas"),
        ("old,new\nX,A1\nX,A1\nY,B1\n", "occurs twice"),
        ("old,new\nX,\nY,B1\n", "one is blank"),
        ("old\nX\n", "needs two columns"),
        ("old,new,what\nX,A1,3\n", "which holds the shares?"),
        ("first,second\nA1,X\nA2,Y\n", "the other way round"),
    ]
    for number, (text, expected) in enumerate(cases):
        keys = text_file(tmp_path / f"keys{number}.csv", text)
        assert expected in refusal(path, city, key_file=keys)


# points and shapes


def test_points_from_columns(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", "id,lon,lat,total,jobs\na,18.0,59.3,5,1\nb,18.1,59.4,6,\n")
    layer = load(path, City("town", "EPSG:32633"))
    rows = layer.scan().to_pylist()
    assert {r["id"]: r["value"] for r in rows} == {
        "a/jobs/all": 1,
        "a/total/all": 5,
        "b/jobs/all": None,
        "b/total/all": 6,
    }
    assert all(r["area"] is None and r["vintage"] is None for r in rows)
    assert shapely.from_wkb(rows[0]["geometry"]).equals(shapely.Point(18.0, 59.3))


def test_points_in_metres(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", "x,y,total\n674032,6580822,5\n")
    assert "numbers run from" in refusal(path)
    point = shapely.from_wkb(load(path, crs="EPSG:3006").scan().to_pylist()[0]["geometry"])
    assert (point.x, point.y) == pytest.approx((18.0686, 59.3293), abs=0.01)


def test_points_without_ids_are_called_by_where_they_stand(tmp_path: Path) -> None:
    one = text_file(tmp_path / "p.csv", "lon,lat,total\n18,59.3,5\n18,59.3,6\n18.1,59.3,7\n")
    ids = load(one).scan("id")["id"].to_pylist()
    assert ids == [
        "18.0000000 59.3000000 #2/total/all",
        "18.0000000 59.3000000/total/all",
        "18.1000000 59.3000000/total/all",
    ]


def test_bad_coordinates(tmp_path: Path, city: City) -> None:
    path = text_file(tmp_path / "p.csv", "lon,lat,total\n18,59.3,5\n,59.3,6\nx,59.3,7\n")
    message = refusal(path)
    assert "row 3: lon '' and lat '59.3' are no coordinates" in message
    assert "row 4" in message
    far = text_file(tmp_path / "q.csv", "lon,lat,total\n-51.2,-30.0,5\n")
    assert "km from the city's areas" in refusal(far, city)
    assert "both" in refusal(path, None, lon="lon")


def test_own_polygons(tmp_path: Path) -> None:
    layer = load(area_file(tmp_path / "p.gpkg", ["a", "b"], population=[3, 4]))
    assert values(layer) == {("a", "total", "all"): (3.0, False), ("b", "total", "all"): (4.0, False)}
    assert layer.scan("area")["area"].null_count == 2
    bow = shapely.Polygon([(18.0, 59.3), (18.01, 59.31), (18.01, 59.3), (18.0, 59.31)])
    line = shapely.LineString([(18, 59.3), (18.1, 59.3)])
    message = refusal(
        area_file(tmp_path / "q.parquet", ["a", "b", "c"], shapes=[bow, line, None], population=[1, 2, 3])
    )
    for part in (
        "row 1: the outline crosses itself",
        "row 2: the shape is a LineString",
        "row 3: the shape is missing",
    ):
        assert part in message


# several loads and several files


def test_dimensions_add_up_and_the_same_one_is_replaced(tmp_path: Path, city: City) -> None:
    first = load(text_file(tmp_path / "a.csv", PLAIN), city)
    city = city.with_layer(first)
    second = load(text_file(tmp_path / "b.csv", "area,total,sex_f,sex_m\n01,11,5,6\n"), city)
    found = values(second)
    assert found["01", "total", "all"] == (11.0, False)
    assert ("02", "total", "all") not in found
    assert found["02", "age", "6+"] == (11.0, False)
    told = "\n".join(second.stamp.verdict.notes)
    assert "replaced what the city knew of total (2 rows)" in told
    assert "kept what the city knew of age (4 rows)" in told
    assert [name for name, _ in second.stamp.inputs] == ["a.csv", "b.csv"]
    assert second.stamp.params["earlier"][0]["params"]["dimension"] == ""
    again = load(text_file(tmp_path / "b.csv", "area,total,sex_f,sex_m\n01,11,5,6\n"), city.with_layer(second))
    assert again.digest == second.digest


def test_two_files_in_one_load_may_not_disagree(tmp_path: Path, city: City) -> None:
    a = text_file(tmp_path / "a.csv", PLAIN)
    b = text_file(tmp_path / "b.csv", "area,total,sex_f,sex_m\n01,10,5,5\n02,20,8,12\n")
    assert len(values(load([a, b], city))) == 10
    c = text_file(tmp_path / "c.csv", "area,total,sex_f,sex_m\n01,10,5,5\n02,21,8,13\n")
    assert "total, all of 02 is 21, but 20 in a.csv, row 3" in refusal([a, c], city)


def test_sniff(tmp_path: Path) -> None:
    assert people.sniff(text_file(tmp_path / "a.csv", PLAIN))
    assert not people.sniff(text_file(tmp_path / "b.csv", "sensor,time,no2\n1,2,3\n"))
    assert not people.sniff(tmp_path / "gone.csv")


# published tables


DESO = "statistics/scb_deso_{}_stockholm_county.csv"


@pytest.fixture(scope="module")
def county(real_data: Path) -> City:
    city = City("county", "EPSG:32633")
    path = real_data / "areas" / "deso2018_stockholm_county.parquet"
    return city.with_layer(*areas.read(raw(path), city, vintage="DeSO 2018"))


def summed(city: City, path: Path, **params: object) -> dict[str, int]:
    table = load(path, city, **params).scan("dimension", "value")
    return {
        r["dimension"]: round(r["value_sum"])
        for r in table.group_by("dimension").aggregate([("value", "sum")]).to_pylist()
    }


def test_statistics_sweden_tables_load(county: City, real_data: Path) -> None:
    load_one = {
        name: real_data / DESO.format(name) for name in ("age", "education", "foreignborn", "income", "housing")
    }
    assert summed(county, load_one["age"]) == {"total": 2_440_027, "age": 2_440_027}
    assert summed(county, load_one["foreignborn"], dimension="origin") == {"total": 2_440_027, "origin": 2_440_027}
    assert summed(county, load_one["education"], dimension="education") == {"education": 1_335_514}
    assert list(summed(county, load_one["income"])) == ["income"]
    assert list(summed(county, load_one["housing"], dimension="tenure")) == ["tenure"]


def test_deso_2025_onto_deso_2018_is_refused(county: City, real_data: Path) -> None:
    path = real_data / "statistics" / "scb_deso2025_income_unemployment_2024_stockholm_county.csv"
    assert "1,229 of 1,362 keys" in refusal(path, county)
    assert "another edition" in refusal(path, county)
    assert "keyed to 'DeSO 2025'" in refusal(path, county, vintage="DeSO 2025")


def test_porto_alegre_and_helsinki_load(real_data: Path) -> None:
    hexagons = real_data / "peer_porto_alegre" / "poa_hexgrid.csv"
    city = City("town", "EPSG:32722")
    assert summed(city, hexagons) == {"total": 812_935, "jobs": 337_921}
    assert "5 numbers are blank" in notes(hexagons, city)
    assert summed(city, real_data / "peer_helsinki" / "population_grid_2020.gpkg") == {"total": 71_724}
