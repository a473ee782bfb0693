"""Files from any address, and answers of a map server on the loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.source import Raw
from stadslab.sources._address import fetched_address
from stadslab.sources._download import FetchError, Manners
from stadslab.sources.areas import SOURCE
from stadslab.sources.areas import fetch as fetch_areas
from stadslab.sources.people import fetch as fetch_people
from tests.sources.server import serving

WFS = "/wfs?service=WFS&version=1.1.0&request=GetFeature&typeName=stat:DeSO_2025&outputFormat="


def collection(count: int = 2, **more: object) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"desokod": f"0180C10{n}0"},
            "geometry": shapely.geometry.mapping(shapely.box(18 + n, 59, 18.5 + n, 59.5)),
        }
        for n in range(count)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def get(cache: Path, url: str, ending: str = "", sha256: str = "") -> Raw:
    return fetched_address(
        cache,
        url,
        suffixes=(".gpkg", ".geojson", ".csv"),
        ending=ending,
        sha256=sha256,
        again=False,
        progress=lambda *_: None,
        sleep=lambda _: None,
        manners=Manners(tries=2),
    )


def test_an_answer_of_a_map_server_becomes_areas(tmp_path: Path) -> None:
    with serving() as server:
        server.files[f"{WFS}application/json"] = collection(numberMatched=2)
        raw = fetch_areas(tmp_path, url=f"{server.url}{WFS}application/json")
        assert fetch_areas(tmp_path, url=f"{server.url}{WFS}application/json") == raw
    assert len(server.asked) == 1
    assert raw.files[0].path.name.startswith("stat-deso-2025-")
    (areas,) = SOURCE.read(raw, None, id_column="desokod", vintage="DeSO 2025")
    assert areas.scan("id")["id"].to_pylist() == ["0180C1000", "0180C1010"]


def test_a_table_at_an_address(tmp_path: Path) -> None:
    with serving(**{"people.csv": b"deso,total\n0180C1010,7\n"}) as server:
        raw = fetch_people(tmp_path, url=f"{server.url}/people.csv")
    assert raw.files[0].path.suffix == ".csv"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (collection(numberMatched=6160), "half a layer: 2 of 6,160 features came"),
        (collection()[:-9], "the answer broke off"),
        (b"<ows:ExceptionReport><x>Could not find layer</x></ows:ExceptionReport>", "Could not find layer"),
        (b"id,name\n", "no .geojson file"),
    ],
)
def test_answers_that_are_not_whole(tmp_path: Path, body: bytes, what: str) -> None:
    with serving() as server:
        server.files[f"{WFS}json"] = body
        with pytest.raises(FetchError, match=what):
            get(tmp_path, f"{server.url}{WFS}json")
    assert not list(tmp_path.glob("*.geojson"))


def test_half_a_geopackage(tmp_path: Path) -> None:
    import pyogrio

    whole = tmp_path / "whole.gpkg"
    table = tmp_path / "t.geojson"
    table.write_bytes(collection())
    pyogrio.write_dataframe(pyogrio.read_dataframe(table), whole)
    body = whole.read_bytes()
    with serving(**{"a.gpkg": body, "b.gpkg": body[: len(body) // 2]}) as server:
        assert get(tmp_path / "cache", f"{server.url}/a.gpkg").files[0].path.read_bytes() == body
        with pytest.raises(FetchError, match="bytes came of"):
            get(tmp_path / "cache", f"{server.url}/b.gpkg")


def test_addresses_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither files nor an address"):
        fetch_areas(tmp_path)
    with pytest.raises(InputError, match="is no web address"):
        get(tmp_path, "file:///etc/passwd")
    with pytest.raises(InputError, match="does not tell the sort"):
        get(tmp_path, "http://127.0.0.1:9/areas")
    with pytest.raises(InputError, match=r"a .shp file, which cannot be read here"):
        get(tmp_path, "http://127.0.0.1:9/areas", ending="shp")
    with serving() as server, pytest.raises(NotFoundError) as caught:
        get(tmp_path, f"{server.url}/gone", ending="csv")
    assert "may have moved" in caught.value.problems[0].hint
