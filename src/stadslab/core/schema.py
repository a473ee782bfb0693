"""The columns every layer has: what a source must deliver and an indicator may rely on.

At rest every geometry is WKB in longitude and latitude (OGC:CRS84), and every `id` is stable and readable
(`osm:way/123#456-789`). Dense integers exist only inside `build` and `kernels`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from stadslab.core.errors import InputError, NotFoundError, Problem

TEXT, FLAG, REAL, WKB = pa.string(), pa.bool_(), pa.float64(), pa.binary()
SECONDS = pa.int32()


def list_of(kind: pa.DataType) -> pa.DataType:
    """Several values in a row. The part is called `element`, as Parquet files call it."""
    return pa.list_(pa.field("element", kind))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, whether it may be blank, its unit and meaning."""

    name: str
    type: pa.DataType
    about: str
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class LayerSchema:
    """The columns of one sort of layer. `geometry` says which shapes its geometry column holds (empty: none)."""

    name: str
    about: str
    columns: tuple[Column, ...]
    geometry: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema with this layer's columns in order."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    def conform(self, table: pa.Table, where: str) -> pa.Table:
        """The table with exactly these columns, cast and sorted by `id`; columns that may be blank are added.

        Raises `InputError` naming every column that is missing, has the wrong type or is blank where it may not be,
        and every id that occurs twice.
        """
        problems: list[Problem] = []
        arrays: list[pa.ChunkedArray | pa.Array] = []
        for column in self.columns:
            if column.name not in table.column_names:
                if not column.nullable:
                    problems.append(Problem(where, f"column {column.name!r} is missing", column.about))
                arrays.append(pa.nulls(table.num_rows, column.type))
                continue
            array = table[column.name]
            try:
                array = array.cast(column.type)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                problems.append(
                    Problem(where, f"column {column.name!r} is {array.type}: {error}", f"{column.type} is needed")
                )
            if not column.nullable and array.null_count:
                problems.append(
                    Problem(where, f"column {column.name!r} is blank in {array.null_count} rows", column.about)
                )
            arrays.append(array)
        if problems:
            raise InputError(*problems)
        result = pa.Table.from_arrays(arrays, schema=self.arrow)
        ids = result["id"]
        counts = ids.value_counts()
        twice = (
            [str(row["values"]) for row in counts.to_pylist() if row["counts"] > 1] if len(counts) < len(ids) else []
        )
        if twice:
            raise InputError(
                Problem(
                    where,
                    f"{len(twice)} ids occur more than once, the first {sorted(twice)[0]!r}",
                    "ids must be unique",
                )
            )
        return result.sort_by("id")


_ID = Column("id", TEXT, "stable readable id")
_NAME = Column("name", TEXT, "name on the ground", nullable=True)


def _geometry(about: str, nullable: bool = False) -> Column:
    return Column("geometry", WKB, about, "degrees", nullable)


