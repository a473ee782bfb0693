"""Places within a walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.indicator import Known, Spread, indicator
from stadslab.core.units import About, MetresPerSecond, Minutes

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
    homes = to_metres(streetgraph.crs, support.points)
    return LiveWalks(streetgraph, places, homes, travel, params["kind"], limits=(travel.cost(params["minutes"]),))


@indicator(
    question="How many places of a kind can people here reach on foot?",
    unit="places",
    default_direction="benefit",
    monotone={"places": +1},
    halo_m=lambda *, minutes, speed_m_s, **_: minutes * 60 * speed_m_s + 500,
    cites=(
        "Hansen (1959), How accessibility shapes land use",
        "Bohannon & Andrews (2011), Normal walking speed: a descriptive meta-analysis",
    ),
    blind_spots=(
        "opening hours, capacity and quality of the places",
        "slope, stairs and barriers such as gates",
        "safety at night and waiting at crossings",
        "people start from one point per unit, at the nearest street: a new path nearer by may lead the long way round",
    ),
    known=(Known(city="grid(21, block_m=130)", at="centre", value=85, params={"minutes": 10, "speed_m_s": 1.3}),),
    uncertain={
        "speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed between adults")
    },
    method=1,
    live=live,
    title="Places within {minutes} minutes on foot: {kind}",
)
def walk_access(
    streetgraph: StreetGraph,
    places: Layer,
    support: Support,
    *,
    minutes: Annotated[Minutes, About("how long a walk, door to door")] = 15.0,
    speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3,
    kind: Annotated[
        str, About("kind of place (school, pharmacy, ...), a group (education, health, ...) or any")
    ] = "any",
) -> Measured:
    """Places of `kind` within `minutes` on foot, from each reporting unit.

    A walk goes straight to the nearest street or path, along the network and straight to the place; all three parts
    count. Units farther than 500 m from any street are unknown, not zero.

    Returns one number per unit. Raises InputError for a kind nobody knows.
    """
    import numpy as np

    from stadslab.build.places import of_kind, xy_of
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel, trips, within
    from stadslab.build.unknown import counted

    travel = Travel("walk", walk_speed_m_s=speed_m_s)
    wanted = of_kind(places, kind)
    trip = trips(streetgraph, travel, to_metres(streetgraph.crs, support.points), xy_of(wanted, streetgraph.crs))
    limit = np.array([travel.cost(minutes)], np.int32)
    found = within(trip, limit, np.zeros(len(wanted), np.int32), 1, np.ones(len(wanted), np.int64))
    return counted(trip, found[:, 0, 0])
