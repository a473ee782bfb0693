"""How long until enough jobs, people or places are within reach by public transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.indicator import Known, Spread, indicator
from stadslab.core.units import About, MetresPerSecond, Minutes, Unit

if TYPE_CHECKING:
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.build.timetable import Timetable
    from stadslab.core.indicator import Live
    from stadslab.core.layer import Layer
    from stadslab.core.support import Population, Support
    from stadslab.core.values import Measured


def live(
    streetgraph: StreetGraph,
    timetable: Timetable,
    support: Support,
    population: Population,
    places: Layer | None = None,
    **params: Any,
) -> Live:
    """The same, kept up to date while lines, streets, places and people change."""
    from stadslab.build.live_transit import LiveTransit, Terms, outing_of
    from stadslab.build.transit import minutes_until
    from stadslab.build.transitends import ends

    outing, share, enough = outing_of(params, params["max_minutes"]), params["percentile"], params["enough"]
    terms = Terms(
        outing,
        lambda streets, *others: ends(params["what"], streets.crs, *others),
        lambda run, ways, goal: minutes_until(run, ways, outing, share, goal.weight, enough),
        nothing=float("inf"),
    )
    return LiveTransit(terms, streetgraph, timetable, support, population, places)


@indicator(
    question="How long does it take people here to reach enough by public transport and on foot?",
    title="Minutes by public transport to reach {enough} of: {what}",
    unit="min",
    default_direction="cost",
    monotone={"trips": -1},
    halo_m=None,
    cites=(
        "Delling, Pajor & Werneck (2015), Round-based public transit routing",
        "Cui & Levinson (2020), Primal and dual access",
        "Conway, Byrd & van der Linden (2017), Evidence-based transit and land use sketch planning",
    ),
    blind_spots=(
        "delays, crowding and missed connections: vehicles keep their timetable",
        "fares, steps and lifts",
        "lines told only by an interval leave from its start on, so their changes fit better or worse than by chance",
        "people and places stand at one point per unit",
    ),
    # 85 units of ten people lie within 600 s at the median departure (see transit_access), the farthest on foot
    known=(
        Known(
            "grid(11, lines=(('row', 5),))",
            "centre",
            10.0,
            {"what": "people", "enough": 850, "date": "2024-01-02", "window_minutes": 10},
        ),
    ),
    uncertain={"walk_speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed")},
    method=1,
    live=live,
)
def transit_dual_access(
    streetgraph: StreetGraph,
    timetable: Timetable,
    support: Support,
    population: Population,
    places: Layer | None = None,
    *,
    date: Annotated[str, About("day of travel, such as 2019-05-13; it must have service")],
    what: Annotated[str, About("jobs, people, or a kind (or group) of place: school, health, ...")] = "jobs",
    enough: Annotated[int, Unit("1", 1, 1e9), About("how many jobs, people or places are enough")] = 10_000,
    max_minutes: Annotated[Minutes, About("longer journeys count as out of reach")] = 120.0,
    depart: Annotated[str, About("earliest departure")] = "08:00",
    window_minutes: Annotated[int, Unit("min", 1, 240), About("one departure a minute over this long")] = 60,
    percentile: Annotated[float, Unit("%", 1, 100), About("share of departures that must make it")] = 50.0,
    max_rides: Annotated[int, Unit("1", 1, 8), About("most vehicles boarded")] = 4,
    max_walk_minutes: Annotated[Minutes, About("longest walk to, between and from stops")] = 20.0,
    walk_speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3,
    slack_s: Annotated[int, Unit("s", 0, 1800), About("least time at a stop before boarding")] = 0,
) -> Measured:
    """Whole minutes within which `enough` jobs, people or places are reached by public transport and on foot.

    The dual of `transit_access`: time for a given choice instead of choice for a given time. One departure a minute
    over the window, at the given percentile. Out of reach is infinite and says why.

    Returns minutes per unit. Raises InputError for a day without service, naming the days that have it.
    """
    import numpy as np

    from stadslab.build.transit import Outing, doors, minutes_until, service
    from stadslab.build.transitends import ends, told

    outing = Outing(
        date=date,
        depart=depart,
        window_minutes=window_minutes,
        max_minutes=max_minutes,
        max_walk_minutes=min(max_walk_minutes, max_minutes),
        max_rides=max_rides,
        walk_speed_m_s=walk_speed_m_s,
        slack_s=slack_s,
    )
    goal = ends(what, streetgraph.crs, support, population, places)
    run = service(streetgraph, timetable, outing)
    ways = doors(streetgraph, run, outing, goal.homes, goal.xy)
    values = minutes_until(run, ways, outing, percentile, goal.weight, enough)
    return told(streetgraph, goal, ways, values, nothing=np.inf)
