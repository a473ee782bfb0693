"""A table of travel times as a matrix between reporting units, and what stands in each unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from stadslab.build.places import lonlat_of, of_kind
from stadslab.core.errors import InputError, Problem
from stadslab.core.kinds import kinds_named
from stadslab.core.support import NOT_RESIDENTS, Population, Support
from stadslab.core.values import Reason
from stadslab.kernels.opportunities import Matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.layer import Layer


def matrix_of(travel_times: Layer, support: Support) -> tuple[Matrix, NDArray[np.bool_]]:
    """The travel times between these units, and which units any trip of the table starts from, bool[n].

    Rows whose areas are no reporting units are left out. Raises `InputError` when that would be all of them.
    """
    table = travel_times.scan("from_area", "to_area", "minutes")
    ids = pa.array(support.ids, pa.string())
    start, end = (pc.index_in(table[name], ids) for name in ("from_area", "to_area"))
    told = np.zeros(len(support), bool)
    told[start.drop_null().to_numpy()] = True
    if table.num_rows and not told.any():
        what = (
            f"no trip starts in a unit of {support.kind}: trips start from {table['from_area'][0].as_py()!r} and others"
        )
        raise InputError(Problem("travel times", what, "choose the reporting units the table was made for (--support)"))
    both = pc.and_(start.is_valid(), end.is_valid())
    origin, destination, minutes = (c.filter(both).to_numpy() for c in (start, end, table["minutes"]))
    return Matrix.of(origin, destination, minutes, len(support), len(support)), told


def standing_in(what: str, population: Population, places: Layer | None, support: Support) -> NDArray[np.float64]:
    """How many of these stand in each unit, float64[n]?

    what: a dimension people (or jobs, ...) are counted by, one of its groups as `age:6-15`, `people` for everybody, or
    a kind of place. Raises `InputError` with what could be asked for.
    """
    dimension, _, group = ("total:all" if what == "people" else what).partition(":")
    found = [n for (d, g), n in population.counts.items() if d == dimension and group in ("", g)]
    if found:
        return np.asarray(np.sum(found, axis=0), np.float64)
    counted = sorted({d for d, _ in population.counts})
    try:
        kinds_named(what)
    except InputError:
        hint = f"counted here: {', '.join(counted) or 'nothing yet, load people or jobs'}; or a kind of place"
        raise InputError(Problem("what", f"nothing called {what!r} is counted", hint)) from None
    if places is None:
        raise InputError(Problem("what", f"{what!r} is a kind of place, but the city has no places", "load places"))
    return _count_inside(lonlat_of(of_kind(places, what)), support)


def counts_people(what: str, population: Population) -> bool:
    """Are residents counted, of whom small numbers are not told, and neither jobs nor places?"""
    dimension = ("total" if what == "people" else what).partition(":")[0]
    return dimension not in NOT_RESIDENTS and any(d == dimension for d, _ in population.counts)


def why_none(
    values: NDArray[np.float64], matrix: Matrix, there: NDArray[np.float64], told: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Why does a unit reach nothing? int8[n] of `Reason`; units the table says nothing of have no data."""
    way = np.zeros(len(values), bool)
    way[matrix.origin[there[matrix.destination] > 0]] = True
    none = (values == 0) | np.isinf(values)
    reason = np.where(none, np.where(way, Reason.BEYOND_LIMIT, Reason.NOT_CONNECTED), Reason.KNOWN)
    if not there.any():
        reason[none] = Reason.NO_SUCH_PLACE
    return np.where(told, reason, Reason.NO_DATA).astype(np.int8)


def _count_inside(points: NDArray[np.float64], support: Support) -> NDArray[np.float64]:
    """Points in each unit; one on a border counts in the unit of the lower id."""
    outlines = shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object))
    point, unit = shapely.STRtree(outlines).query(shapely.points(points), predicate="intersects")
    order = np.lexsort((unit, point))
    _, first = np.unique(point[order], return_index=True)
    return np.bincount(unit[order][first], minlength=len(support)).astype(np.float64)
