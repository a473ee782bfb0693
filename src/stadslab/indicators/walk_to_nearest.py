"""Minutes on foot to the nearest place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.indicator import Known, Spread, indicator
from stadslab.core.units import About, MetresPerSecond, Minutes, Unit

if TYPE_CHECKING:
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.core.indicator import Live
    from stadslab.core.layer import Layer
    from stadslab.core.support import Support
    from stadslab.core.values import Measured


def live(streetgraph: StreetGraph, places: Layer, support: Support, **params: Any) -> Live:
    """The same, kept up to date while streets and places change."""
    from stadslab.build.live_walks import LiveWalks
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel

    travel = Travel("walk", walk_speed_m_s=params["speed_m_s"])
    homes, limit = to_metres(streetgraph.crs, support.points), travel.cost(params["max_minutes"])
    return LiveWalks(streetgraph, places, homes, travel, params["kind"], k=params["rank"], near_limit=limit)


@indicator(
    question="How long is the walk to the nearest place of a kind?",
    unit="min",
    default_direction="cost",
    monotone={"places": -1},
    halo_m=lambda *, max_minutes, speed_m_s, **_: max_minutes * 60 * speed_m_s + 500,
    cites=("Bohannon & Andrews (2011), Normal walking speed: a descriptive meta-analysis",),
    blind_spots=(
        "opening hours, capacity and quality of the places",
        "slope, stairs and barriers such as gates",
        "safety at night and waiting at crossings",
        "people start from one point per unit, at the nearest street: a new path nearer by may lead the long way round",
    ),
    known=(
        Known(
            city="grid(21, block_m=130, places='centre')",
            at="corner",
            value=2 * 10 * 130 / 1.3 / 60,
            params={"speed_m_s": 1.3},
        ),
        Known(
            city="grid(21, block_m=130)",
            at="centre",
            value=130 / 1.3 / 60,
            params={"speed_m_s": 1.3, "rank": 5, "max_minutes": 10},
        ),
    ),
    uncertain={
        "speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed between adults")
    },
    method=1,
    live=live,
    title="Minutes on foot to the nearest place: {kind}",
)
def walk_to_nearest(
    streetgraph: StreetGraph,
    places: Layer,
    support: Support,
    *,
    kind: Annotated[
        str, About("kind of place (school, pharmacy, ...), a group (education, health, ...) or any")
    ] = "any",
    rank: Annotated[
        int, Unit("1", 1, 100), About("1 for the nearest, 2 for the second nearest, ...: a measure of choice")
    ] = 1,
    max_minutes: Annotated[Minutes, About("longer walks count as out of reach")] = 60.0,
    speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3,
) -> Measured:
    """Minutes on foot to the nearest (or `rank`-th nearest) place of `kind`, from each reporting unit.

    A walk goes straight to the nearest street or path, along the network and straight to the place; all three parts
    count. Out of reach is infinite and says why; units farther than 500 m from any street are unknown.

    Returns minutes per unit. Raises InputError for a kind nobody knows.
    """
    from stadslab.build.places import of_kind, xy_of
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel, nearest, trips
    from stadslab.build.unknown import timed

    travel = Travel("walk", walk_speed_m_s=speed_m_s)
    wanted = of_kind(places, kind)
    trip = trips(streetgraph, travel, to_metres(streetgraph.crs, support.points), xy_of(wanted, streetgraph.crs))
    costs = nearest(trip, travel.cost(max_minutes), rank)
    return timed(trip, travel.minutes(costs[:, 0, rank - 1]), rank)
