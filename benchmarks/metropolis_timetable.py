"""Lines, stops and trips of a generated metropolis as a GTFS zip."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.metropolis_city import DAY, MAIN, STOP, Lattice, lonlat

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

BUS, METRO = (7.0, 12), (14.0, 25)  # metres a second, seconds at a stop
STOPS_OF_A_LINE, SHARED_STOPS = 36, 4  # longer main streets have several lines, which meet at so many stops
METRO_STATION_M, PEOPLE_PER_METRO_LINE = 1300.0, 250_000
FIRST_S, LAST_S = 5 * 3600, 24 * 3600
RUSH_HOURS = ((7 * 3600, 9 * 3600), (15 * 3600, 18 * 3600))
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Line:
    """A line of public transport: the nodes it calls at, and how far apart they are on the way."""

    name: str
    metro: bool
    stops: NDArray[np.int64]
    seconds: NDArray[np.int64]
    headway_s: tuple[int, int]  # in rush hours and else


def write_timetable(path: Path, lattice: Lattice, people: int, random: np.random.Generator) -> None:
    """Lines, stops and trips of a working day as a GTFS zip."""
    import pyarrow as pa
    from pyarrow import csv

    lines = [*_buses(lattice), *_metro(lattice, people)]
    names = [line.name for line in lines]
    tables = {
        "agency": {
            "agency_id": ["m"],
            "agency_name": ["Metropolis (synthetic)"],
            "agency_url": ["https://example.org/"],
            "agency_timezone": ["Europe/Stockholm"],
        },
        "stops": _stops(lines, lattice),
        "routes": {
            "route_id": names,
            "agency_id": ["m"] * len(lines),
            "route_short_name": names,
            "route_type": [1 if line.metro else 3 for line in lines],
        },
        "calendar": {
            "service_id": ["workday"],
            **{day: [int(day[0] != "s")] for day in WEEK},
            "start_date": [f"{DAY[:4]}0105"],
            "end_date": [f"{DAY[:4]}0630"],
        },
        **_trips(lines, random),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, table in tables.items():
            text = io.BytesIO()
            csv.write_csv(pa.table(table) if isinstance(table, dict) else table, text)
            archive.writestr(zipfile.ZipInfo(f"{name}.txt", (2026, 1, 1, 0, 0, 0)), text.getvalue())


def _stops(lines: list[Line], lattice: Lattice) -> dict[str, Any]:
    """A stop a few metres from every junction that a line calls at."""
    import numpy as np

    stops = np.unique(np.concatenate([line.stops for line in lines]))
    lon, lat = lonlat(lattice.xy.reshape(-1, 2)[stops] + 4.0).T
    return {
        "stop_id": stops,
        "stop_name": [f"Stop {stop}" for stop in stops.tolist()],
        "stop_lat": lat,
        "stop_lon": lon,
    }


def _trips(lines: list[Line], random: np.random.Generator) -> dict[str, Any]:
    """The tables trips and stop_times: every line, both ways, from early morning to midnight."""
    import numpy as np
    import pyarrow as pa

    clock = pa.array([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(30 * 3600)])
    trips, times = [], []
    number = 0
    for line in lines:
        for direction, along in enumerate((slice(None), slice(None, None, -1))):
            stops = line.stops[along]
            after = np.append(0, np.cumsum(line.seconds[along]))
            starts = _departures(line.headway_s, random)
            count, calls = len(starts), len(stops)
            ids = pa.array(number + np.arange(count))
            number += count
            told = {"route_id": line.name, "service_id": "workday", "direction_id": direction}
            trips.append(pa.table({"trip_id": ids, **{name: pa.repeat(value, count) for name, value in told.items()}}))
            when = clock.take(pa.array((starts[:, None] + after).ravel()))
            columns = {
                "trip_id": ids.take(pa.array(np.repeat(np.arange(count), calls))),
                "arrival_time": when,
                "departure_time": when,
                "stop_id": np.tile(stops, count),
                "stop_sequence": np.tile(np.arange(calls), count),
            }
            times.append(pa.table(columns))
    return {"trips": pa.concat_tables(trips), "stop_times": pa.concat_tables(times)}


def _buses(lattice: Lattice) -> list[Line]:
    """Lines along every main street, long ones in parts; more often in the middle."""
    import numpy as np

    number = np.arange(lattice.side**2).reshape(lattice.side, lattice.side)
    lines = []
    for word, ids in (("R", number), ("C", number.T)):
        for street in range(MAIN // 2, lattice.side, MAIN):
            calls = ids[street, ::STOP]
            parts = max(1, round(len(calls) / STOPS_OF_A_LINE))
            edges = np.linspace(0, len(calls) - 1, parts + 1).astype(int)
            for part, (low, high) in enumerate(pairwise(edges.tolist())):
                stops = calls[max(0, low - SHARED_STOPS) : high + SHARED_STOPS + 1]
                near = float(lattice.from_centre.ravel()[stops].min())
                headway = (480, 900) if near < 0.3 else (720, 1200) if near < 0.6 else (1200, 1800)
                lines.append(Line(f"{word}{street}-{part}", False, stops, _hops(lattice, stops, *BUS), headway))
    return lines


def _metro(lattice: Lattice, people: int) -> list[Line]:
    """Lines straight through the centre, to three quarters of the way out."""
    import numpy as np
    from scipy.spatial import cKDTree

    count = max(1, round(people / PEOPLE_PER_METRO_LINE))
    tree = cKDTree(lattice.xy.reshape(-1, 2))
    reach = 0.75 * lattice.half_m
    lines = []
    for line in range(count):
        angle = np.pi * (line + 0.3) / count
        along = np.linspace(-reach, reach, max(3, round(2 * reach / METRO_STATION_M)))
        nearest = tree.query(along[:, None] * [np.cos(angle), np.sin(angle)])[1]
        stops = nearest[np.append(True, nearest[1:] != nearest[:-1])].astype(np.int64)
        lines.append(Line(f"M{line + 1}", True, stops, _hops(lattice, stops, *METRO), (240, 480)))
    return lines


def _hops(lattice: Lattice, stops: NDArray[np.int64], m_s: float, dwell_s: int) -> NDArray[np.int64]:
    import numpy as np

    step = np.diff(lattice.xy.reshape(-1, 2)[stops], axis=0)
    return np.asarray(np.rint(np.hypot(step[:, 0], step[:, 1]) / m_s) + dwell_s, np.int64)


def _departures(headway_s: tuple[int, int], random: np.random.Generator) -> NDArray[np.int64]:
    """Seconds of the day at which a line sets out, more often in rush hours."""
    import numpy as np

    now, found = FIRST_S + int(random.integers(headway_s[1])), []
    while now < LAST_S:
        found.append(now)
        now += headway_s[0 if any(low <= now < high for low, high in RUSH_HOURS) else 1]
    return np.array(found, np.int64)
