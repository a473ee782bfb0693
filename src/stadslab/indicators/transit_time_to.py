"""Minutes by public transport to a place, or to the nearest of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.indicator import Known, Spread, indicator
from stadslab.core.units import About, MetresPerSecond, Minutes, Unit

if TYPE_CHECKING:
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.build.timetable import Timetable
    from stadslab.core.indicator import Live
    from stadslab.core.layer import Layer
    from stadslab.core.support import Support
    from stadslab.core.values import Measured


def live(
    streetgraph: StreetGraph, timetable: Timetable, support: Support, places: Layer | None = None, **params: Any
) -> Live:
    """The same, kept up to date while lines, streets and places change."""
    from stadslab.build.live_transit import LiveTransit, Terms, outing_of
    from stadslab.build.transit import minutes_by, minutes_to, to_any
    from stadslab.build.transitends import toward

    outing, measure = outing_of(params, params["max_minutes"]), minutes_by if params["arrive"] else minutes_to
    terms = Terms(
        outing,
        lambda streets, *others: toward(params["to"], streets.crs, *others),
        lambda run, ways, _: measure(run, to_any(ways, run.day.n_stops), outing, params["percentile"])[:, 0],
        nothing=float("inf"),
    )
    return LiveTransit(terms, streetgraph, timetable, support, places)


@indicator(
    question="How long does it take by public transport to get there?",
    title="Minutes by public transport to {to}",
    unit="min",
    default_direction="cost",
    monotone={"trips": -1},
    halo_m=None,
    cites=(
        "Delling, Pajor & Werneck (2015), Round-based public transit routing",
        "Conway, Byrd & van der Linden (2017), Evidence-based transit and land use sketch planning",
    ),
    blind_spots=(
        "delays, crowding and missed connections: vehicles keep their timetable",
        "fares, steps and lifts",
        "lines told only by an interval leave from its start on, so their changes fit better or worse than by chance",
        "people start from one point per unit",
    ),
    # 5 blocks at 10 s, after a wait of 50, 110, ... 590 s: a vehicle leaves the centre at 08:00:50 and every ten
    # minutes; whoever would wait longer than 450 s walks, 100 s a block
    known=(
        Known(
            "grid(11, lines=(('row', 5),))",
            "centre",
            (290 + 50) / 60,
            {"to": "grid:place/10,5", "date": "2024-01-02", "window_minutes": 10},
        ),
        Known(
            "grid(11, lines=(('row', 5),))",
            "centre",
            500 / 60,
            {"to": "grid:place/10,5", "date": "2024-01-02", "window_minutes": 10, "percentile": 100},
        ),
        # vehicles arrive at 08:01:40 and every ten minutes, 20, 80, ... 560 s before ten minutes in a row
        Known(
            "grid(11, lines=(('row', 5),))",
            "centre",
            (260 + 50) / 60,
            {"to": "grid:place/10,5", "date": "2024-01-02", "window_minutes": 10, "arrive": "09:00"},
        ),
    ),
    uncertain={"walk_speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed")},
    method=1,
    live=live,
)
def transit_time_to(
    streetgraph: StreetGraph,
    timetable: Timetable,
    support: Support,
    places: Layer | None = None,
    *,
    to: Annotated[
        str, About("id of a place, longitude and latitude as `18.06,59.33`, or a kind of place for the nearest")
    ],
    date: Annotated[str, About("day of travel, such as 2019-05-13; it must have service")],
    depart: Annotated[str, About("earliest departure")] = "08:00",
    arrive: Annotated[
        str, About("be there by this time instead, such as 09:00; the window is the time before it")
    ] = "",
    window_minutes: Annotated[int, Unit("min", 1, 240), About("one departure (arrival) a minute over this long")] = 60,
    percentile: Annotated[float, Unit("%", 1, 100), About("share of departures that take no longer")] = 50.0,
    max_minutes: Annotated[Minutes, About("longer journeys count as out of reach")] = 120.0,
    max_rides: Annotated[int, Unit("1", 1, 8), About("most vehicles boarded")] = 4,
    max_walk_minutes: Annotated[Minutes, About("longest walk to, between and from stops")] = 20.0,
    walk_speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3,
    slack_s: Annotated[int, Unit("s", 0, 1800), About("least time at a stop before boarding")] = 0,
) -> Measured:
    """Minutes from each unit to a place by public transport and on foot, at a percentile of the departures.

    One departure a minute over the window; with `arrive` one arrival a minute, and the minutes are how long before it
    one must leave at the latest. Walking all the way counts where it is faster. Out of reach is infinite and says why;
    units farther than 500 m from any street are unknown.

    Returns minutes per unit. Raises InputError for a day without service, naming the days that have it.
    """
    import numpy as np

    from stadslab.build.transit import Outing, doors, minutes_by, minutes_to, service, to_any
    from stadslab.build.transitends import told, toward

    outing = Outing(
        date=date,
        depart=depart,
        window_minutes=window_minutes,
        max_minutes=max_minutes,
        max_walk_minutes=min(max_walk_minutes, max_minutes),
        max_rides=max_rides,
        walk_speed_m_s=walk_speed_m_s,
        slack_s=slack_s,
        arrive=arrive,
    )
    goal = toward(to, streetgraph.crs, support, places)
    run = service(streetgraph, timetable, outing)
    ways = doors(streetgraph, run, outing, goal.homes, goal.xy)
    measure = minutes_by if arrive else minutes_to
    values = measure(run, to_any(ways, run.day.n_stops), outing, percentile)[:, 0]
    return told(streetgraph, goal, ways, values, nothing=np.inf)
