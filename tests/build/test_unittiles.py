"""Outlines of units as tiles."""

from __future__ import annotations

import h3
import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.build.unittiles import unit_tiles
from stadslab.build.vectortiles import mercator
from stadslab.core.errors import InputError
from stadslab.core.support import Support


@pytest.fixture(scope="module")
def support() -> Support:
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(59.33, 18.06, 9), 12))
    outlines = [shapely.Polygon([p[::-1] for p in h3.cell_to_boundary(c)]) for c in cells]
    centres = np.array([h3.cell_to_latlng(c)[::-1] for c in cells])
    return Support("h3:9", tuple(cells), pa.array(shapely.to_wkb(outlines), pa.binary()), centres)


@pytest.mark.parametrize("z", [6, 8, 11])
def test_no_unit_is_dropped_where_it_can_be_seen(support, z):
    x, y = mercator(support.points)
    places = {(int(a), int(b)) for a, b in zip(x * 2**z, y * 2**z, strict=True)}
    found = set()
    for place in places:
        tile = mapbox_vector_tile.decode(unit_tiles(support).tile(z, *place))
        found |= {f["id"] for f in tile["units"]["features"]}
    assert found == set(range(len(support)))


def test_outlines_lie_where_the_units_are(support):
    z, x, y = 14, *(int(v[0] * 2**14) for v in mercator(support.points[:1]))
    for feature in mapbox_vector_tile.decode(unit_tiles(support).tile(z, x, y))["units"]["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        west, north = (v[feature["id"]] * 2**z for v in mercator(support.points))
        centre = shapely.Point((west - x) * 4096, 4096 - (north - y) * 4096)
        tile = shapely.box(-64, -64, 4160, 4160)
        assert shape.contains(centre) == tile.contains(centre)
        assert feature["properties"] == {}


def test_places_that_are_none_are_refused(support):
    with pytest.raises(InputError, match="zoom 40"):
        unit_tiles(support).tile(40, 0, 0)
