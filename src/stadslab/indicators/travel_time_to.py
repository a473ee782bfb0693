"""Minutes to one place on foot, by bicycle or by car."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from stadslab.core.indicator import Known, Spread, indicator
from stadslab.core.units import About, MetresPerSecond, Minutes

if TYPE_CHECKING:
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.core.layer import Layer
    from stadslab.core.support import Support
    from stadslab.core.values import Measured


@indicator(
    question="How long does it take to get to this place?",
    unit="min",
    default_direction="cost",
    halo_m=None,
    cites=("Bohannon & Andrews (2011), Normal walking speed: a descriptive meta-analysis",),
    blind_spots=(
        "by car: queues, signals, turns and the search for parking (free flow only)",
        "by bicycle: slope, surface and comfort",
        "barriers such as gates",
        "people start from one point per unit, at the nearest street: a new path nearer by may lead the long way round",
    ),
    known=(
        Known(
            city="grid(21, block_m=130)",
            at="corner",
            value=2 * 10 * 130 / 1.3 / 60,
            params={"to": "grid:place/10,10", "walk_speed_m_s": 1.3},
        ),
    ),
    uncertain={
        "walk_speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed between adults"),
        "cycle_speed_m_s": Spread(0.2, "assumed: spread of everyday cycling speed"),
    },
    method=1,
    title="Minutes to {to} ({mode})",
)
def travel_time_to(
    streetgraph: StreetGraph,
    support: Support,
    places: Layer | None = None,
    *,
    to: Annotated[str, About("id of a place, or its longitude and latitude as `18.06,59.33`")],
    mode: Annotated[Literal["walk", "cycle", "drive"], About("on foot, by bicycle, or by car at free flow")] = "walk",
    max_minutes: Annotated[Minutes, About("longer trips count as out of reach")] = 120.0,
    walk_speed_m_s: Annotated[MetresPerSecond, About("walking speed, also from door to street")] = 1.3,
    cycle_speed_m_s: Annotated[MetresPerSecond, About("cycling speed")] = 4.2,
) -> Measured:
    """Minutes from each reporting unit to one place, door to door.

    From door to street and from street to the place everybody walks. One-way streets are obeyed by bicycles and cars.
    Out of reach is infinite and says why; units farther than 500 m from any usable street are unknown.

    Returns minutes per unit. Raises NotFoundError for a place that is not there, InputError for coordinates off the
    globe.
    """
    from stadslab.build.places import located
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel, cost_to_one, trips
    from stadslab.build.unknown import timed

    travel = Travel(mode, walk_speed_m_s, cycle_speed_m_s)
    target = to_metres(streetgraph.crs, located(to, places))
    trip = trips(streetgraph, travel, to_metres(streetgraph.crs, support.points), target)
    return timed(trip, travel.minutes(cost_to_one(trip, travel.cost(max_minutes))))
