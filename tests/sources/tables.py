"""Small files and cities for the tests of areas and people."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import geopandas
import shapely

from stadslab.core.city import City
from stadslab.core.layer import Layer
from stadslab.core.source import Raw, RawFile
from stadslab.sources import areas, people

WEST, SOUTH, STEP = 18.0, 59.3, 0.01


def raw(*paths: Path) -> Raw:
    return Raw(tuple(RawFile(p, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths))


def squares(count: int) -> list[shapely.Polygon]:
    """Squares side by side, west to east."""
    return [shapely.box(WEST + i * STEP, SOUTH, WEST + (i + 1) * STEP, SOUTH + STEP) for i in range(count)]


def area_file(path: Path, ids: list[Any], *, shapes: Any = None, crs: str | None = "OGC:CRS84", **columns: Any) -> Path:
    frame = geopandas.GeoDataFrame(
        {"code": ids, **columns}, geometry=squares(len(ids)) if shapes is None else shapes, crs=crs
    )
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


def city_of(folder: Path, ids: list[str], vintage: str = "") -> City:
    """A city with square areas of these ids."""
    city = City("town", "EPSG:32633")
    path = area_file(folder / "areas_of_the_city.gpkg", ids)
    return city.with_layer(*areas.read(raw(path), city, vintage=vintage))


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def load(path: Path | list[Path], city: City | None = None, **params: Any) -> Layer:
    paths = [path] if isinstance(path, Path) else path
    return people.read(raw(*paths), city, **params)[0]


def values(layer: Layer) -> dict[tuple[str, str, str], tuple[float | None, bool]]:
    """(place, dimension, group) to (value, withheld)."""
    found = {}
    for row in layer.scan().to_pylist():
        place = row["area"] or row["id"].split("/")[0]
        key = (place, row["dimension"], row["group"])
        assert key not in found
        found[key] = (row["value"], row["suppressed"])
    return found
