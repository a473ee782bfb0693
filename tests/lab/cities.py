"""Grid cities in labs, and cities that notice what is read of them."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from stadslab.core.city import City
from stadslab.core.layer import Layer
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from stadslab.testing import gridcity

N, BLOCK = 7, 130.0


def city(n: int = N, places: str = "all") -> City:
    """A grid city whose people are also counted by age: four young and six old at every junction."""
    base = gridcity.grid(n, block_m=BLOCK, places=places)  # type: ignore[arg-type]
    rows = base["people"].scan().to_pylist()
    for row in list(rows):
        for group, count in (("young", 4.0), ("old", 6.0)):
            rows.append(row | {"id": f"{row['id']}/{group}", "dimension": "age", "group": group, "value": count})
    table = pa.Table.from_pylist(rows, schema=base["people"].schema.arrow)
    return replace(base, name="grid").with_layer(Layer.of("people", table, base["people"].stamp), areas(n))


def areas(n: int = N, halves: int = 2) -> Layer:
    """Vertical strips over the whole grid."""
    support = gridcity.grid_support(n, block_m=BLOCK)
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object)))
    cuts = np.linspace(west, east, halves + 1)
    shapes = [bytes(shapely.to_wkb(shapely.box(a, south, b, north))) for a, b in pairwise(cuts)]
    names = [f"strip{i}" for i in range(halves)]
    table = pa.table({"id": names, "name": names, "vintage": [""] * halves, "geometry": pa.array(shapes, pa.binary())})
    return Layer.of("areas", table, gridcity.grid(2)["streets"].stamp)


def junctions(n: int = N) -> Layer:
    """One area around every junction, as the chessboard's own units."""
    support = gridcity.grid_support(n, block_m=BLOCK)
    ids = pa.array(support.ids, pa.string())
    vintage = pa.array(["2026"] * len(support), pa.string())
    return Layer.of("areas", pa.table({"id": ids, "vintage": vintage, "geometry": support.geometry}), areas(n).stamp)


def water(n: int = N) -> Layer:
    """A lake in the west."""
    box = shapely.box(*shapely.total_bounds(shapely.from_wkb(areas(n).scan()["geometry"][0].as_py())))
    table = pa.table(
        {"id": ["lake"], "kind": ["lake"], "geometry": pa.array([bytes(shapely.to_wkb(box))], pa.binary())}
    )
    return Layer.of("water", table, areas(n).stamp)


def kept(folder: Path, *cities: City) -> Lab:
    """A lab that has these cities."""
    lab = Lab(folder)
    for one in cities:
        manifests.save_city(lab.folder, one)
    return lab


class Watched(Mapping[str, Layer]):
    """Layers that remember which of them were asked for."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self.layers = layers
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Layer:
        self.asked.add(name)
        return self.layers[name]

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return name in self.layers

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def items(self) -> ItemsView[str, Layer]:
        return self.layers.items()  # to look a list through is not to read
