"""Jobs, people or places within reach by public transport."""

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
    from stadslab.build.transit import reached
    from stadslab.build.transitends import ends

    outing = outing_of(params, params["minutes"])
    terms = Terms(
        outing,
        lambda streets, *others: ends(params["what"], streets.crs, *others),
        lambda run, ways, goal: reached(run, ways, outing, params["percentile"], goal.weight).astype(float),
        nothing=0.0,
    )
    return LiveTransit(terms, streetgraph, timetable, support, population, places)


@indicator(
    question="How much can people here reach by public transport and on foot?",
    title="Reached within {minutes} minutes by public transport: {what}",
    unit="opportunities",
    default_direction="benefit",
    monotone={"trips": +1},
    halo_m=None,
    cites=(
        "Delling, Pajor & Werneck (2015), Round-based public transit routing",
        "Conway, Byrd & van der Linden (2017), Evidence-based transit and land use sketch planning",
    ),
    blind_spots=(
        "delays, crowding and missed connections: vehicles keep their timetable",
        "fares, steps and lifts",
        "lines told only by an interval leave from its start on, so their changes fit better or worse than by chance",
        "people and places stand at one point per unit",
    ),
    # Walking takes 100 s a block, riding 10 s. A vehicle leaves the centre at 08:00:50 and every ten minutes after, so
    # people who set out in one of ten minutes wait 50, 110, ... 590 s, at the median 290 s. Within 600 s they get 6
    # blocks on foot, or along the row and so far north or south as 290 s + 10 s and 100 s a block allow: 11 units on
    # the row and on each of the two rows at either side, then 7, 5 and 3; 85 units of ten people. After a wait of 50 s
    # the 11 units of the row lie within 120 s, and on foot the ones just north and south.
    known=(
        Known(
            "grid(11, lines=(('row', 5),))",
            "centre",
            850.0,
            {"what": "people", "date": "2024-01-02", "minutes": 10, "window_minutes": 10},
        ),
        Known(
            "grid(11, lines=(('row', 5),))",
            "centre",
            13.0,
            {"what": "school", "date": "2024-01-02", "minutes": 2, "window_minutes": 10, "percentile": 10},
        ),
    ),
    uncertain={"walk_speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed")},
    method=2,
    live=live,
)
def transit_access(
    streetgraph: StreetGraph,
    timetable: Timetable,
    support: Support,
    population: Population,
    places: Layer | None = None,
    *,
    date: Annotated[str, About("day of travel, such as 2019-05-13; it must have service")],
    what: Annotated[str, About("jobs, people, or a kind (or group) of place: school, health, ...")] = "jobs",
    minutes: Annotated[Minutes, About("longest journey, door to door")] = 45.0,
    depart: Annotated[str, About("earliest departure")] = "08:00",
    window_minutes: Annotated[int, Unit("min", 1, 240), About("one departure a minute over this long")] = 60,
    percentile: Annotated[float, Unit("%", 1, 100), About("share of departures that must make it")] = 50.0,
    max_rides: Annotated[int, Unit("1", 1, 8), About("most vehicles boarded")] = 4,
    max_walk_minutes: Annotated[Minutes, About("longest walk to, between and from stops")] = 20.0,
    walk_speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3,
    slack_s: Annotated[int, Unit("s", 0, 1800), About("least time at a stop before boarding")] = 0,
) -> Measured:
    """Jobs, people or places that can be reached within `minutes` by public transport and on foot, from each unit.

    One departure a minute over the window; what counts is reached at the given percentile of the departures. Walking
    all the way counts where it is faster. Units farther than 500 m from any street are unknown, and so are fewer than 5
    people in reach, which are not told.

    Returns one number per unit. Raises InputError for a day without service, naming the days that have it.
    """
    import numpy as np

    from stadslab.build.transit import Outing, doors, reached, service
    from stadslab.build.transitends import ends, told

    outing = Outing(
        date=date,
        depart=depart,
        window_minutes=window_minutes,
        max_minutes=minutes,
        max_walk_minutes=min(max_walk_minutes, minutes),
        max_rides=max_rides,
        walk_speed_m_s=walk_speed_m_s,
        slack_s=slack_s,
    )
    goal = ends(what, streetgraph.crs, support, population, places)
    run = service(streetgraph, timetable, outing)
    ways = doors(streetgraph, run, outing, goal.homes, goal.xy)
    values = reached(run, ways, outing, percentile, goal.weight).astype(np.float64)
    return told(streetgraph, goal, ways, values, nothing=0.0)
