"""Small cities and answers for the tests of the store."""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa

from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.receipt import Receipt
from stadslab.core.support import Support
from stadslab.core.values import Values


def point(lon: float, lat: float) -> bytes:
    return struct.pack("<BIdd", 1, 1, lon, lat)


def square(lon: float, lat: float, side: float = 0.01) -> bytes:
    ring = [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side), (lon, lat)]
    return struct.pack("<BIII", 1, 3, 1, len(ring)) + b"".join(struct.pack("<dd", *corner) for corner in ring)


def stamp(rows: int, **more: object) -> Stamp:
    head = {
        "source": "test",
        "title": "Åre, made for a test",
        "licence": "CC0-1.0",
        "attribution": "nobody",
        "homepage": "",
    }
    return Stamp(
        **head,  # type: ignore[arg-type]
        inputs=(("a.csv", "0" * 64),),
        params={"minutes": 15.0, "kind": "any", **more},
        verdict=Verdict(rows + 1, rows, {"without geometry": 1}, ("a note",)),
        synthetic=True,
    )


def places(count: int, generation: int = 0) -> Layer:
    """Places whose capacity tells the generation they belong to."""
    numbers = range(count)
    columns = {
        "id": [f"test:{n:06d}" for n in numbers],
        "kind": ["school" if n % 2 else "clinic" for n in numbers],
        "name": [f"Plats {n}" if n % 3 else None for n in numbers],
        "geometry": [point(18 + n / 1e4, 59.0) for n in numbers],
        "capacity": [float(generation)] * count,
    }
    return Layer.of("places", pa.table(columns), stamp(count, generation=generation))


def water(count: int, generation: int = 0) -> Layer:
    """Lakes whose name tells the generation they belong to."""
    columns = {
        "id": [f"lake:{n:06d}" for n in range(count)],
        "kind": ["lake"] * count,
        "name": [f"generation {generation}"] * count,
        "geometry": [square(18 + n / 1e4, 59.0) for n in range(count)],
    }
    return Layer.of("water", pa.table(columns), stamp(count, generation=generation))


def city(name: str = "Åre", generation: int = 0, rows: int = 20) -> City:
    return City(name, "EPSG:3006").with_layer(places(rows, generation), water(rows, generation))


def answer(units: int = 5, draws: int = 1) -> Values:
    ids = tuple(f"cell{n:03d}" for n in range(units))
    outlines = pa.array([square(18 + n / 100, 59) for n in range(units)], pa.binary())
    support = Support("square:500", ids, outlines, np.column_stack([np.linspace(18, 19, units), np.full(units, 59.0)]))
    numbers = np.arange(units * draws, dtype=np.float64).reshape(units, draws)
    numbers[0], numbers[1] = np.nan, np.inf
    reason = np.zeros(units, np.int8)
    reason[0], reason[1] = 5, 2
    receipt = Receipt(
        "Åre", "EPSG:3006", "walk_access", 1, {"minutes": 15.0}, "square:500", support.digest, {"places": "ab"}
    )
    return Values("walk_access", "How many places?", "1", "benefit", support, numbers, reason, receipt)
