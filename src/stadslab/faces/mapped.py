"""An answer as what a map in a notebook needs: colours by unit, outlines, a legend, and the city's own map around it.

Plain numbers and bytes, so that the map draws without any server. The classes and colours are those of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from stadslab.brief.basemap import credit_of, is_synthetic
from stadslab.brief.classes import classes_of
from stadslab.brief.drawing import Paint
from stadslab.brief.figures import in_unit, paint_change, paint_values
from stadslab.build.citytiles import WHOLE, city_tiles
from stadslab.build.tilepack import Bounds, pack
from stadslab.build.vectortiles import lenient
from stadslab.core.compare import Comparison
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City
    from stadslab.core.support import Support

MOST_BYTES = 6_000_000  # of the city's own map, packed
STEPS_A_DEGREE = 10_000_000  # outlines are whole numbers of these: about a centimetre
FURTHEST = 2_000_000_000  # steps; 180 degrees is 1.8e9


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a map is told, by name: plain JSON values and bytes (little endian)."""

    told: dict[str, Any]


def mapped(what: Values | Comparison, city: City | None) -> Mapped:
    """What a map of these values, or of this comparison, is told."""
    base = what.base if isinstance(what, Comparison) else what
    outlines, rings, bounds = _outlines(base.support)
    told: dict[str, Any] = {
        "title": base.title or base.question,
        "unit": base.unit,
        "ids": list(base.support.ids),
        "bounds": list(bounds),
        "outlines": outlines,
        "rings": rings,
        "views": _views(what),
        "credit": credit_of(city) if city is not None else "",
        "synthetic": is_synthetic(city) if city is not None else False,
        "city": {"first": 0, "deepest": 0, "index": {}},
        "city_tiles": b"",
    }
    if city is not None:
        packed = pack(city_tiles(city).tile, bounds, most_bytes=MOST_BYTES, last=WHOLE)
        told["city"] = {"first": packed.first, "deepest": packed.deepest, "index": packed.index}
        told["city_tiles"] = packed.content
    return Mapped(told)


def _views(what: Values | Comparison) -> list[dict[str, Any]]:
    """Each thing the map can show: name, legend, and for every unit its class and its number."""
    if isinstance(what, Values):
        classes = classes_of(what.mean())
        return [_view("value", what, paint_values(what, classes))]
    both = np.concatenate([what.base.mean(), what.after.mean()])
    classes = classes_of(both)  # the same for before and after, so that colours can be compared
    change = {
        "name": "change",
        **_painted(paint_change(what)),
        "legend_title": in_unit("Change", what.base.unit),
        "values": _numbers(what.change()),
        "reasons": {},
        "reason": b"",
    }
    before, after = (_view(n, v, paint_values(v, classes)) for n, v in (("before", what.base), ("after", what.after)))
    return [change, before, after]


def _view(name: str, values: Values, paint: Paint) -> dict[str, Any]:
    interval = {}
    if values.uncertain:
        interval = {"low": _numbers(values.quantile(0.05)), "high": _numbers(values.quantile(0.95))}
    return {
        "name": name,
        **_painted(paint),
        "legend_title": in_unit("Value", values.unit),
        "values": _numbers(values.mean()),
        "reasons": {str(int(r)): Reason(int(r)).words for r in np.unique(values.reason)},
        "reason": np.ascontiguousarray(values.reason, np.int8).tobytes(),
        **interval,
    }


def _painted(paint: Paint) -> dict[str, Any]:
    hatched = np.array([bool(s.hatch) for s in paint.swatches] + [False])
    return {
        "legend": [{"colour": s.colour, "label": s.label, "hatched": bool(s.hatch)} for s in paint.swatches],
        "codes": paint.member.astype("<i2").tobytes(),
        "textured": (hatched[paint.member] | paint.unsure).astype(np.uint8).tobytes(),
    }


def _numbers(values: NDArray[np.float64]) -> bytes:
    return values.astype("<f8").tobytes()


def _outlines(support: Support) -> tuple[bytes, bytes, Bounds]:
    """Corners as whole steps (int32 pairs), and for every ring its unit, 1 where a polygon begins, and its corners."""
    polygons, unit = shapely.get_parts(shapely.force_2d(lenient(support.geometry)), return_index=True)
    fits = (shapely.get_dimensions(polygons) == 2) & ~shapely.is_empty(polygons)
    polygons, unit = polygons[fits], unit[fits]
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.clip(np.round(np.nan_to_num(corners) * STEPS_A_DEGREE), -FURTHEST, FURTHEST).astype("<i4")
    about = np.column_stack(
        [unit[polygon], np.diff(polygon, prepend=-1) > 0, np.bincount(ring, minlength=len(rings))]
    ).astype("<i4")
    box = shapely.total_bounds(polygons) if len(polygons) else np.array([-0.01, -0.01, 0.01, 0.01])
    bounds = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
    return steps.tobytes(), about.tobytes(), bounds
