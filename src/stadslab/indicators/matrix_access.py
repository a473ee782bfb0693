"""What is in reach by ready-made travel times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from stadslab.core.indicator import Known, indicator
from stadslab.core.units import About, Minutes, Unit

if TYPE_CHECKING:
    from stadslab.core.layer import Layer
    from stadslab.core.support import Population, Support
    from stadslab.core.values import Measured


@indicator(
    question="How much is in reach from here, by the travel times given?",
    unit="opportunities",
    default_direction="benefit",
    monotone={"travel_times": +1, "places": +1},
    halo_m=None,
    cites=(
        "Hansen (1959), How accessibility shapes land use",
        "Levinson & King (2020), Transport Access Manual",
    ),
    blind_spots=(
        "everything the travel times leave out, such as waiting, fares, crowds and other hours of the day",
        "a table without the way from an area to itself counts nothing inside it",
        "destinations outside the reporting units are not counted",
        "competition: a job is counted for everybody who can reach it",
        "jobs or people whose number the publisher withheld count as none",
    ),
    known=(
        Known(
            city="grid(9, block_m=130, matrix=True)",
            at="centre",
            value=10 * 13,
            params={"what": "people", "minutes": 3.4},
        ),
    ),
    method=2,
    title="{what} in reach ({decay}, {minutes} min)",
)
def matrix_access(
    travel_times: Layer,
    support: Support,
    population: Population,
    places: Layer | None = None,
    *,
    what: Annotated[
        str, About("what to reach: jobs, people, a group such as age:6-15, or a kind of place (school, pharmacy, ...)")
    ] = "jobs",
    minutes: Annotated[
        Minutes, About("step: the limit; linear: where weight ends; gaussian: its spread; logistic: half weight")
    ] = 30.0,
    decay: Annotated[
        Literal["step", "linear", "exponential", "gaussian", "logistic"],
        About("how much what is farther away counts; step: all within the limit count alike"),
    ] = "step",
    rate: Annotated[float, Unit("1/min", 1e-6, 100.0), About("exponential: weight exp(-rate x minutes)")] = 0.2,
    spread: Annotated[Minutes, About("logistic: the smaller, the sharper the fall around `minutes`")] = 10.0,
) -> Measured:
    """Opportunities in reach of each reporting unit, by a table of travel times.

    The table's ids are those of the reporting units (areas, or H3 cells). What stands in a unit is reached with the
    time to that unit; a pair that is not in the table is not reachable. With `step` the limit itself is within reach.
    Units from which no trip of the table starts are unknown, not zero; so are fewer than 5 people within the limit,
    which are not told.

    Returns a number per unit: a count with `step`, a weighted count else. Raises InputError for something that is not
    counted in the city, and when the table's ids are none of the reporting units.
    """
    import numpy as np

    from stadslab.build.matrix import counts_people, matrix_of, standing_in, why_none
    from stadslab.core.disclosure import too_few
    from stadslab.core.errors import InputError, Problem
    from stadslab.core.values import Measured, Reason
    from stadslab.kernels import opportunities

    there = standing_in(what, population, places, support)
    matrix, told = matrix_of(travel_times, support)
    try:
        weight = {
            "step": lambda: opportunities.step(minutes),
            "linear": lambda: opportunities.linear(minutes),
            "exponential": lambda: opportunities.exponential(rate),
            "gaussian": lambda: opportunities.gaussian(minutes),
            "logistic": lambda: opportunities.logistic(minutes, spread),
        }[decay]()
    except ValueError as error:
        raise InputError(Problem(f"matrix_access, decay {decay}", str(error))) from None
    found = opportunities.gravity(matrix, there, weight)
    values, reason = np.where(told, found, np.nan), why_none(found, matrix, there, told)
    if decay == "step" and counts_people(what, population):  # a short reach is one unit's people
        hidden = too_few(values)
        values[hidden], reason[hidden] = np.nan, Reason.TOO_FEW
    return Measured(values, reason)
