"""Is the data where it says it is? Coordinate systems checked before anything is built on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stadslab.core.errors import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stadslab.core.city import City

LON_LAT = "OGC:CRS84"
STRAY_DEGREES = 3.0  # how far outside its area of use a projection is still believed
STRAY_KM = 1.0  # how far from the streets the box of the data may be


def in_degrees(
    shapes: Any, stated: str, given: str, city: City | None, where: str, against: tuple[str, ...] = ("streets",)
) -> tuple[Any, list[Problem], list[str]]:
    """Shapes moved to longitude and latitude, what is wrong with their coordinate system, and notes.

    `stated` is what the file says, `given` what the person says (it wins). Problems name the box seen and the distance
    from the first of the layers `against` that the city has.
    """
    import numpy as np
    import pyproj
    import shapely

    crs = given or stated
    box = shapely.total_bounds(shapes)
    if not np.isfinite(box).all():
        return shapes, [], []  # nothing but blanks: told elsewhere
    if not crs:
        what = f"the file states no coordinate system; its numbers run from {_seen(box)}"
        return shapes, [Problem(where, what, f"say crs=, {_guess(box)}")], []
    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return shapes, [Problem(where, f"{crs!r} is no known coordinate system", "such as crs=EPSG:3006")], []
    label = _label(system)
    notes = []
    if given and stated:
        other = pyproj.CRS.from_user_input(stated)
        if not other.equals(system, ignore_axis_order=True):
            notes.append(f"{where}: the file states {_label(other)}; read as {label} as you said")
    degrees = system.is_geographic
    fits_degrees = _fits_degrees(box)
    if degrees and not fits_degrees:
        what = f"declared as {label} (degrees), but its numbers run from {_seen(box)}"
        return shapes, [Problem(where, what, f"they look like metres: {_guess(box)}")], notes
    if not degrees and fits_degrees and max(abs(box)) > 0:
        what = f"declared as {label} (metres), but its numbers run from {_seen(box)}"
        return shapes, [Problem(where, what, "they look like longitude and latitude: say crs=OGC:CRS84")], notes
    moved = shapes if _is_lon_lat(system) else _reproject(shapes, system)
    box = shapely.total_bounds(moved)
    if not (np.isfinite(box).all() and _all_finite(moved)):
        what = f"its numbers have no place in {label}; they run from {_seen(shapely.total_bounds(shapes))}"
        return shapes, [Problem(where, what, "is the coordinate system right? say crs=")], notes
    return moved, _misplaced(box, system, label, known_box(city, against), where), notes


def known_box(city: City | None, layers: tuple[str, ...]) -> tuple[str, NDArray[np.float64] | None]:
    """The first of these layers that the city has, and its west, south, east, north; None when it has none of them."""
    from stadslab.build.wkb import bounds_of

    for name in layers:
        if city is not None and name in city and city[name].rows:
            return name, bounds_of(city[name].scan("geometry")["geometry"])
    return "", None


def _misplaced(box: Any, system: Any, label: str, known: tuple[str, Any], where: str) -> list[Problem]:
    name, streets = known
    if streets is not None:
        apart = _km_between(box, streets)
        if apart <= STRAY_KM:
            return []
        turned = box[[1, 0, 3, 2]]
        swapped = _km_between(turned, streets) <= STRAY_KM
        hint = "longitude and latitude are swapped" if swapped else "is the coordinate system right? say crs="
        what = f"read as {label} it lies at longitude and latitude {_seen(box)}"
        what = f"{what}, {apart:,.0f} km from the city's {name} at {_seen(streets)}"
        return [Problem(where, what, hint)]
    use = system.area_of_use
    if use is None or use.east < use.west:
        return []
    middle = (box[:2] + box[2:]) / 2
    inside = (
        use.west - STRAY_DEGREES <= middle[0] <= use.east + STRAY_DEGREES
        and use.south - STRAY_DEGREES <= middle[1] <= use.north + STRAY_DEGREES
    )
    if inside:
        return []
    what = f"read as {label} it lies at longitude and latitude {_seen(box)}, but that system is for {use.name}"
    return [Problem(where, what, "is the coordinate system right? say crs=")]


def _km_between(a: Any, b: Any) -> float:
    """Kilometres between two boxes of longitude and latitude, 0 where they meet."""
    import pyproj

    def apart(low: float, high: float, other_low: float, other_high: float) -> tuple[float, float]:
        if high < other_low:
            return high, other_low
        if other_high < low:
            return low, other_high
        shared = max(low, other_low)
        return shared, shared

    x0, x1 = apart(a[0], a[2], b[0], b[2])
    y0, y1 = apart(a[1], a[3], b[1], b[3])
    if abs(y0) > 90 or abs(y1) > 90:
        return float("inf")
    return float(pyproj.Geod(ellps="WGS84").inv(x0, y0, x1, y1)[2]) / 1000


def _reproject(shapes: Any, system: Any) -> Any:
    import numpy as np
    import pyproj
    import shapely

    transformer = pyproj.Transformer.from_crs(system, LON_LAT, always_xy=True)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(shapely.force_2d(shapes), move)


def _is_lon_lat(system: Any) -> bool:
    return bool(system.equals("OGC:CRS84", ignore_axis_order=True) or system.to_epsg() == 4326)


def _all_finite(shapes: Any) -> bool:
    import numpy as np
    import shapely

    return bool(np.isfinite(shapely.get_coordinates(shapes)).all())


def _fits_degrees(box: Any) -> bool:
    return bool(box[0] >= -180.01 and box[2] <= 180.01 and box[1] >= -90.01 and box[3] <= 90.01)


def _guess(box: Any) -> str:
    """Which system do such numbers suggest?"""
    if _fits_degrees(box):
        return "which look like longitude and latitude: crs=OGC:CRS84"
    if box[0] >= 200_000 and box[2] <= 1_000_000 and box[1] >= 6_100_000 and box[3] <= 7_750_000:
        return "such as crs=EPSG:3006 (SWEREF 99 TM, if this is Sweden)"
    return "such as crs=EPSG:25833; the publisher states it"


def _label(system: Any) -> str:
    authority = system.to_authority()
    return ":".join(authority) if authority else str(system.name)


def _seen(box: Any) -> str:
    return f"{box[0]:.6g} {box[1]:.6g} to {box[2]:.6g} {box[3]:.6g}"
