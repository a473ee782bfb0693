"""A street network alone: edges (and nodes) as OSMnx and its kin write them, enough to start with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem
from stadslab.core.layer import Layer, Stamp
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, Source
from stadslab.core.units import About

LICENCE = "ODbL-1.0"
ATTRIBUTION = "© OpenStreetMap contributors"


def read(
    raw: Raw,
    city: City | None = None,  # noqa: ARG001 - a network needs no city to be read
    *,
    progress: Progress = silent,
    modes: Annotated[
        tuple[str, ...], About("whom the network is drawn for, of walk, cycle, drive; empty: by the class of street")
    ] = (),
    licence: Annotated[str, About("licence of the network")] = LICENCE,
    attribution: Annotated[str, About("who is to be named")] = ATTRIBUTION,
    vintage: Annotated[str, About("date or edition of the network")] = "",
) -> list[Layer]:
    """Which streets does this network hold?

    A GeoParquet or GeoPackage (or other vector file) of edges, with or without one of nodes; or one GraphML file.
    Each row is one direction of travel from `u` to `v`; a two-way street written as two rows becomes one piece. Cells
    such as `['residential', 'living_street']` are lists: of several classes, a piece allows what all of them allow.
    Length is measured along the ellipsoid, whatever the file says.

    Who may walk and cycle is seldom in such a file: it follows from the class of street as for OpenStreetMap
    (`sources.osm.streets`), walking everywhere but on motorways and trunk roads. With `modes` every edge is open
    to these (unless a tag of its own closes it) and to nobody else.

    Raises `InputError` when there are no edges, neither lines nor nodes, or an unknown coordinate system or mode.

    Blind spots: a network drawn for cars has no paths and squares, so walks in it are too long; turn restrictions;
    streets that cycle against one-way traffic.
    """
    from stadslab.sources._tables import data_files
    from stadslab.sources.network_files.edges import read_edges
    from stadslab.sources.network_files.pieces import MODES, join, streets_table
    from stadslab.sources.osm.verdict import Tally

    unknown = [mode for mode in modes if mode not in MODES]
    if unknown:
        problem = Problem(
            "network_files, modes", f"{', '.join(map(repr, unknown))} is no mode", f"known: {', '.join(MODES)}"
        )
        raise InputError(problem)
    progress("reading the network", 0, 2)
    edges = read_edges(data_files(raw))
    progress("reading the network", 1, 2)
    tally = Tally(notes=list(edges.notes))
    pieces = join(edges, tally)
    if not pieces:
        raise InputError(Problem(edges.file, "there is no street in the file", "edges with lines are needed"))
    table = streets_table(edges, pieces, modes)
    if modes:
        tally.note(f"open for {', '.join(sorted(set(modes)))} only, as asked")
    else:
        tally.note("who may walk and cycle is taken from the class of street; a network drawn for cars lacks paths")
    if not any("highway" in edges.tags[piece.row] for piece in pieces):
        tally.note("no class of street is given (column highway): all count as class `road`")
    stamp = Stamp(
        source="network_files",
        title="Street network",
        licence=licence,
        attribution=attribution,
        homepage=SOURCE.homepage,
        inputs=raw.inputs,
        params={"modes": sorted(set(modes)), "licence": licence, "attribution": attribution, "vintage": vintage},
        verdict=tally.verdict(table.num_rows),
        vintage=vintage,
    )
    progress("reading the network", 2, 2)
    return [Layer.of("streets", table, stamp)]


def _sniff(path: Path) -> bool:
    """Does this file hold edges? By the head of a Parquet or GraphML file; other vector files are not guessed."""
    if path.suffix.lower() == ".graphml":
        return True
    if path.suffix.lower() not in (".parquet", ".geoparquet"):
        return False
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return False
    return "highway" in names and "geometry" in names


SOURCE = Source(
    id="network_files",
    title="Street network files",
    licence=LICENCE,
    attribution=ATTRIBUTION,
    homepage="https://www.openstreetmap.org/copyright",
    provides=("streets",),
    suffixes=(".graphml", ".parquet", ".geoparquet", ".gpkg", ".geojson", ".shp"),
    read=read,
    sniff=_sniff,
    about="Streets from a network of edges and nodes (GeoParquet, GeoPackage, GraphML), as OSMnx writes it.",
    examples=("stadslab load stockholm edges.parquet nodes.parquet --source network_files",),
)
