"""Stops, stations, entrances: where they are and what belongs to what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.sources.gtfs.tables import Sheet, places_in, real, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = (
    "stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding"
)  # fmt: skip
KINDS = ("stop", "station", "entrance", "node", "boarding")
WHEELCHAIR = (None, "yes", "no")


@dataclass(slots=True, eq=False)
class Stops:
    """Stops of one feed, in the order of the file.

    ids: as in the file. lon, lat: float64[n], NaN where nowhere. kind: index into KINDS. parent: row of the station, or
    -1. lost: parents that are not in the file.
    """

    sheet: Sheet
    ids: pa.Array
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kind: NDArray[np.int64]
    parent: NDArray[np.int32]
    lent: int
    lost: int

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Which stops have a place on earth, bool[n]."""
        return np.isfinite(self.lon)


def read_stops(sheet: Sheet, problems: list[Problem]) -> Stops:
    """Stops with their places. Coordinates that are missing are no problem here: only a trip makes them one."""
    ids = sheet["stop_id"]
    problems += ids_problems(sheet, "stop_id")
    lat, bad_lat = real(sheet["stop_lat"])
    lon, bad_lon = real(sheet["stop_lon"])
    bad = bad_lat | bad_lon | (np.abs(np.nan_to_num(lat)) > 90) | (np.abs(np.nan_to_num(lon)) > 180)

    def seen(row: int) -> str:
        return f"stop_lat {sheet.cell('stop_lat', row)!r}, stop_lon {sheet.cell('stop_lon', row)!r} are no coordinates"

    problems += sheet.complain(bad, seen, "latitude and longitude in degrees, with a decimal point")
    nowhere = bad | ~np.isfinite(lon) | ~np.isfinite(lat) | ((lon == 0) & (lat == 0))
    lon, lat = np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat)
    kind, bad_kind = whole(sheet["location_type"])
    bad_kind |= (kind < 0) | (kind >= len(KINDS))
    problems += sheet.complain(
        bad_kind, lambda row: f"location_type {sheet.cell('location_type', row)!r} is not known", "0 to 4, or blank"
    )
    kind[bad_kind] = 0
    parents = sheet["parent_station"]
    parent = places_in(parents, ids)
    named = np.asarray(pc.not_equal(parents, ""))
    lost = int((named & (parent < 0)).sum())
    parent[~named] = -1
    lent = 0
    if len(ids):  # nodes and boarding areas need no coordinates of their own: those of their station serve
        borrowed = nowhere & ~bad & (parent >= 0) & (kind >= 3)
        for _ in range(2):  # a boarding area belongs to a platform, which belongs to a station
            lon, lat = np.where(borrowed, lon[parent], lon), np.where(borrowed, lat[parent], lat)
        lent = int((borrowed & np.isfinite(lon)).sum())
    return Stops(sheet, ids, lon, lat, kind, parent, lent, lost)


def stops_table(stops: Stops, prefix: str) -> pa.Table:
    """The rows of the layer: stops that have a place."""
    import shapely

    keep = np.flatnonzero(stops.placed)
    ids = prefixed(prefix, stops.ids)
    parent = pa.array(stops.parent, pa.int32(), mask=stops.parent < 0)
    chair, _ = whole(stops.sheet["wheelchair_boarding"])
    chair = np.where((chair < 0) | (chair > 2), 0, chair)
    columns: dict[str, Any] = {
        "id": ids,
        "name": blank_is_null(stops.sheet["stop_name"]),
        "geometry": pa.array(shapely.to_wkb(shapely.points(stops.lon, stops.lat), byte_order=1), pa.binary()),
        "parent": ids.take(parent),
        "kind": pa.array(KINDS, pa.string()).take(pa.array(stops.kind)),
        "wheelchair": pa.array(WHEELCHAIR, pa.string()).take(pa.array(chair)),
    }
    return pa.table(columns).take(pa.array(keep))


def stops_notes(stops: Stops, used: NDArray[np.bool_]) -> list[str]:
    """What a person should know of these stops."""
    counts = Counter(KINDS[k] for k in stops.kind.tolist())
    notes = []
    if set(counts) != {"stop"}:
        notes.append(", ".join(f"{counts[k]:,} of kind {k}" for k in KINDS if counts[k]))
    unused = int((~used & (stops.kind == 0) & stops.placed).sum())
    if unused:
        notes.append(f"{unused:,} stops are used by no trip")
    if stops.lent:
        notes.append(f"{stops.lent:,} places inside stations have no coordinates and stand where their station stands")
    if stops.lost:
        notes.append(f"{stops.lost:,} stops name a parent_station that is not in the file; they stand alone")
    return notes


# shared by the files of a feed


def prefixed(prefix: str, ids: pa.Array) -> pa.Array:
    """Ids that carry their feed: `gtfs:<feed>/stop/<stop_id>`."""
    return pc.binary_join_element_wise(pa.scalar(prefix), ids, "")


def blank_is_null(texts: pa.Array) -> pa.Array:
    """The same text with nulls where it is empty."""
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def ids_problems(sheet: Sheet, name: str) -> list[Problem]:
    """Ids that are blank or occur twice."""
    ids = sheet[name]
    blank = np.asarray(pc.equal(ids, ""))
    problems = sheet.complain(blank, lambda _: f"{name} is blank", "every row needs an id")
    if pc.count_distinct(ids).as_py() < len(ids):
        codes = np.asarray(ids.dictionary_encode().indices)
        _, first = np.unique(codes, return_index=True)
        again = np.ones(len(ids), np.bool_)
        again[first] = False
        hint = "ids must differ; was the file joined from two?"
        problems += sheet.complain(again & ~blank, lambda row: f"{name} {ids[row].as_py()!r} occurs again", hint)
    return problems
