"""The outlines of reporting units as tiles: a feature's number is its place in the units, so that values find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stadslab.build.citytiles import WHOLE
from stadslab.build.vectortiles import POLYGONS, Prepared, Wanted, prepared, tile_of

if TYPE_CHECKING:
    from stadslab.core.support import Support


@dataclass(frozen=True, slots=True)
class UnitTiles:
    """Outlines of units, ready to be cut."""

    layer: Prepared

    def tile(self, z: int, x: int, y: int) -> bytes:
        """The tile at this place; empty when nothing lies there. Raises `InputError` for a place that is none.

        One step of the grid is an eighth of a pixel: units thinner than that are not seen and not told.
        """
        return tile_of([Wanted(self.layer, tolerance=0.5 if z < WHOLE else 0.0)], z, x, y)


def unit_tiles(support: Support) -> UnitTiles:
    """Make the outlines of these units ready: one layer, `units`, without words."""
    return UnitTiles(prepared("units", POLYGONS, support.geometry))
