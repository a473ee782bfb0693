"""Tables of Statistics Sweden, from a server on the loopback that speaks PxWeb."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely

from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.progress import silent
from stadslab.core.source import Raw, RawFile
from stadslab.lab import catalog
from stadslab.sources._download import FetchError, Manners, sha256_of
from stadslab.sources.scb import SOURCE
from stadslab.sources.scb.cube import cube_from
from stadslab.sources.scb.fetching import Asked, digest_of, fetched
from stadslab.sources.scb.tables import NAMES
from tests.sources.pxweb import AGES, DESO, PxWeb, statistical_database


@pytest.fixture
def server() -> Iterator[PxWeb]:
    with statistical_database() as started:
        yield started


def fetch(server: PxWeb, cache: Path, slept: list[float] | None = None, **given: Any) -> Raw:
    asked = {"level": "deso", "year": 2023, "region": "01", "tables": ("age",), "cells": 150_000} | given
    asked = {"api": server.url, "sha256": "", "again": False} | asked
    waits = [] if slept is None else slept
    return fetched(cache, Asked(**asked), progress=silent, sleep=waits.append, manners=Manners(tries=3))


def city(vintage: str = "DeSO 2018", ids: tuple[str, ...] = DESO) -> City:
    shapes = [shapely.box(18 + n / 10, 59, 18.1 + n / 10, 59.1) for n in range(len(ids))]
    rows = pa.table(
        {
            "id": pa.array(ids),
            "name": pa.array([None] * len(ids), pa.string()),
            "vintage": pa.array([vintage] * len(ids)),
            "geometry": pa.array(list(shapely.to_wkb(shapes)), pa.binary()),
        }
    )
    stamp = Stamp("areas", "t", "l", "a", "h", (), {}, Verdict(len(ids), len(ids)), vintage)
    return City("c", "EPSG:3006", {"areas": Layer.of("areas", rows, stamp)})


def rows_of(layer: Layer) -> dict[str, tuple[float | None, bool, str]]:
    return {row["id"]: (row["value"], row["suppressed"], row["measure"]) for row in layer.scan().to_pylist()}


def test_all_tables_of_a_county(server: PxWeb, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path, tables=NAMES)
    (people,) = SOURCE.read(raw, city())
    rows = rows_of(people)
    assert rows["0114A0010/total/all"] == (170, False, "count")
    assert rows["0114A0010/age/0-4"] == (10, False, "count")
    assert rows["0114A0010/age/80+"] == (10, False, "count")
    assert rows["0114A0010/income/median"] == (374.7, False, "mean")
    assert rows["0114A0010/tenure/tenant-owned"] == (5, False, "count")
    assert rows["0114A0010/background/foreign"] == (5, False, "count")
    assert rows["0114A0010/education/upper secondary"] == (5, False, "count")
    assert len(rows) == len(DESO) * (len(AGES) + 1 + 5 + 4 + 2)
    assert people.stamp.vintage == "DeSO 2018"
    assert people.stamp.licence == "CC0-1.0"
    assert set(people.scan("vintage")["vintage"].to_pylist()) == {"DeSO 2018"}


def test_withheld_cells_stay_withheld_and_are_no_zeros(server: PxWeb, tmp_path: Path) -> None:
    (people,) = SOURCE.read(fetch(server, tmp_path, tables=("age", "income")), city())
    rows = rows_of(people)
    assert rows["0114C1010/age/80+"] == (None, True, "count")
    assert rows["0180C1010/income/median"] == (None, True, "mean")
    assert any("age, 80+: 1 number" in note and "withheld" in note for note in people.stamp.verdict.notes)


def test_from_2024_on_codes_carry_their_edition(server: PxWeb, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path, year=2024, tables=("age", "education"))
    assert server.queries[0]["Region"] == [f"{code}_DeSO2025" for code in (*DESO, "0180C1020")]
    areas = city("DeSO 2025", (*DESO, "0180C1020"))
    (people,) = SOURCE.read(raw, areas)
    assert people.stamp.vintage == "DeSO 2025"
    assert "0180C1020/total/all" in rows_of(people)
    with pytest.raises(InputError, match="keyed to 'DeSO 2025', the city's areas are 'DeSO 2018'"):
        SOURCE.read(raw, city())


def test_larger_areas_and_a_single_municipality(server: PxWeb, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path, level="regso", region="0180")
    assert server.queries[0]["Region"] == ["0180R001"]
    (people,) = SOURCE.read(raw, city("RegSO 2020", ("0180R001",)))
    assert people.stamp.vintage == "RegSO 2020"


def test_regions_are_asked_for_in_batches_within_the_limits(server: PxWeb, tmp_path: Path) -> None:
    server.limit = 2 * len(AGES)
    slept: list[float] = []
    raw = fetch(server, tmp_path, slept, cells=server.limit + 1)
    assert [query["Region"] for query in server.queries] == [list(DESO[:2]), [DESO[2]]]
    assert len(slept) == 2  # a pause before each call but the first
    assert 10 / min(slept) < 10  # calls in ten seconds
    (people,) = SOURCE.read(raw, city())
    assert sum(value or 0 for key, (value, _, _) in rows_of(people).items() if "/total/" in key) == 510


def test_a_broken_fetch_goes_on_where_it_stopped(server: PxWeb, tmp_path: Path) -> None:
    refused = (500, b'{"error":"internal"}', {})
    server.instead = [None, None, refused]
    with pytest.raises(FetchError, match="status 500") as caught:
        fetch(server, tmp_path, cells=len(AGES))
    assert "try again later" in caught.value.problems[0].hint
    assert len(server.queries) == 2
    first = fetch(server, tmp_path, cells=len(AGES))
    assert [query["Region"] for query in server.queries[2:]] == [[DESO[1]], [DESO[2]]]
    before = len(server.asked)
    assert fetch(server, tmp_path, cells=len(AGES)) == first
    assert len(server.asked) == before  # all in the cache, variables too


def test_a_server_that_asks_to_wait_is_waited_for(server: PxWeb, tmp_path: Path) -> None:
    slept: list[float] = []
    server.instead = [None, (429, b"", {"Retry-After": "7"})]
    fetch(server, tmp_path, slept)
    assert 7.0 in slept


@pytest.mark.parametrize(
    ("status", "what", "hint"),
    [
        (400, "status 400.*Parameter error", "codes may have changed"),
        (403, "status 403.*Parameter error", "lower cells="),
        (404, "status 404", "may have moved"),
        (500, "status 500", "try again later"),
    ],
)
def test_refusals_are_explained(server: PxWeb, tmp_path: Path, status: int, what: str, hint: str) -> None:
    server.instead = [None, (status, b'{"error":"Parameter error"}', {})]
    with pytest.raises((FetchError, NotFoundError), match=what) as caught:
        fetch(server, tmp_path)
    assert hint in caught.value.problems[0].hint
    assert not list(tmp_path.glob("*.jsonstat"))


def test_too_many_cells_in_earnest(server: PxWeb, tmp_path: Path) -> None:
    server.limit = 5
    with pytest.raises(FetchError, match="Too many values selected"):
        fetch(server, tmp_path)
    with pytest.raises(InputError, match="one region has 18 cells, more than a query may have"):
        fetch(server, tmp_path, cells=17)


def spoilt(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def spoil(body: bytes) -> bytes:
        cube = json.loads(body)
        change(cube)
        return json.dumps(cube).encode()

    return spoil


def without_last_region(cube: dict[str, Any]) -> None:
    index = cube["dimension"]["Region"]["category"]["index"]
    del index[max(index, key=index.get)]
    each = len(cube["value"]) // cube["size"][0]
    cube["size"][0] -= 1
    cube["value"] = cube["value"][:-each]


HALVES = {
    "broken off": (lambda body: body[: len(body) // 2], "no whole JSON"),
    "empty": (lambda body: b"", "it is empty"),
    "an error with status 200": (lambda body: b'{"error": "timeout"}', "told an error: timeout"),
    "a web page": (lambda body: b"<html>maintenance</html>", "no whole JSON"),
    "cells missing": (spoilt(lambda cube: cube["value"].pop()), "53 cells are there, 54 should be"),
    "a region missing": (spoilt(without_last_region), "1 of 3 codes of Region are missing"),
    "sizes that do not fit": (spoilt(lambda cube: cube["size"].__setitem__(0, 9)), "half a table"),
    "text for numbers": (spoilt(lambda cube: cube["value"].__setitem__(0, "10")), "hold no numbers"),
}


@pytest.mark.parametrize("sort", HALVES)
def test_half_a_table_is_refused(server: PxWeb, tmp_path: Path, sort: str) -> None:
    spoil, what = HALVES[sort]
    server.instead = [None, spoil]
    with pytest.raises(FetchError, match=what):
        fetch(server, tmp_path)
    assert not list(tmp_path.glob("*.jsonstat*"))[1:]  # at most a lock


def test_a_pin_on_all_answers(server: PxWeb, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path, tables=("age", "tenure"))
    pin = digest_of(list(raw.files))
    (people,) = SOURCE.read(raw, city())
    assert people.stamp.params["sha256"] == pin
    assert fetch(server, tmp_path, tables=("tenure", "age"), sha256=pin.upper())
    with pytest.raises(FetchError, match="wanted was 00"):
        fetch(server, tmp_path, tables=("age", "tenure"), sha256="00")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"year": 2031}, "variable Tid has no code 2031; it has 2022, 2023, 2024"),
        ({"region": "1"}, "'1' is no code of a county or municipality"),
        ({"region": "99"}, "it has no areas of DeSO 2018 in 99; it has no deso at all"),
        ({"tables": ("age", "income", "cars")}, "no table is called 'cars'"),
        ({"tables": ()}, "no table is named"),
    ],
)
def test_wishes_that_cannot_be_met(server: PxWeb, tmp_path: Path, given: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        fetch(server, tmp_path, **given)


def test_a_table_whose_codes_changed_is_no_guess(server: PxWeb, tmp_path: Path) -> None:
    table = server.tables["BE/BE0101/BE0101Y/FolkmDesoAldKon"]
    table.variables["Alder"] = (*(age for age in AGES if age != "80-"), "80-84", "85-")
    with pytest.raises(InputError, match="variable Alder has no code 80-"):
        fetch(server, tmp_path)
    del server.tables["BE/BE0101/BE0101Y/FolkmDesoAldKon"]
    with pytest.raises(NotFoundError, match="no such table"):
        fetch(server, tmp_path / "other")


def test_a_year_added_since_is_looked_for(server: PxWeb, tmp_path: Path) -> None:
    table = server.tables["BE/BE0101/BE0101Y/FolkmDesoAldKon"]
    years = table.variables["Tid"]
    table.variables["Tid"] = years[:1]
    fetch(server, tmp_path, year=2022)
    table.variables["Tid"] = years
    assert fetch(server, tmp_path, year=2023).files


def saved(path: Path, raw: Raw, change: Callable[[dict[str, Any]], None]) -> Raw:
    cube = json.loads(raw.files[0].path.read_text())
    change(cube)
    path.write_text(json.dumps(cube))
    return Raw((RawFile(path, sha256_of(path)),))


def only_nothing(cube: dict[str, Any]) -> None:
    cube["value"] = [None] * len(cube["value"])


def no_band(cube: dict[str, Any]) -> None:
    cube["dimension"]["Alder"]["category"]["index"] = {
        ("x" if code == "5-9" else code): n for code, n in cube["dimension"]["Alder"]["category"]["index"].items()
    }


BAD_FILES: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "only blanks": (only_nothing, "not one number in 3 areas of DeSO 2018"),
    "a band missing": (no_band, "half a table: age '5-9' is missing for 3 of 3 areas"),
    "another table": (lambda cube: cube["id"].__setitem__(1, "Bransch"), "do not fit together"),
    "no data set": (lambda cube: cube.pop("class"), "no JSON-stat 2 data set"),
}


@pytest.mark.parametrize("sort", BAD_FILES)
def test_files_that_are_no_whole_tables(server: PxWeb, tmp_path: Path, sort: str) -> None:
    change, what = BAD_FILES[sort]
    raw = saved(tmp_path / "my.json", fetch(server, tmp_path), change)
    with pytest.raises(InputError, match=what):
        SOURCE.read(raw, city())


def test_years_and_editions_are_never_mixed(server: PxWeb, tmp_path: Path) -> None:
    old, new = (fetch(server, tmp_path, year=year) for year in (2023, 2024))
    with pytest.raises(InputError) as caught:
        SOURCE.read(Raw(old.files + new.files), city())
    told = str(caught.value)
    assert "several years: 2023, 2024" in told
    assert "several editions of the areas: DeSO 2018, DeSO 2025" in told


def test_cells_by_place_and_marks_as_the_format_allows() -> None:
    text = json.dumps(
        {
            "class": "dataset",
            "id": ["Region", "Tid"],
            "size": [3, 1],
            "dimension": {
                "Region": {"category": {"index": ["b", "a", "c"]}},
                "Tid": {"category": {"label": {"2023": "2023"}}},
            },
            "value": {"0": 4, "2": 5.5},
            "status": {"1": ".."},
        }
    )
    cells = list(cube_from(text, "x").cells())
    assert [(codes["Region"], value, mark) for codes, value, mark in cells] == [
        ("b", 4.0, ""),
        ("a", None, ".."),
        ("c", 5.5, ""),
    ]


def test_the_catalog_knows_the_files(server: PxWeb, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path)
    assert catalog.source_for(raw.files[0].path).id == "scb"
    plain = tmp_path / "saved.json"
    plain.write_bytes(raw.files[0].path.read_bytes())
    assert catalog.source_for(plain).id == "scb"


def test_the_public_verb_reaches_the_same_server(server: PxWeb, tmp_path: Path) -> None:
    assert SOURCE.fetch is not None
    raw = SOURCE.fetch(tmp_path, year=2023, tables=("age",), api=server.url)
    assert raw.files[0].origin.startswith(server.url)
