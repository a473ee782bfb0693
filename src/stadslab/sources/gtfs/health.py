"""Is this timetable fit to travel by? What its trips and stops look like beside each other and beside the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stadslab.core.errors import Problem
from stadslab.sources._tables import some
from stadslab.sources.gtfs.modes import fastest_kmh
from stadslab.sources.gtfs.stop_times import StopTimes, clock, metres_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City
    from stadslab.sources.gtfs.routes import Routes
    from stadslab.sources.gtfs.stops import Stops
    from stadslab.sources.gtfs.trips import Trips

FAR_M = 500.0  # from a stop to the nearest street
ELSEWHERE_M = 5_000.0  # no stop nearer than this to any street: another city
NEAR_M = 200.0  # hops shorter than this say nothing about speed
MINUTE_S = 60.0  # times told in whole minutes hide up to so much


def trips_notes(trips: Trips, times: StopTimes, routes: Routes, stops: Stops) -> list[str]:
    """What a person should know of the trips of one feed."""
    if not len(times.trip):
        return []
    notes = [f"{len(times.trip):,} stop times"]
    untimed = int((~times.timed).sum())
    if untimed:
        notes.append(f"{untimed:,} of them are untimed and were interpolated by distance")
    notes += _still(times)
    notes += _fast(trips, times, routes, stops)
    loops = _loops(times)
    if loops:
        notes.append(f"{loops:,} trips call at a stop more than once")
    twins = _twins(trips, times)
    if twins:
        notes.append(f"{twins:,} trips say the same as another trip (route, days, stops and times)")
    if times.by_phone:
        notes.append(
            f"{times.by_phone:,} stop times are to be arranged by telephone or with the driver; taken as usual"
        )
    return notes


def _still(times: StopTimes) -> list[str]:
    hops = times.same_trip & (times.arrive[1:] == times.depart[:-1])
    count = int(hops.sum())
    return [f"{count:,} hops take no time at all; they are kept"] if count else []


def _fast(trips: Trips, times: StopTimes, routes: Routes, stops: Stops) -> list[str]:
    """Hops between timed stops that no vehicle of the mode makes, the worst named. Whole minutes get one more."""
    at = np.flatnonzero(times.timed)
    a, b = at[:-1], at[1:]
    here = times.trip[a] == times.trip[b]
    a, b = a[here], b[here]
    took = (times.arrive[b] - times.depart[a]).astype(np.float64)
    rounded = (times.arrive[b] % 60 == 0) & (times.depart[a] % 60 == 0)
    metres = times.along[b] - times.along[a]
    kmh = 3.6 * metres / (took + np.where(rounded, MINUTE_S, 1.0))
    limits = np.array([fastest_kmh(mode) for mode in routes.mode], np.float64)
    route = trips.route[times.trip[a]]
    fast = (kmh > limits[route]) & (metres > NEAR_M)
    if not fast.any():
        return []
    order = np.where(fast, kmh / limits[route], 0.0)
    w = int(order.argmax())
    names = [_stop_name(stops, int(times.stop[i])) for i in (a[w], b[w])]
    number = int(times.trip[a[w]])
    line = routes.sheet.cell("route_short_name", int(route[w])) or routes.ids[int(route[w])].as_py()
    worst = (
        f"the worst {names[0]} to {names[1]}, {metres[w] / 1000:,.1f} km in {took[w]:,.0f} s at "
        f"{clock(times.depart[a[w]])} by {routes.mode[int(route[w])]} {line} (trip {trips.ids[number].as_py()})"
    )
    where = len(np.unique(times.trip[a][fast]))
    return [f"{int(fast.sum()):,} hops of {where:,} trips are faster than any such vehicle; {worst}"]


def _stop_name(stops: Stops, row: int) -> str:
    return stops.sheet.cell("stop_name", row) or str(stops.ids[row].as_py())


def _loops(times: StopTimes) -> int:
    order = np.lexsort((times.stop, times.trip))
    trip, stop = times.trip[order], times.stop[order]
    again = (trip[1:] == trip[:-1]) & (stop[1:] == stop[:-1])
    return len(np.unique(trip[1:][again]))


def _twins(trips: Trips, times: StopTimes) -> int:
    """Trips that equal an earlier one. Found by a digest of 64 bits of what each says, then compared."""
    count = np.diff(times.start)
    filled = np.flatnonzero(count > 0)
    place = (np.arange(len(times.trip)) - times.start[times.trip]).astype(np.uint64)
    mixed = np.zeros(len(times.trip), np.uint64)
    for values in (place, times.stop, times.arrive, times.depart):
        mixed = (mixed ^ values.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    digest = np.add.reduceat(mixed, times.start[:-1][filled]) if len(filled) else np.empty(0, np.uint64)
    key = np.column_stack([trips.route[filled], trips.service[filled], count[filled], digest.astype(np.int64)])
    _, group, sizes = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    suspects = np.flatnonzero(sizes[group] > 1)
    seen: set[tuple[int, bytes]] = set()
    twins = 0
    for s in suspects.tolist():
        at = slice(int(times.start[filled[s]]), int(times.start[filled[s] + 1]))
        said = (int(group[s]), times.stop[at].tobytes() + times.arrive[at].tobytes() + times.depart[at].tobytes())
        twins += said in seen
        seen.add(said)
    return twins


def beside_streets(
    stops: Stops, used: NDArray[np.bool_], city: City | None, label: str
) -> tuple[list[Problem], list[str]]:
    """Are the stops where people can walk? A problem when none is near any street, a note on those that are far."""
    at = np.flatnonzero(used & stops.placed)
    if city is None or "streets" not in city or not city["streets"].rows or not len(at):
        return [], []
    import shapely

    from stadslab.build.projection import metric_geometries, to_metres
    from stadslab.build.wkb import bounds_of
    from stadslab.sources._place import _km_between, _seen

    table = city["streets"].scan("geometry", "walk")
    walkable = table.filter(table["walk"])
    streets = (walkable if walkable.num_rows else table)["geometry"]
    lonlat = np.column_stack([stops.lon[at], stops.lat[at]])
    box, ours = bounds_of(streets), np.concatenate([lonlat.min(axis=0), lonlat.max(axis=0)])
    apart = _km_between(ours, box) * 1000
    if apart <= ELSEWHERE_M:
        tree = shapely.STRtree(metric_geometries(streets, city.crs))
        spots = shapely.points(to_metres(city.crs, lonlat))
        (index, _), metres = tree.query_nearest(spots, return_distance=True, all_matches=False)
        away = np.full(len(at), np.inf)
        away[index] = metres
        apart = float(away.min())
    if apart > ELSEWHERE_M:
        turned = lonlat[:, ::-1]
        swapped = (np.abs(turned[:, 1]) <= 90).all() and _km_between(
            np.concatenate([turned.min(axis=0), turned.max(axis=0)]), box
        ) * 1000 <= ELSEWHERE_M
        what = (
            f"its nearest stop is {apart / 1000:,.0f} km from the streets of {city.name}: the stops lie at longitude "
            f"and latitude {_seen(ours)}, the streets at {_seen(box)}"
        )
        hint = "stop_lat and stop_lon are swapped" if swapped else "is this the timetable of another city?"
        return [Problem(label, what, hint)], []
    far = np.flatnonzero(away > FAR_M)
    if not len(far):
        return [], [f"every stop that is used lies within {FAR_M:g} m of a street"]
    beyond = (lonlat[far] < box[:2]).any(axis=1) | (lonlat[far] > box[2:]).any(axis=1)
    notes = []
    for which, where in ((beyond, ", beyond the edge of the map"), (~beyond, "")):
        if which.any():
            some_far = far[which]
            worst = some_far[away[some_far].argmax()]
            name = _stop_name(stops, int(at[worst]))
            notes.append(
                f"{len(some_far):,} of {len(at):,} stops that are used lie more than {FAR_M:g} m from any street{where}"
                f", so nobody walks to them; the farthest {name}, {away[worst] / 1000:,.1f} km"
            )
    return [], notes


def spread(stops: Stops, used: NDArray[np.bool_]) -> list[str]:
    """Stops that lie absurdly far from the middle of all others (a mistyped coordinate), named."""
    at = np.flatnonzero(used & stops.placed)
    if len(at) < 3:
        return []
    lon, lat = np.median(stops.lon[at]), np.median(stops.lat[at])
    away = metres_between(np.full(len(at), lon), np.full(len(at), lat), stops.lon[at], stops.lat[at])
    lost = at[away > max(500_000.0, 20 * float(np.median(away)))]
    names = some([_stop_name(stops, int(i)) for i in lost])
    return [f"{len(lost):,} stops lie very far from all others: {names}"] if len(lost) else []
