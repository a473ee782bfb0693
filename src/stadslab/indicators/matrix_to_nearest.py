"""Minutes to the nearest, by ready-made travel times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from stadslab.core.indicator import Known, indicator
from stadslab.core.units import About, Unit

if TYPE_CHECKING:
    from stadslab.core.layer import Layer
    from stadslab.core.support import Population, Support
    from stadslab.core.values import Measured


@indicator(
    question="How long does it take to reach enough of something, by the travel times given?",
    unit="min",
    default_direction="cost",
    monotone={"travel_times": -1, "places": -1},
    halo_m=None,
    cites=("Cui & Levinson (2020), Primal and dual access",),
    blind_spots=(
        "everything the travel times leave out, such as waiting, fares, crowds and other hours of the day",
        "a table without the way from an area to itself counts nothing inside it",
        "destinations outside the reporting units are not counted",
        "choice beyond the number asked for, and whether the nearest has room",
    ),
    known=(
        Known(
            city="grid(9, block_m=130, matrix=True)",
            at="centre",
            value=2 * 130 / 1.3 / 60,
            params={"what": "people", "count": 51},
        ),
    ),
    method=1,
    title="Minutes to reach {what} ({count})",
)
def matrix_to_nearest(
    travel_times: Layer,
    support: Support,
    population: Population,
    places: Layer | None = None,
    *,
    what: Annotated[
        str, About("what to reach: jobs, people, a group such as age:6-15, or a kind of place (school, pharmacy, ...)")
    ] = "school",
    count: Annotated[int, Unit("1", 1, 1e9), About("how many are enough: 1 is the nearest")] = 1,
) -> Measured:
    """Minutes from each reporting unit until so many opportunities are reached, by a table of travel times.

    Also called dual access: not how much within a time, but how long until enough. A unit that holds several counts
    each of them. Out of reach is infinite and says why; units from which no trip of the table starts are unknown.

    Returns minutes per unit. Raises InputError for something that is not counted in the city, and when the table's ids
    are none of the reporting units.
    """
    import numpy as np

    from stadslab.build.matrix import matrix_of, standing_in, why_none
    from stadslab.core.values import Measured, Reason
    from stadslab.kernels import opportunities

    there = standing_in(what, population, places, support)
    matrix, told = matrix_of(travel_times, support)
    found = opportunities.to_closest(matrix, there, count)
    reason = why_none(np.where(np.isinf(found), found, 1.0), matrix, there, told)
    reason[reason == Reason.BEYOND_LIMIT] = Reason.NOT_CONNECTED  # a way to some, but not to enough
    return Measured(np.where(told, found, np.nan), reason)
