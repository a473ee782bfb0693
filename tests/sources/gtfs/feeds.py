"""Timetables small enough to be read by eye, written in the test that needs them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely

from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.source import Raw, RawFile
from stadslab.sources import gtfs

Rows = list[dict[str, Any]]
LAT = 59.3
EAST = 0.01  # degrees between stops: 567 m


def stops(*names: str, **more: Any) -> Rows:
    """Stops side by side, west to east."""
    return [
        {"stop_id": n, "stop_name": f"Stop {n}", "stop_lat": LAT, "stop_lon": round(18 + i * EAST, 6), **more}
        for i, n in enumerate(names)
    ]


def calls(trip: str, *at: str) -> Rows:
    """Stop times of a trip from words such as `A 08:00:00` or `A 08:00:00 08:01:00` (no time: untimed)."""
    rows = []
    for number, word in enumerate(at, 1):
        stop, *times = word.split(" ")
        rows.append(
            {
                "trip_id": trip,
                "stop_id": stop,
                "stop_sequence": number,
                "arrival_time": times[0] if times else "",
                "departure_time": times[-1] if times else "",
            }
        )
    return rows


def weekdays(service: str = "W", first: str = "20260105", last: str = "20260118", on: str = "1111100") -> Rows:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return [{"service_id": service, **dict(zip(names, on, strict=True)), "start_date": first, "end_date": last}]


def trips(*names: str, route: str = "R", service: str = "W") -> Rows:
    return [{"trip_id": n, "route_id": route, "service_id": service} for n in names]


def tiny(**changed: Rows | None) -> dict[str, Rows]:
    """A whole timetable: bus R from A by B to C at eight, Monday to Friday for two weeks. None takes a file away."""
    files: dict[str, Rows | None] = {
        "agency": [{"agency_id": "1", "agency_name": "Town buses", "agency_timezone": "Europe/Stockholm"}],
        "stops": stops("A", "B", "C"),
        "routes": [{"route_id": "R", "route_short_name": "1", "route_long_name": "A to C", "route_type": 3}],
        "trips": trips("t"),
        "stop_times": calls("t", "A 08:00:00", "B 08:02:00", "C 08:04:00"),
        "calendar": weekdays(),
        **changed,
    }
    return {name: rows for name, rows in files.items() if rows is not None}


def text_of(rows: Rows, separator: str = ",") -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def zipped(path: Path, files: dict[str, Rows] | dict[str, bytes], inside: str = "") -> Path:
    """Write a zip; values are rows, or the very bytes of a file."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in files.items():
            data = rows if isinstance(rows, bytes) else text_of(rows).encode()
            archive.writestr(f"{inside}{name}.txt", data)
    return path


def folder(path: Path, files: dict[str, Rows]) -> Path:
    path.mkdir()
    for name, rows in files.items():
        (path / f"{name}.txt").write_text(text_of(rows), encoding="utf-8")
    return path


def raw(*paths: Path) -> Raw:
    return Raw(
        tuple(
            RawFile(p, "f" * 64 if p.is_dir() else hashlib.sha256(p.read_bytes()).hexdigest() if p.exists() else "")
            for p in paths
        )
    )


def load(*paths: Path, city: City | None = None, **params: Any) -> dict[str, Layer]:
    return {layer.name: layer for layer in gtfs.read(raw(*paths), city, **params)}


def load_tiny(at: Path, city: City | None = None, name: str = "town", **changed: Any) -> dict[str, Layer]:
    """Layers of a changed tiny timetable."""
    return load(zipped(at / f"{name}.zip", tiny(**changed)), city=city)


def refusal(*paths: Path, city: City | None = None, **params: Any) -> str:
    with pytest.raises(InputError) as caught:
        load(*paths, city=city, **params)
    return str(caught.value)


def rows(layer: Layer) -> list[dict[str, Any]]:
    return layer.scan().to_pylist()


def notes(layer: Layer) -> str:
    return "\n".join(layer.stamp.verdict.notes)


def in_city(city: City | None, layers: dict[str, Layer]) -> City:
    return (city or City("town", "EPSG:32634")).with_layer(*layers.values())


def with_streets(west: float = 18.0, south: float = LAT, east: float = 18.02) -> City:
    """A city with one street along a parallel."""
    line = shapely.to_wkb(shapely.LineString([(west, south), (east, south)]))
    words = {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "highway": ["path"]}
    flags = ("walk", "cycle_forward", "cycle_backward", "drive_forward", "drive_backward", "bridge", "tunnel", "steps")
    table = pa.table(
        {
            **words,
            "geometry": [line],
            "length_m": [1.0],
            "speed_kmh": [30.0],
            "level": pa.array([0], pa.int16()),
            **{name: [True] for name in flags},
        }
    )
    stamp = Stamp("test", "", "", "", "", (), {}, Verdict(1, 1))
    return City("town", "EPSG:32634").with_layer(Layer.of("streets", table, stamp))
