"""Central Helsinki: the street network, the grid of homes, and travel times that R5 computed between its cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas
from numpy.typing import NDArray

from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.build.traveltimes import Travel, cost_table, trips
from stadslab.core.source import Raw, RawFile
from stadslab.sources import osm

CRS = "EPSG:32635"
WEST, SOUTH, EAST, NORTH = 24.930, 60.159, 24.958, 60.184  # of the extract
WALK_M_S = 1.0  # R5 was asked for 3.6 km/h
CYCLE_M_S = 12 / 3.6  # r5py's default


@dataclass(frozen=True)
class Helsinki:
    """The streets, and the centres of the cells inside the extract (number and metres)."""

    streets: StreetGraph
    cells: NDArray[np.intp]
    xy: NDArray[np.float64]

    def minutes(self, travel: Travel, cells: NDArray[np.intp]) -> NDArray[np.float64]:
        """Ours, cell to cell, whole minutes rounded down as R5 reports them; infinite where there is no way."""
        at = self.xy[np.searchsorted(self.cells, cells)]
        table = cost_table(trips(self.streets, travel, at, at), travel.cost(180))
        return np.floor(travel.minutes(table))


def load(folder: Path) -> Helsinki:
    """Read the extract and the grid."""
    extract = folder / "peer_helsinki" / "helsinki_centre_2019.osm.pbf"
    streets = osm.read(Raw((RawFile(extract, ""),)), layers=("streets",))[0]
    grid = geopandas.read_file(folder / "peer_helsinki" / "population_grid_2020.gpkg")
    centres = grid.geometry.to_crs(CRS).centroid.to_crs("OGC:CRS84")
    lonlat = np.column_stack([centres.x, centres.y])
    inside = (lonlat > [WEST, SOUTH]).all(axis=1) & (lonlat < [EAST, NORTH]).all(axis=1)
    return Helsinki(build_streetgraph(streets, CRS), np.flatnonzero(inside), to_metres(CRS, lonlat[inside]))


def published(folder: Path, name: str, cells: NDArray[np.intp]) -> NDArray[np.float64]:
    """R5's whole minutes between these cells, NaN where it found no way."""
    table = pandas.read_csv(folder / "peer_helsinki" / "expected" / name)
    wide = table.pivot_table(index="from_id", columns="to_id", values="travel_time")
    return wide.reindex(index=cells, columns=cells).to_numpy(float)


def apart(cells: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Pairs of two different cells."""
    return ~np.eye(len(cells), dtype=bool)
