"""People from areas and points onto reporting units: in proportion to homes, and exact to the person.

Dasymetric mapping (Wright 1936; Eicher and Brewer 2001, *Cartography and Geographic Information Science* 28). Within
each area people are spread in proportion to dwellings where they are known, else to the floor space of homes, else to
street frontage, else to area. Jobs go by the floor space of buildings that are no homes, else by the last two. The
choice is made area by area and told. An area that is a reporting unit itself keeps its people.

Blind spots: homes of one area all hold the same number and mix of people; empty homes are not known; a building belongs
where its inner point lies; a mean (or median) of an area is taken to hold in all its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from stadslab.build.deal import apportion, interleave
from stadslab.build.homes import Homes, buildings_of
from stadslab.build.projection import LON_LAT, Shapes, metric_geometries, reprojected, shapes_of
from stadslab.core.errors import InputError, Problem
from stadslab.core.said import Said
from stadslab.core.support import Population, Support

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City

STEP_M = 20.0  # street frontage is measured in pieces of about this length
ENOUGH = 0.5  # dwellings are believed where they are known for this share of an area's homes by floor space
WORK = ("jobs", "workplaces", "employment")  # dimensions that count workplaces
FRONTAGE = ("residential", "living_street", "tertiary", "secondary", "primary", "unclassified", "pedestrian")
DWELLINGS, FLOOR, STREET, AREA, INSIDE, NEAREST, ITSELF = range(7)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """To which units each zone's people go: CSR arrays, and by which way for each zone.

    start: int64[z + 1]. unit: int64[m], ascending within a zone. weight: float64[m]. way: int8[z].
    """

    start: NDArray[np.int64]
    unit: NDArray[np.int64]
    weight: NDArray[np.float64]
    way: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The people layer as arrays: zone of each row, its group, and its number (NaN: blank or withheld)."""

    zone: NDArray[np.int64]
    group: NDArray[np.int64]
    value: NDArray[np.float64]
    withheld: NDArray[np.bool_]
    groups: list[tuple[str, str, str]]  # dimension, group, measure
    shapes: Shapes  # outline or point of each zone, metres


def populate(support: Support, city: City) -> Population:
    """How many people of each group live in each unit? Every person of the layer `people` is placed exactly once.

    Groups of a dimension are dealt so that both the units' sums and the groups' sums are exact, and so that groups that
    sum to the total in an area do so in every unit. Numbers that were withheld add nobody and mark every unit they may
    belong to; blank ones add nobody and are noted. People of areas that touch no unit go to the nearest one, and are
    noted. A city without people gives a population without dimensions. Raises `InputError` for people keyed to areas
    the city does not have or has in another edition, and for a support without units.
    """
    if "people" not in city or not city["people"].rows:
        return Population(support.digest, {}, {}, {}, "no people are known", ("load people to count them",))
    if not len(support):
        raise InputError(Problem("people", "there are no reporting units to place them on"))
    rows = _rows(city)
    units = metric_geometries(support.geometry, city.crs)
    ground = _Ground(units, city)
    spreads = {theme: ground.spread(rows.shapes[zones], theme) for theme, zones in _zones_by_theme(rows).items()}
    counts: dict[tuple[str, str], NDArray[np.int64]] = {}
    withheld: dict[tuple[str, str], NDArray[np.bool_]] = {}
    means: dict[tuple[str, str], NDArray[np.float64]] = {}
    notes: list[str] = []
    homes_dealt: NDArray[np.int64] | None = None
    for dimension in sorted({d for d, _, _ in rows.groups}, key=lambda d: (d != "total", d)):
        spread = spreads[_theme(dimension)]
        spread_zones = _zones_by_theme(rows)[_theme(dimension)]
        table, hidden, blank, columns = _table(rows, dimension, spread_zones)
        for g, n in blank.items():
            if n == 1:
                told = Said(
                    "{dimension}, {group}: 1 number is blank and adds nobody", dimension=dimension, group=columns[g]
                )
            else:
                many = "{dimension}, {group}: {n:,} numbers are blank and add nobody"
                told = Said(many, dimension=dimension, group=columns[g], n=int(n))
            notes.append(told)
        zone = np.repeat(np.arange(len(spread.way)), np.diff(spread.start))
        if columns:
            capacity = apportion(table.sum(axis=1), spread.start, spread.weight)
            dealt = interleave(table, spread.start, capacity)
            if dimension == "total":
                homes_dealt = capacity
            for g, group in enumerate(columns):
                counts[dimension, group] = _summed(dealt[:, g], spread.unit, len(support))
                if hidden[:, g].any():
                    withheld[dimension, group] = _marked(hidden[:, g][zone], spread.unit, len(support))
                _check_conserved(int(table[:, g].sum()), counts[dimension, group], dimension, group)
            if dimension == "total" or ("total", "all") not in counts:
                stray = ground.outside(rows.shapes[spread_zones]) if support.kind.startswith("areas") else None
                notes += _moved(dimension, table.sum(axis=1), spread, stray)
        _add_means(means, withheld, rows, dimension, spread, homes_dealt, len(support))
    method = _method(spreads, rows)
    if means:
        notes.append(
            Said("a mean of a unit is the mean of its areas' means, weighted by people; medians are treated alike")
        )
    return Population(support.digest, counts, withheld, means, method, tuple(notes))