SCHEMAS: dict[str, LayerSchema] = {
    s.name: s
    for s in (
        LayerSchema(
            "streets",
            "pieces of street and path between junctions",
            (
                _ID,
                Column("from_node", TEXT, "id of the junction where the piece starts"),
                Column("to_node", TEXT, "id of the junction where the piece ends"),
                _geometry("line from from_node to to_node"),
                Column("length_m", REAL, "length along the ellipsoid", "m"),
                Column("highway", TEXT, "OpenStreetMap class of the way"),
                _NAME,
                Column("walk", FLAG, "people may walk here, both ways"),
                Column("cycle_forward", FLAG, "cycling allowed from from_node to to_node"),
                Column("cycle_backward", FLAG, "cycling allowed from to_node to from_node"),
                Column("drive_forward", FLAG, "driving allowed from from_node to to_node"),
                Column("drive_backward", FLAG, "driving allowed from to_node to from_node"),
                Column("speed_kmh", REAL, "free-flow driving speed", "km/h"),
                Column("surface", TEXT, "surface as tagged", nullable=True),
                Column("bridge", FLAG, "on a bridge"),
                Column("tunnel", FLAG, "in a tunnel"),
                Column("level", pa.int16(), "vertical layer, 0 at ground"),
                Column("steps", FLAG, "stairs"),
                Column(
                    "closed",
                    TEXT,
                    "permissions an edit took away, such as `walk drive_forward`; blank when none",
                    nullable=True,
                ),
            ),
            ("LineString",),
        ),
        LayerSchema(
            "places",
            "things people go to",
            (
                _ID,
                Column("kind", TEXT, "kind of place, a word of stadslab.core.kinds"),
                _NAME,
                _geometry("one point"),
                Column("capacity", REAL, "how much it holds (pupils, beds, jobs), blank when not known", nullable=True),
            ),
            ("Point",),
        ),
        LayerSchema(
            "green",
            "green areas",
            (
                _ID,
                Column("kind", TEXT, "park, forest, garden, ..."),
                _NAME,
                _geometry("area"),
                Column("public", FLAG, "open to all as far as the source tells"),
            ),
            ("Polygon", "MultiPolygon"),
        ),
        LayerSchema(
            "water",
            "water areas",
            (_ID, Column("kind", TEXT, "lake, river, sea, ..."), _NAME, _geometry("area")),
            ("Polygon", "MultiPolygon"),
        ),
        LayerSchema(
            "buildings",
            "buildings",
            (
                _ID,
                Column("use", TEXT, "residential, school, office, ..., or unknown"),
                _geometry("footprint"),
                Column("levels", REAL, "storeys above ground", "1", nullable=True),
                Column("dwellings", REAL, "homes in the building", "1", nullable=True),
            ),
            ("Polygon", "MultiPolygon"),
        ),
        LayerSchema(
            "entrances",
            "doors of buildings and places",
            (_ID, Column("kind", TEXT, "main, service, yes, ..."), _geometry("one point")),
            ("Point",),
        ),
        LayerSchema(
            "barriers",
            "gates, bollards and the like on streets",
            (
                _ID,
                Column("kind", TEXT, "gate, bollard, ..."),
                _geometry("one point"),
                Column("walk", FLAG, "people on foot may pass"),
                Column("cycle", FLAG, "bicycles may pass"),
                Column("drive", FLAG, "cars may pass"),
            ),
            ("Point",),
        ),
        LayerSchema(
            "areas",
            "official or given areas of one set and vintage",
            (_ID, _NAME, Column("vintage", TEXT, "which edition of the borders"), _geometry("area")),
            ("Polygon", "MultiPolygon"),
        ),
        LayerSchema(
            "people",
            "people (or jobs, or a mean such as income) by area or point, one row per group",
            (
                _ID,
                Column("area", TEXT, "id in the areas layer, blank when the row has its own geometry", nullable=True),
                Column(
                    "vintage", TEXT, "edition of the borders the key belongs to, blank when not keyed", nullable=True
                ),
                _geometry("own point or area, blank when keyed to an area", nullable=True),
                Column("dimension", TEXT, "total, age, income, origin, jobs, ..."),
                Column("group", TEXT, "group within the dimension; `all` for totals"),
                Column("measure", TEXT, "count (spread and summed) or mean (carried, never summed)"),
                Column(
                    "value", REAL, "number of people, or the mean; blank when suppressed or not known", nullable=True
                ),
                Column("suppressed", FLAG, "the publisher withheld the number"),
            ),
            ("Point", "Polygon", "MultiPolygon"),
        ),
        LayerSchema(
            "stops",
            "stops, stations and what belongs to them",
            (
                _ID,
                _NAME,
                _geometry("one point"),
                Column("parent", TEXT, "id of the station it belongs to", nullable=True),
                Column("kind", TEXT, "stop, station, entrance, node or boarding"),
                Column("wheelchair", TEXT, "boarding with a wheelchair: yes, no; blank when not told", nullable=True),
            ),
            ("Point",),
        ),
        LayerSchema(
            "routes",
            "lines of public transport",
            (
                _ID,
                Column("name", TEXT, "what the line is called: its number or short name, else its long name"),
                Column("long_name", TEXT, "where it goes, in words", nullable=True),
                Column("mode", TEXT, "tram, metro, rail, bus, ferry, ... (sources/gtfs/modes.py)"),
                Column("agency", TEXT, "who runs it", nullable=True),
                Column("timezone", TEXT, "clock its times are told in, such as Europe/Stockholm"),
            ),
        ),
        LayerSchema(
            "trips",
            "journeys of a vehicle from its first to its last stop, one row each, on all days of its service",
            (
                _ID,
                Column("route", TEXT, "id of the route"),
                Column("service", TEXT, "id of the days it runs, see service_days"),
                Column("direction", pa.int16(), "0 or 1, the two ways of the route", nullable=True),
                Column("headsign", TEXT, "what the vehicle shows", nullable=True),
                Column("stops", list_of(TEXT), "ids of its stops in order"),
                Column(
                    "arrive_s",
                    list_of(SECONDS),
                    "arrival at each stop after noon minus 12 hours of the service day; over 86,400 after midnight",
                    "s",
                ),
                Column("depart_s", list_of(SECONDS), "departure from each stop, told like arrive_s", "s"),
                Column("pickup", list_of(FLAG), "people may board at each stop; blank: at all", nullable=True),
                Column("dropoff", list_of(FLAG), "people may alight at each stop; blank: at all", nullable=True),
            ),
        ),
        LayerSchema(
            "service_days",
            "the days each service runs",
            (_ID, Column("service", TEXT, "id of the service"), Column("date", TEXT, "the day, as 2019-05-13")),
        ),
        LayerSchema(
            "frequencies",
            "trips that repeat at an interval: their own times only tell how long each hop takes",
            (
                _ID,
                Column("trip", TEXT, "id of the trip that repeats"),
                Column("start_s", SECONDS, "first departure from its first stop, told like arrive_s of trips", "s"),
                Column("end_s", SECONDS, "no departure at or after this", "s"),
                Column("headway_s", SECONDS, "time between departures", "s"),
                Column("exact", FLAG, "departures are at start_s + n headway_s; else only the interval is promised"),
            ),
        ),
        LayerSchema(
            "transfers",
            "changes between stops as the publisher tells them",
            (
                _ID,
                Column("from_stop", TEXT, "id of the stop where people alight"),
                Column("to_stop", TEXT, "id of the stop where they board"),
                Column(
                    "kind", pa.int16(), "0 recommended, 1 the vehicle waits, 2 takes at least min_s, 3 not possible"
                ),
                Column("min_s", SECONDS, "least time it takes", "s", nullable=True),
            ),
        ),
        LayerSchema(
            "pathways",
            "ways inside stations",
            (
                _ID,
                Column("from_stop", TEXT, "id of the stop, entrance or node where it starts"),
                Column("to_stop", TEXT, "id of the stop, entrance or node where it ends"),
                Column("mode", TEXT, "walkway, stairs, moving walkway, escalator, elevator, fare gate or exit gate"),
                Column("seconds", SECONDS, "time it takes", "s", nullable=True),
                Column("length_m", REAL, "length", "m", nullable=True),
                Column("both_ways", FLAG, "may also be walked from to_stop to from_stop"),
            ),
        ),
        LayerSchema(
            "travel_times",
            "ready-made travel times between areas; a pair without a row is not reachable",
            (
                _ID,
                Column("from_area", TEXT, "id of the reporting unit where the trip starts"),
                Column("to_area", TEXT, "id of the reporting unit where it ends"),
                Column("minutes", REAL, "door to door", "min"),
            ),
        ),
    )
}


def schema_named(name: str) -> LayerSchema:
    """Which columns does a layer of this sort have? Raises `NotFoundError` with the known sorts."""
    if name not in SCHEMAS:
        raise NotFoundError(Problem("layer", f"no layer sort is called {name!r}", f"known: {', '.join(SCHEMAS)}"))
    return SCHEMAS[name]
