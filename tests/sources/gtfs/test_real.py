"""Real timetables beside a second reader: the csv module of the standard library, row by row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from stadslab.core.layer import Layer
from tests.sources.gtfs.feeds import load, notes, rows

pytestmark = pytest.mark.real

CATALOGUE = "catalogue of the data (shared/data/README.md)"


class Second:
    """All files of a feed as rows of text."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.files = {name: self._rows(archive.read(name)) for name in archive.namelist()}

    def __getitem__(self, name: str) -> list[dict[str, str]]:
        return self.files.get(f"{name}.txt", [])

    @staticmethod
    def _rows(data: bytes) -> list[dict[str, str]]:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        return [{k.strip(): (v or "").strip() for k, v in row.items()} for row in reader]


def clock(text: str) -> int:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def check_against(second: Second, feed: str, layers: dict[str, Layer]) -> None:
    """Every trip, call by call: stops in order, and the times that are told."""
    calls: dict[str, list[tuple[int, str, int | None, int | None]]] = defaultdict(list)
    for row in second["stop_times"]:
        times = [clock(row[k]) if row[k] else None for k in ("arrival_time", "departure_time")]
        calls[row["trip_id"]].append((int(row["stop_sequence"]), row["stop_id"], times[0], times[1]))
    prefix = f"gtfs:{feed}/"
    ours = {r["id"].removeprefix(f"{prefix}trip/"): r for r in rows(layers["trips"]) if r["id"].startswith(prefix)}
    assert set(ours) == {name for name, parts in calls.items() if len(parts) > 1}
    for name, row in ours.items():
        parts = sorted(calls[name], key=lambda part: part[0])
        assert row["stops"] == [f"{prefix}stop/{stop}" for _, stop, *_ in parts]
        for column, at in (("arrive_s", 2), ("depart_s", 3)):
            assert all(part[at] in (None, time) for part, time in zip(parts, row[column], strict=True))
        both = [t for pair in zip(row["arrive_s"], row["depart_s"], strict=True) for t in pair]
        assert both == sorted(both)
    services = {row["service_id"] for row in second["trips"]}
    wanted = {(s, d) for s, d in service_days(second) if s in services}
    listed = [r for r in rows(layers["service_days"]) if r["service"].startswith(prefix)]
    assert {(r["service"].removeprefix(f"{prefix}service/"), r["date"]) for r in listed} == wanted


def service_days(second: Second) -> set[tuple[str, str]]:
    found = set()
    for row in second["calendar"]:
        day, last = (dt.date.fromisoformat(row[k]) for k in ("start_date", "end_date"))
        while day <= last:
            if row[f"{day:%A}".lower()] == "1":
                found.add((row["service_id"], day.isoformat()))
            day += dt.timedelta(1)
    for row in second["calendar_dates"]:
        pair = (row["service_id"], dt.date.fromisoformat(row["date"]).isoformat())
        (found.add if row["exception_type"] == "1" else found.discard)(pair)
    return found


# Porto Alegre


@pytest.fixture(scope="module")
def porto_alegre(real_data: Path) -> tuple[dict[str, Layer], dict[str, Second]]:
    files = {name: real_data / "peer_porto_alegre" / f"poa_{name}.gtfs.zip" for name in ("eptc", "trensurb")}
    return load(*files.values()), {name: Second(path) for name, path in files.items()}


def of_feed(layer: Layer, feed: str) -> list[dict[str, Any]]:
    return [row for row in rows(layer) if row["id"].startswith(f"gtfs:{feed}/")]


@pytest.mark.truth(id="bus stops", what="Porto Alegre: bus stops", source=CATALOGUE, expected=3986)
@pytest.mark.truth(id="bus trips", what="Porto Alegre: bus trips", source=CATALOGUE, expected=2374)
@pytest.mark.truth(id="bus times", what="Porto Alegre: bus stop times", source=CATALOGUE, expected=130_019)
@pytest.mark.truth(id="rail stops", what="Porto Alegre: rail stops", source=CATALOGUE, expected=24)
@pytest.mark.truth(id="rail trips", what="Porto Alegre: rail trips", source=CATALOGUE, expected=1248)
@pytest.mark.truth(id="rail times", what="Porto Alegre: rail stop times", source=CATALOGUE, expected=14_855)
def test_porto_alegre_counts(porto_alegre: tuple[dict[str, Layer], dict[str, Second]], truth: Any) -> None:
    layers, _ = porto_alegre
    for name, feed in (("bus", "poa-eptc"), ("rail", "poa-trensurb")):
        trips = of_feed(layers["trips"], feed)
        truth.check(len(of_feed(layers["stops"], feed)), id=f"{name} stops")
        truth.check(len(trips), id=f"{name} trips")
        truth.check(sum(len(row["stops"]) for row in trips), id=f"{name} times")


@pytest.mark.long
def test_porto_alegre_call_by_call(porto_alegre: tuple[dict[str, Layer], dict[str, Second]]) -> None:
    layers, second = porto_alegre
    for name in ("eptc", "trensurb"):
        check_against(second[name], f"poa-{name}", layers)


