"""Both ends of journeys by public transport: homes, and what people want to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.linkage import Links, link, near_closed
from stadslab.build.places import located, of_kind, xy_of
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import StreetGraph
from stadslab.core.disclosure import too_few
from stadslab.core.errors import InputError, NotFoundError, Problem
from stadslab.core.kinds import GROUP_OF, GROUPS
from stadslab.core.layer import Layer
from stadslab.core.support import NOT_RESIDENTS, Population, Support
from stadslab.core.values import Measured, Reason
from stadslab.kernels.doors import Doors

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Homes float64[n, 2], what is to be reached float64[p, 2] (metres), and what each counts for, int64[p].

    people: what it counts for is residents, of whom small numbers are not told.
    """

    homes: NDArray[np.float64]
    xy: NDArray[np.float64]
    weight: NDArray[np.int64]
    people: bool = False


def ends(what: str, crs: str, support: Support, population: Population, places: Layer | None) -> Goal:
    """Jobs, people, another count of the population, or places of a kind; raises `InputError` for anything else."""
    homes = to_metres(crs, support.points)
    counted = {"people": "total", **{name: name for name, _ in population.counts}}
    if what in counted:
        wanted = counted[what]
        columns = [count for (name, _), count in sorted(population.counts.items()) if name == wanted]
        weight = np.sum(columns, axis=0).astype(np.int64)
        some = weight > 0
        return Goal(homes, homes[some], weight[some], people=wanted not in NOT_RESIDENTS)
    if what in GROUPS or what in GROUP_OF or what == "any":
        if places is None:
            raise NotFoundError(Problem("what", f"the city has no places, so no {what}", "load places"))
        table = of_kind(places, what)
        return Goal(homes, xy_of(table, crs), np.ones(table.num_rows, np.int64))
    have = ", ".join(sorted(counted)) or "none: load people"
    raise InputError(
        Problem(
            "what",
            f"{what!r} is neither counted nor a kind of place",
            f"counted here: {have}; or a kind such as school",
        )
    )


def toward(to: str, crs: str, support: Support, places: Layer | None) -> Goal:
    """One place by id or coordinates, or every place of a kind."""
    homes = to_metres(crs, support.points)
    if places is not None and (to in GROUPS or to in GROUP_OF or to == "any"):
        xy = xy_of(of_kind(places, to), crs)
    else:
        xy = to_metres(crs, located(to, places))
    return Goal(homes, xy, np.ones(len(xy), np.int64))


def told(
    streets: StreetGraph,
    goal: Goal,
    ways: Doors,
    values: NDArray[np.float64],
    *,
    nothing: float,
    links: Links | None = None,
) -> Measured:
    """Values with a reason for every unit that reaches nothing; unknown where no street is near enough.

    A number of people under 5 is not told either: within a minute, people in reach are those of one unit.

    Who has no street left because an edit closed it reaches nothing, and that is known (as `Trips.why_not` has it).
    links: what the homes hang on, where that is known.
    """
    network = streets.network("walk")
    linked = (link(streets, network, goal.homes) if links is None else links).linked
    alone = np.flatnonzero(~linked)
    shut_in = np.zeros(len(linked), bool)
    shut_in[alone] = near_closed(streets, network, goal.homes[alone])
    reason = np.zeros(len(values), np.int8)
    without = values == nothing
    reason[without] = Reason.BEYOND_LIMIT
    reason[without & (np.diff(ways.access_ptr) == 0)] = Reason.NO_STOP_NEAR
    if not len(goal.xy):
        reason[without] = Reason.NO_SUCH_PLACE
    reason[~linked] = Reason.NO_STREET_NEAR
    reason[shut_in] = Reason.NOT_CONNECTED
    answers = values.copy()
    answers[~linked & ~shut_in] = np.nan
    if goal.people and nothing == 0:  # the values count them
        hidden = too_few(answers)
        answers[hidden], reason[hidden] = np.nan, Reason.TOO_FEW
    return Measured(answers, reason)
