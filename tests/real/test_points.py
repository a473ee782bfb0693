"""Points in real areas: small statistical areas with slivers and overlaps, city districts, listings on the market."""

from __future__ import annotations

from pathlib import Path

import geopandas
import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from stadslab.build.pointunits import finder_of_areas, finder_of_h3
from stadslab.kernels import raster

FILES = {
    "areas/deso2018_stockholm_county.parquet": 1_287,
    "areas/stockholm_stadsdelar_2021.parquet": 117,
    "areas/stockholm_stadsdelar_land_2021.parquet": 117,
    "areas/sweden_kommun.parquet": 290,
}


def as_shapely_says(shapes, x, y):
    point, area = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    found = np.full(len(x), len(shapes))
    np.minimum.at(found, point, area)
    return np.where(found == len(shapes), -1, found)


@pytest.fixture(scope="module")
def listings(real_data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Flats to let in Stockholm, longitude and latitude."""
    table = pd.read_csv(real_data / "statistics/stockholm_airbnb_listings_2020-06-26.csv.gz")
    columns = {name.lower(): name for name in table.columns}
    lon, lat = (next(columns[n] for n in columns if n.startswith(start)) for start in ("lon", "lat"))
    return table[lon].to_numpy(np.float64), table[lat].to_numpy(np.float64)


@pytest.mark.parametrize("metres", [False, True], ids=["degrees", "metres"])
@pytest.mark.parametrize("name", FILES)
def test_points_anywhere_and_on_borders(real_data: Path, name: str, metres: bool) -> None:
    frame = geopandas.read_parquet(real_data / name)
    shapes = np.asarray((frame.to_crs("EPSG:3006") if metres else frame).geometry, object)
    assert len(shapes) == FILES[name]
    finder = finder_of_areas(shapes, metres)
    rng = np.random.default_rng(1)
    low, high = np.split(shapely.total_bounds(shapes), 2)
    anywhere = rng.uniform(low, high, (20_000, 2))
    corners = shapely.get_coordinates(shapes)
    k = rng.integers(0, len(corners) - 1, 2_000)
    along = corners[k] + rng.random((len(k), 1)) * (corners[k + 1] - corners[k])
    size = (high - low).max()
    near = [base + rng.normal(0, s * size, (len(k), 2)) for base in (corners[k], along) for s in (0, 1e-12, 1e-8, 1e-4)]
    x, y = np.ascontiguousarray(np.concatenate([anywhere, *near]).T)
    assert np.array_equal(finder.find(x, y), as_shapely_says(shapes, x, y))
    asked = raster.locate(finder.raster, x[:20_000].copy(), y[:20_000].copy())[1]
    assert len(asked) < 20


def test_flats_in_small_areas_in_districts_and_in_cells(
    real_data: Path, listings: tuple[np.ndarray, np.ndarray]
) -> None:
    x, y = listings
    for name in list(FILES)[:2]:
        shapes = np.asarray(geopandas.read_parquet(real_data / name).to_crs("OGC:CRS84").geometry, object)
        found = finder_of_areas(shapes).find(x, y)
        assert np.array_equal(found, as_shapely_says(shapes, x, y))
        assert (found >= 0).mean() > 0.95
    cells = [h3.latlng_to_cell(lat, lon, 9) for lon, lat in zip(x.tolist(), y.tolist(), strict=True)]
    known = sorted(set(cells))
    assert [known[unit] for unit in finder_of_h3(known).find(x, y).tolist()] == cells