# the layer as arrays


def _rows(city: City) -> Rows:
    table = city["people"].scan("area", "vintage", "geometry", "dimension", "group", "measure", "value", "suppressed")
    place, shapes = _zones(table, city)
    labels = list(
        zip(table["dimension"].to_pylist(), table["group"].to_pylist(), table["measure"].to_pylist(), strict=True)
    )
    groups = sorted(set(labels))
    number = {label: i for i, label in enumerate(groups)}
    return Rows(
        place,
        np.array([number[label] for label in labels], np.int64),
        pc.fill_null(table["value"], float("nan")).to_numpy().astype(np.float64),
        table["suppressed"].to_numpy().astype(bool),
        groups,
        shapes,
    )


def _zones(table: pa.Table, city: City) -> tuple[NDArray[np.int64], Shapes]:
    """Zone of each row, and the zones' outlines in metres: areas by id, then own shapes by their bytes."""
    area = table["area"].combine_chunks()
    own = table["geometry"].combine_chunks()
    keyed = np.asarray(area.is_valid()) & ~np.asarray(own.is_valid())
    lost = ~keyed & ~np.asarray(own.is_valid())
    if lost.any():
        what = f"{int(lost.sum()):,} rows have neither an area nor a shape"
        raise InputError(Problem("people", what, "key each row to an area or give it a point"))
    ids = np.asarray(area.fill_null("").to_pylist(), object)
    names = sorted(set(ids[keyed].tolist()))
    outlines = _outlines(names, table, city) if names else np.zeros(0, object)
    wkb = np.asarray(own.fill_null(b"").to_pylist(), object)
    spots = sorted(set(wkb[~keyed].tolist()))
    number = {name: i for i, name in enumerate(names)}
    spot_number = {spot: len(names) + i for i, spot in enumerate(spots)}
    zone = np.fromiter(
        (number[i] if k else spot_number[w] for i, w, k in zip(ids, wkb, keyed, strict=True)), np.int64, len(ids)
    )
    own_shapes = reprojected(shapes_of(spots), LON_LAT, city.crs) if spots else np.zeros(0, object)
    return zone, np.concatenate([outlines, own_shapes])