def test_porto_alegre_days(porto_alegre: tuple[dict[str, Layer], dict[str, Second]]) -> None:
    """Buses run Monday to Friday; on Good Friday 2019-04-19 only the services that calendar_dates leaves."""
    layers, second = porto_alegre
    listed = [r for r in rows(layers["service_days"]) if r["service"].startswith("gtfs:poa-eptc/")]
    assert {dt.date.fromisoformat(r["date"]).weekday() for r in listed} == {0, 1, 2, 3, 4}
    per_service = Counter(row["service_id"] for row in second["eptc"]["trips"])
    gone = {r["service_id"] for r in second["eptc"]["calendar_dates"] if r["date"] == "20190419"}
    left = sum(count for service, count in per_service.items() if service not in gone)
    ran = {r["service"].rpartition("/")[2] for r in listed if r["date"] == "2019-04-19"}
    assert not ran & gone
    assert sum(per_service[service] for service in ran) == left
    assert f"quietest with service 2019-04-19 with {left:,}" in notes(layers["service_days"])
    assert "poa-eptc: no service on any Saturday or Sunday" in notes(layers["service_days"])


def test_porto_alegre_untimed_stops(porto_alegre: tuple[dict[str, Layer], dict[str, Second]]) -> None:
    layers, second = porto_alegre
    untimed = sum(not row["arrival_time"] for row in second["eptc"]["stop_times"])
    assert f"poa-eptc: {untimed:,} of them are untimed and were interpolated by distance" in notes(layers["trips"])
    assert layers["routes"].stamp.verdict.dropped == {}
    assert {r["timezone"] for r in rows(layers["routes"])} == {"America/Sao_Paulo"}
    assert {r["agency"] for r in of_feed(layers["routes"], "poa-trensurb")} == {"TRENSURB"}  # blanks after commas


@pytest.mark.long
@pytest.mark.truth(what="Porto Alegre, all buses: stop times", source=CATALOGUE, expected=454_501)
def test_porto_alegre_whole(real_data: Path, truth: Any) -> None:
    layers = load(real_data / "peer_porto_alegre" / "poa_eptc_full_calendar_2019.gtfs.zip")
    truth.check(sum(len(stops) for stops in layers["trips"].scan("stops")["stops"].to_pylist()))
    assert (layers["stops"].rows, layers["trips"].rows) == (4207, 8520)


# Helsinki


@pytest.fixture(scope="module")
def helsinki(real_data: Path) -> tuple[dict[str, Layer], Second]:
    path = real_data / "peer_helsinki" / "hsl_2022-02-22.gtfs.zip"
    return load(path, feed="hsl"), Second(path)


@pytest.mark.truth(id="stops", what="Helsinki: stops", source=CATALOGUE, expected=1388)
@pytest.mark.truth(id="routes", what="Helsinki: routes", source=CATALOGUE, expected=200)
@pytest.mark.truth(id="trips", what="Helsinki: trips read", source=CATALOGUE, expected=3195)
@pytest.mark.truth(id="repeats", what="Helsinki: rows of frequencies read", source=CATALOGUE, expected=3226)
def test_helsinki_counts(helsinki: tuple[dict[str, Layer], Second], truth: Any) -> None:
    layers, _ = helsinki
    truth.check(layers["stops"].rows, id="stops")
    truth.check(layers["routes"].rows, id="routes")
    truth.check(layers["trips"].stamp.verdict.rows_in, id="trips")
    truth.check(layers["frequencies"].stamp.verdict.rows_in, id="repeats")


def test_helsinki_call_by_call(helsinki: tuple[dict[str, Layer], Second]) -> None:
    layers, second = helsinki
    check_against(second, "hsl", layers)
    assert layers["trips"].stamp.verdict.dropped == {"trips with fewer than two stops": 8}


def test_helsinki_repeats_exactly(helsinki: tuple[dict[str, Layer], Second]) -> None:
    layers, second = helsinki
    kept = {r["id"].removeprefix("gtfs:hsl/trip/") for r in rows(layers["trips"])}
    wanted = {
        (r["trip_id"], clock(r["start_time"]), clock(r["end_time"]), int(r["headway_secs"]))
        for r in second["frequencies"]
        if r["trip_id"] in kept
    }
    ours = [r for r in rows(layers["frequencies"]) if r["exact"]]
    assert len(ours) == layers["frequencies"].rows
    assert {
        (r["trip"].removeprefix("gtfs:hsl/trip/"), r["start_s"], r["end_s"], r["headway_s"]) for r in ours
    } == wanted


def test_helsinki_modes(helsinki: tuple[dict[str, Layer], Second]) -> None:
    """Extended types: 700 to 704 are buses, 109 is suburban rail."""
    layers, second = helsinki
    words = {
        "0": "tram",
        "1": "metro",
        "4": "ferry",
        "109": "rail",
        **dict.fromkeys(("700", "701", "702", "704"), "bus"),
    }
    wanted = Counter(words[row["route_type"]] for row in second["routes"])
    assert Counter(row["mode"] for row in rows(layers["routes"])) == wanted


def test_helsinki_boarding(helsinki: tuple[dict[str, Layer], Second]) -> None:
    layers, second = helsinki
    counts = Counter(row["trip_id"] for row in second["stop_times"])
    for column, name in (("pickup", "pickup_type"), ("dropoff", "drop_off_type")):
        refused = sum(row[name] == "1" for row in second["stop_times"] if counts[row["trip_id"]] > 1)
        assert sum(not flag for r in rows(layers["trips"]) for flag in r[column] or ()) == refused
