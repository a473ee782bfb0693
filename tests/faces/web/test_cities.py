"""Which cities are here, and what is in them."""

from __future__ import annotations

import datetime
import threading

import pyarrow as pa
import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.layer import Layer
from stadslab.faces.web import cities
from stadslab.faces.web.cities import city_and_version, city_of
from tests.faces.web.asking import desk_of, good


def test_cities_are_listed(client, town_lab):
    (head,) = good(client.get("/api/cities"))["cities"]
    assert (head["name"], head["version"], head["synthetic"]) == ("town", town_lab.version("town"), True)
    assert head["layers"] == sorted(town_lab.city("town").layers)


def test_a_lab_without_a_city_lists_none(empty_lab):
    from fastapi.testclient import TestClient

    from stadslab.faces.web.app import create_app

    with TestClient(create_app(empty_lab), base_url="http://127.0.0.1") as client:
        assert good(client.get("/api/cities")) == {"cities": [], "problems": []}


def test_a_damaged_city_keeps_nobody_from_the_others(tmp_path):
    from fastapi.testclient import TestClient

    from stadslab.faces.web.app import create_app
    from stadslab.lab.lab import Lab
    from tests.lab.cities import city, kept

    lab = kept(tmp_path / "lab", city())
    (lab.folder.cities / "broken.json").write_text("{")
    with TestClient(create_app(Lab(lab.folder.path)), base_url="http://127.0.0.1") as client:
        found = good(client.get("/api/cities"))
        assert client.get("/api/cities/broken").status_code == 503
    assert [head["name"] for head in found["cities"]] == ["grid"]
    assert "broken.json" in found["problems"][0]["where"]


def test_a_city_tells_what_a_map_needs_before_it_asks(client, town_lab):
    found, city = good(client.get("/api/cities/town")), town_lab.city("town")
    west, south, east, north = found["bounds"]
    assert west < found["centre"][0] < east
    assert south < found["centre"][1] < north
    assert {t["name"]: t["rows"] for t in found["tables"]} == {n: layer.rows for n, layer in city.layers.items()}
    assert next(iter(found["groups"])) == "total"
    assert "0-5" in found["groups"]["age"]
    assert "jobs" not in found["groups"]
    assert {"h3:9", "square:250", "areas"} <= {s["spec"] for s in found["supports"]}
    assert found["service"]["usual"] in found["service"]["dates"]
    assert sum(k["count"] for k in found["kinds"]) == city["places"].rows
    assert "Stadslab, synthetic" in found["attributions"]


def test_it_is_told_again_only_when_it_has_changed(client):
    first = client.get("/api/cities/town")
    again = client.get("/api/cities/town", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unknown_city_is_not_found(client):
    reply = client.get("/api/cities/nowhere")
    assert reply.status_code == 404
    assert "town" in reply.json()["problems"][0]["hint"]


def test_a_version_is_named_by_its_start_and_is_one_object_for_all(client, town_lab):
    desk, version = desk_of(client), town_lab.version("town")
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(city_of(desk, f"town@{version[:6]}"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert {id(city) for city in found} == {id(city_of(desk, "town"))}
    assert city_and_version(desk, "town")[1] == version


@pytest.mark.parametrize("name", ["town@", "town@ffffffffff", "../town", "town/x"])
def test_other_names_are_refused(client, name):
    with pytest.raises((NotFoundError, InputError)):
        city_of(desk_of(client), name)


def test_the_usual_day_is_a_full_one(town_lab):
    city = town_lab.city("town")
    trips = cities.trips_by_day(city)
    found = cities._service(city)
    weekdays = {day: n for day, n in trips.items() if datetime.date.fromisoformat(day).weekday() in (1, 2, 3)}
    assert found is not None
    assert found.usual in weekdays
    assert weekdays[found.usual] >= 0.95 * max(weekdays.values())
    assert sum(trips.values()) > 0


def test_days_that_one_feed_alone_covers_are_not_usual(town_lab):
    city = town_lab.city("town")
    days = city["service_days"].scan().to_pylist()
    busy = max((row for row in days), key=lambda row: row["date"])
    extra = [{**busy, "id": f"late/{n}", "date": f"2031-01-{n:02d}", "service": "none"} for n in range(1, 29)]
    table = pa.Table.from_pylist([*days, *extra], schema=city["service_days"].schema.arrow)
    longer = city.with_layer(Layer.of("service_days", table, city["service_days"].stamp))
    found = cities._service(longer)
    assert found is not None
    assert found.last == "2031-01-28"
    assert found.usual < "2031"
