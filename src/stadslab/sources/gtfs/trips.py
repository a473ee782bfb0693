"""Trips: which route, on which days, at which stops when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.sources.gtfs.stop_times import MEND, ONE_STOP, Broken, StopTimes
from stadslab.sources.gtfs.stops import blank_is_null, ids_problems, prefixed
from stadslab.sources.gtfs.tables import Sheet, places_in, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("trip_id", "route_id", "service_id", "direction_id", "trip_headsign")


@dataclass(slots=True, eq=False)
class Trips:
    """Trips of one feed in the order of the file. route, service: rows there, -1 where unknown."""

    sheet: Sheet
    ids: pa.Array
    route: NDArray[np.int32]
    service: NDArray[np.int32]


def read_trips(sheet: Sheet, routes: pa.Array, services: pa.Array, broken: Broken, problems: list[Problem]) -> Trips:
    """Trips with the rows of their route and service; those that name unknown ones are marked in `broken`."""
    problems += ids_problems(sheet, "trip_id")
    found = Trips(
        sheet, sheet["trip_id"], places_in(sheet["route_id"], routes), places_in(sheet["service_id"], services)
    )
    for column, rows, file in (
        ("route_id", found.route, "routes.txt"),
        ("service_id", found.service, "calendar.txt and calendar_dates.txt"),
    ):
        lost = rows < 0

        def seen(row: int, name: str = column, file: str = file) -> str:
            return f"trip {sheet.cell('trip_id', row)!r}: {name} {sheet.cell(name, row)!r} is not in {file}"

        reason = f"trips whose {column.removesuffix('_id')} is not in the feed"
        broken.mark(np.flatnonzero(lost).astype(np.int32), reason, sheet.complain(lost, seen, MEND))
    return found


def mark_short(times: StopTimes, broken: Broken) -> None:
    """Trips with fewer than two stops carry nobody: they are left out, whatever else is asked for."""
    broken.mark(np.flatnonzero(np.diff(times.start) < 2).astype(np.int32), ONE_STOP)


def trips_table(trips: Trips, times: StopTimes, kept: NDArray[np.bool_], stop_ids: pa.Array, prefix: str) -> pa.Table:
    """The rows of the layer: kept trips with their stops and times. prefix: `gtfs:<feed>/`."""
    rows = pa.array(np.flatnonzero(kept))
    sheet = trips.sheet
    start = np.append(times.start[:-1][kept], times.start[-1])  # trips that are not kept have no entries
    offsets = pa.array(start, pa.int32())
    names = prefixed(f"{prefix}stop/", stop_ids)
    direction, odd = whole(sheet["direction_id"], -1)
    direction = np.where(odd | (direction < 0) | (direction > 1), -1, direction)
    columns = {
        "id": prefixed(f"{prefix}trip/", trips.ids).take(rows),
        "route": prefixed(f"{prefix}route/", sheet["route_id"]).take(rows),
        "service": prefixed(f"{prefix}service/", sheet["service_id"]).take(rows),
        "direction": pa.array(direction, pa.int16(), mask=direction < 0).take(rows),
        "headsign": blank_is_null(sheet["trip_headsign"]).take(rows),
        "stops": pa.ListArray.from_arrays(offsets, names.take(pa.array(times.stop))),
        "arrive_s": pa.ListArray.from_arrays(offsets, pa.array(times.arrive, pa.int32())),
        "depart_s": pa.ListArray.from_arrays(offsets, pa.array(times.depart, pa.int32())),
        "pickup": _flags(times.board, start),
        "dropoff": _flags(times.alight, start),
    }
    return pa.table(columns)


def _flags(flags: NDArray[np.bool_], start: NDArray[np.int64]) -> pa.Array:
    """A list for each trip, null where all are true."""
    where_not = np.concatenate([[0], np.cumsum(~flags)])
    all_true = where_not[start[1:]] == where_not[start[:-1]]
    lists = pa.ListArray.from_arrays(pa.array(start, pa.int32()), pa.array(flags, pa.bool_()))
    return pc.if_else(pa.array(all_true), pa.scalar(None, lists.type), lists)