def _outlines(names: list[str], table: pa.Table, city: City) -> Shapes:
    """The outlines of these areas in metres. Raises `InputError` for areas or an edition the city does not have."""
    if "areas" not in city:
        raise InputError(Problem("people", "they are keyed to areas, but the city has no areas", "load areas"))
    areas = city["areas"].scan("id", "vintage", "geometry")
    at = pc.index_in(pa.array(names, pa.string()), areas["id"].combine_chunks())
    if at.null_count:
        gone = [name for name, row in zip(names, at.to_pylist(), strict=True) if row is None]
        what = f"{len(gone):,} of their {len(names):,} areas are not in the city, the first {gone[0]!r}"
        raise InputError(Problem("people", what, "the areas were replaced by others: load people for these areas"))
    theirs = {v for v in pc.unique(table["vintage"]).to_pylist() if v}
    ours = {v for v in pc.unique(areas["vintage"]).to_pylist() if v}
    if theirs and ours and not theirs <= ours:
        what = f"they are keyed to {', '.join(sorted(theirs))}, the city's areas are {', '.join(sorted(ours))}"
        raise InputError(Problem("people", what, "load people for these areas, or with a key file"))
    return metric_geometries(areas["geometry"].combine_chunks().take(at), city.crs)


def _theme(dimension: str) -> str:
    return "work" if dimension in WORK else "home"


def _zones_by_theme(rows: Rows) -> dict[str, NDArray[np.int64]]:
    """Zones that have numbers of people, and those that have numbers of jobs, ascending."""
    theme = np.array([_theme(d) for d, _, _ in rows.groups], object)[rows.group]
    return {name: np.unique(rows.zone[theme == name]) for name in ("home", "work") if (theme == name).any()}


def _table(
    rows: Rows, dimension: str, zones: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], dict[int, int], list[str]]:
    """Counts and withheld marks of a dimension, [z, g]; blank cells of each group; the groups."""
    wanted = [i for i, (d, _, measure) in enumerate(rows.groups) if d == dimension and measure == "count"]
    counts = np.zeros((len(zones), len(wanted)), np.int64)
    hidden = np.zeros(counts.shape, bool)
    blank: dict[int, int] = {}
    for g, group in enumerate(wanted):
        mine = rows.group == group
        zone = np.searchsorted(zones, rows.zone[mine])
        value, withheld = rows.value[mine], rows.withheld[mine]
        known = np.isfinite(value)
        np.add.at(counts[:, g], zone[known], np.rint(value[known]).astype(np.int64))
        hidden[zone[withheld], g] = True
        empty = int((~known & ~withheld).sum())
        if empty:
            blank[g] = empty
    return counts, hidden, blank, [rows.groups[i][1] for i in wanted]


def _add_means(
    means: dict[tuple[str, str], NDArray[np.float64]],
    marks: dict[tuple[str, str], NDArray[np.bool_]],
    rows: Rows,
    dimension: str,
    spread: Spread,
    dealt: NDArray[np.int64] | None,
    size: int,
) -> None:
    """Means of a dimension, weighted by the people dealt to each unit (by weights alone where nobody is counted)."""
    zones = _zones_by_theme(rows)[_theme(dimension)]
    zone = np.repeat(np.arange(len(zones)), np.diff(spread.start))
    weight = spread.weight if dealt is None or len(dealt) != len(zone) else dealt.astype(np.float64)
    for i, (name, group, measure) in enumerate(rows.groups):
        if name != dimension or measure != "mean":
            continue
        mine = rows.group == i
        value = np.full(len(zones), np.nan)
        value[np.searchsorted(zones, rows.zone[mine])] = rows.value[mine]
        hidden = np.zeros(len(zones), bool)
        hidden[np.searchsorted(zones, rows.zone[mine & rows.withheld])] = True
        known = np.isfinite(value[zone]) & (weight > 0)
        people = np.bincount(spread.unit[known], weights=weight[known], minlength=size)
        summed = np.bincount(spread.unit[known], weights=(weight * value[zone])[known], minlength=size)
        means[dimension, group] = np.where(people > 0, summed / np.where(people > 0, people, 1.0), np.nan)
        if hidden.any():
            marks[dimension, group] = _marked(hidden[zone], spread.unit, size)


def _summed(dealt: NDArray[np.int64], unit: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.bincount(unit, weights=dealt.astype(np.float64), minlength=size).astype(np.int64)  # exact below 2^53


def _marked(marked: NDArray[np.bool_], unit: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    units = np.zeros(size, bool)
    units[unit[marked]] = True
    return units


def _check_conserved(before: int, after: NDArray[np.int64], dimension: str, group: str) -> None:
    if int(after.sum()) != before or (after < 0).any():
        raise AssertionError(f"spreading lost people: {dimension}, {group}: {before:,} in, {int(after.sum()):,} out")


def _moved(dimension: str, persons: NDArray[np.int64], spread: Spread, stray: NDArray[np.bool_] | None) -> list[str]:
    """Who was counted outside their own place: nothing is lost, but a reader must know."""
    what = Said("people") if dimension == "total" else Said("in {dimension}", dimension=dimension)
    notes: list[str] = []
    far = spread.way == NEAREST
    if persons[far].any():
        count, places = int(persons[far].sum()), int(far.sum())
        text = "{count:,} {what} in {places:,} places that touch no unit are counted at the nearest unit"
        notes.append(Said(text, count=count, what=what, places=places))
    partly = np.zeros(len(far), bool) if stray is None else stray & (spread.way < INSIDE)
    if persons[partly].any():
        count, places = int(persons[partly].sum()), int(partly.sum())
        text = "{count:,} {what} in {places:,} areas that lie mostly outside the units are counted inside"
        notes.append(Said(text, count=count, what=what, places=places))
    return notes


def _method(spreads: dict[str, Spread], rows: Rows) -> str:
    """How people were spread, in words with counts; ways that served nobody are left out."""
    parts = []
    zones = _zones_by_theme(rows)
    for theme, spread in spreads.items():
        point = shapely.get_dimensions(rows.shapes[zones[theme]]) == 0
        areas, spots = spread.way[~point], spread.way[point]
        told = [_counted(_AREAS[way], int((areas == way).sum())) for way in _AREAS if (areas == way).any()]
        told += [_counted(_POINTS[way], int((spots == way).sum())) for way in _POINTS if (spots == way).any()]
        start = "people were spread: {how}" if theme == "home" else "jobs were spread: {how}"
        parts.append(Said(start, how=_joined("{first}, {rest}", told or [Said("nobody")])))
    return _joined("{first}. {rest}", parts) if parts else ""


# one and many, for each way
_AREAS = {
    DWELLINGS: (Said("{n:,} area by dwellings"), Said("{n:,} areas by dwellings")),
    FLOOR: (Said("{n:,} area by buildings"), Said("{n:,} areas by buildings")),
    STREET: (Said("{n:,} area by street frontage"), Said("{n:,} areas by street frontage")),
    AREA: (Said("{n:,} area by area"), Said("{n:,} areas by area")),
    NEAREST: (Said("{n:,} area to the nearest unit"), Said("{n:,} areas to the nearest unit")),
    ITSELF: (Said("{n:,} area is a unit itself"), Said("{n:,} areas are units themselves")),
}
_POINTS = {
    INSIDE: (Said("{n:,} point to the unit it stands in"), Said("{n:,} points to the unit they stand in")),
    NEAREST: (Said("{n:,} point to the nearest unit"), Said("{n:,} points to the nearest unit")),
}


def _counted(words: tuple[Said, Said], n: int) -> Said:
    return Said(words[n != 1].template, n=n)


def _joined(sign: str, parts: list[Said]) -> Said:
    """Parts one after the other, each still known as what it was made of."""
    *rest, last = parts
    for part in reversed(rest):
        last = Said(sign, first=part, rest=last)
    return last


# where people may be inside an area


class _Ground:
    """Units and what lies on them: buildings and pieces of street, each found once in its unit."""

    def __init__(self, units: Shapes, city: City) -> None:
        self.units = units
        self.tree = shapely.STRtree(units)
        self.city = city
        self._buildings: tuple[Homes, NDArray[np.int64]] | None = None
        self._streets: list[tuple[Shapes, NDArray[np.float64], NDArray[np.int64]]] | None = None

    def spread(self, zones: Shapes, theme: str) -> Spread:
        """The best way for every zone; points go to the unit they stand in."""
        way = np.full(len(zones), -1, np.int8)
        pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        flat = shapely.get_dimensions(zones) == 2

        def take(number: int, zone: NDArray[np.int64], unit: NDArray[np.int64], weight: NDArray[np.float64]) -> None:
            """Give these pairs to zones that have no way yet."""
            fresh = (way[zone] == -1) & (weight > 0) & (unit >= 0)
            pieces.append((zone[fresh], unit[fresh], weight[fresh]))
            way[zone[fresh]] = number

        areas = np.flatnonzero(flat)
        same = self._same(zones[areas])
        take(ITSELF, areas, same, np.ones(len(areas)))
        spots = np.flatnonzero(~flat)
        inside = self.unit_at(zones[spots])
        take(INSIDE, spots, inside, np.ones(len(spots)))
        # what need not be known is not looked at, so that a change of it changes nobody
        if (flat & (way == -1)).any() and "buildings" in self.city and self.city["buildings"].rows:
            for number, zone, unit, weight in self._by_buildings(zones, flat, theme):
                take(number, zone, unit, weight)
        if (flat & (way == -1)).any() and "streets" in self.city and self.city["streets"].rows:
            for points, length, unit in self._frontage():
                open_zones = np.flatnonzero(flat & (way == -1))
                zone, piece = _inside(points, zones[open_zones])
                take(STREET, open_zones[zone], unit[piece], length[piece])
        open_zones = np.flatnonzero(flat & (way == -1))
        take(AREA, *self._by_area(zones, open_zones))
        rest = np.flatnonzero(way == -1)
        take(NEAREST, rest, self.nearest(zones[rest]), np.ones(len(rest)))
        zone, unit, weight = (np.concatenate([p[i] for p in pieces]) for i in range(3))
        return _csr(zone, unit, weight, way, len(self.units))

    def outside(self, zones: Shapes) -> NDArray[np.bool_]:
        """Zones of which less than half lies on the units."""
        flat = np.flatnonzero(shapely.get_dimensions(zones) == 2)
        zone, _, shared = self._by_area(zones, flat)
        covered = np.bincount(zone, weights=shared, minlength=len(zones))
        return np.asarray(covered < shapely.area(zones) / 2)

    def _same(self, zones: Shapes) -> NDArray[np.int64]:
        """The unit with exactly this outline, -1 for none."""
        units = {wkb: i for i, wkb in reversed(list(enumerate(shapely.to_wkb(self.units))))}
        return np.array([units.get(wkb, -1) for wkb in shapely.to_wkb(zones)], np.int64)

    def unit_at(self, points: Shapes) -> NDArray[np.int64]:
        """The unit each point lies in, the first where outlines overlap; -1 for none."""
        found = np.full(len(points), len(self.units), np.int64)
        point, unit = self.tree.query(points, predicate="intersects")
        np.minimum.at(found, point, unit)
        return np.where(found == len(self.units), -1, found)

    def nearest(self, shapes: Shapes) -> NDArray[np.int64]:
        """The unit nearest to each shape, the first of equals."""
        found = np.full(len(shapes), len(self.units), np.int64)
        if len(shapes):
            shape, unit = self.tree.query_nearest(shapes, all_matches=True)
            np.minimum.at(found, shape, unit)
        return found

    def _by_buildings(
        self, zones: Shapes, flat: NDArray[np.bool_], theme: str
    ) -> list[tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
        """Zone, unit and weight of buildings: by dwellings where known, by floor space elsewhere."""
        if self._buildings is None:
            every = buildings_of(self.city)
            self._buildings = every, self.unit_at(every.points)
        every, at = self._buildings
        areas = np.flatnonzero(flat)
        zone, building = _inside(every.points, zones[areas])
        zone = areas[zone]
        placed = at[building] >= 0
        zone, building = zone[placed], building[placed]
        floor, dwellings = every.floor[building], every.dwellings[building]
        lived_in, untagged = (every.home | (every.dwellings > 0))[building], every.untagged[building]
        size = len(zones)
        if theme == "work":
            busy = ~lived_in & ~untagged
            return [(FLOOR, zone[busy], at[building[busy]], floor[busy])]
        tagged_floor = np.bincount(zone, weights=floor * lived_in, minlength=size)
        vague_floor = np.bincount(zone, weights=floor * untagged, minlength=size)
        # where most floor space is untagged, the few tagged homes would draw everybody
        chosen = lived_in | (untagged & (vague_floor > tagged_floor)[zone])
        zone, building, floor, dwellings = zone[chosen], building[chosen], floor[chosen], dwellings[chosen]
        known = ~np.isnan(dwellings)
        all_floor = np.bincount(zone, weights=floor, minlength=size)
        known_floor = np.bincount(zone, weights=floor * known, minlength=size)
        known_homes = np.bincount(zone, weights=np.where(known, dwellings, 0.0), minlength=size)
        counted = (known_homes > 0) & (known_floor >= ENOUGH * all_floor)
        rate = known_homes / np.where(known_floor > 0, known_floor, 1.0)  # fills the gaps of the same area
        weight = np.where(counted[zone], np.where(known, dwellings, floor * rate[zone]), floor)
        by_homes = counted[zone]
        return [
            (DWELLINGS, zone[by_homes], at[building[by_homes]], weight[by_homes]),
            (FLOOR, zone[~by_homes], at[building[~by_homes]], weight[~by_homes]),
        ]

    def _frontage(self) -> list[tuple[Shapes, NDArray[np.float64], NDArray[np.int64]]]:
        """Pieces of street where people live, then of any walkable street: middle points, metres, units."""
        if self._streets is None:
            table = self.city["streets"].scan("geometry", "highway", "walk")
            walk = table["walk"].to_numpy().astype(bool)
            lived = walk & pc.is_in(table["highway"], pa.array(FRONTAGE)).to_numpy().astype(bool)
            lines = metric_geometries(table["geometry"], self.city.crs)
            self._streets = []
            for chosen in (lived, walk & ~lived):
                points, length = _pieces(lines[chosen])
                self._streets.append((points, length, self.unit_at(points)))
        return self._streets

    def _by_area(
        self, zones: Shapes, open_zones: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Square metres that each zone shares with each unit."""
        shapes = zones[open_zones]
        shapely.prepare(shapes)
        zone, unit = self.tree.query(shapes, predicate="intersects")
        shared = shapely.area(self.units[unit])
        cut = ~shapely.contains_properly(shapes[zone], self.units[unit])
        a, b = shapes[zone[cut]], self.units[unit[cut]]
        try:
            shared[cut] = shapely.area(shapely.intersection(a, b))
        except shapely.errors.GEOSException:  # projecting may make a valid outline touch itself
            shared[cut] = shapely.area(shapely.intersection(shapely.make_valid(a), shapely.make_valid(b)))
        return open_zones[zone], unit.astype(np.int64), shared


def _inside(points: Shapes, zones: Shapes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of zone and point inside it. Points on a border belong to both sides."""
    zone, point = shapely.STRtree(points).query(zones, predicate="intersects")
    order = np.lexsort((point, zone))
    return zone[order].astype(np.int64), point[order].astype(np.int64)


def _pieces(lines: Shapes) -> tuple[Shapes, NDArray[np.float64]]:
    """Lines cut into equal pieces of at most `STEP_M`: middle points and metres."""
    length = shapely.length(lines)
    count = np.maximum(np.ceil(length / STEP_M).astype(np.int64), 1)
    line = np.repeat(np.arange(len(lines)), count)
    within = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    each: NDArray[np.float64] = (length / count)[line]
    points = shapely.line_interpolate_point(lines[line], (within + 0.5) * each)
    return np.asarray(points, object), each


def _csr(zone: Any, unit: Any, weight: Any, way: NDArray[np.int8], units: int) -> Spread:
    """Pairs summed up and sorted by zone and unit, in sorted order, so that sums never depend on the search."""
    order = np.lexsort((weight, unit, zone))
    zone, unit, weight = zone[order], unit[order], weight[order]
    pair, first = np.unique(zone * units + unit, return_inverse=True)
    total = np.bincount(first, weights=weight, minlength=len(pair)).astype(np.float64)
    start = np.searchsorted(pair // units, np.arange(len(way) + 1)).astype(np.int64)
    return Spread(start, pair % units, total, way)
