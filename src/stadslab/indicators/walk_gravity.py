"""Places around, those farther away counting less."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from stadslab.core.indicator import Known, Spread, indicator
from stadslab.core.units import About, MetresPerSecond, Minutes, Unit

if TYPE_CHECKING:
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.core.layer import Layer
    from stadslab.core.support import Support
    from stadslab.core.values import Measured

NOTHING = 25 * math.log(2)  # a weight of 2^-25 is none: sums are whole numbers, 2^24 to one


def last_minute(decay: str, minutes: float, rate: float) -> float:
    """Minutes beyond which nothing counts any more."""
    if decay == "linear":
        return minutes
    return NOTHING / rate if decay == "exponential" else minutes * math.sqrt(2 * NOTHING)


@indicator(
    question="How much choice is there on foot, if what is farther away counts for less?",
    unit="places",
    default_direction="benefit",
    monotone={"places": +1},
    halo_m=lambda *, decay, minutes, rate, speed_m_s, **_: last_minute(decay, minutes, rate) * 60 * speed_m_s + 500,
    cites=(
        "Hansen (1959), How accessibility shapes land use",
        "Ingram (1971), The concept of accessibility: a search for an operational form",
        "Bohannon & Andrews (2011), Normal walking speed: a descriptive meta-analysis",
    ),
    blind_spots=(
        "how quickly a longer walk puts people off is an assumption, and not the same for everybody",
        "opening hours, capacity and quality of the places",
        "slope, stairs and barriers such as gates",
        "people start from one point per unit, at the nearest street: a new path nearer by may lead the long way round",
    ),
    # a place at every corner, 100 s a block, 4k of them k blocks away
    known=(
        Known(
            city="grid(21, block_m=130)",
            at="centre",
            value=1 + sum(4 * k * (1 - k / 6) for k in range(1, 6)),
            params={"decay": "linear", "minutes": 10, "speed_m_s": 1.3},
        ),
        Known(
            city="grid(21, block_m=130)",
            at="centre",
            value=1 + sum(4 * k * math.exp(-0.5 * (k / 1.2) ** 2) for k in range(1, 11)),
            params={"decay": "gaussian", "minutes": 2, "speed_m_s": 1.3},
        ),
        Known(
            city="grid(21, block_m=130)",
            at="centre",
            value=1 + sum(4 * k * math.exp(-2.0 * k * 100 / 60) for k in range(1, 11)),
            params={"decay": "exponential", "rate": 2.0, "speed_m_s": 1.3},
        ),
    ),
    uncertain={
        "speed_m_s": Spread(0.15, "Bohannon & Andrews (2011): spread of comfortable walking speed between adults")
    },
    method=1,
    title="Choice on foot, nearer places counting more: {kind}",
)
def walk_gravity(
    streetgraph: StreetGraph,
    places: Layer,
    support: Support,
    *,
    kind: Annotated[
        str, About("kind of place (school, pharmacy, ...), a group (education, health, ...) or any")
    ] = "any",
    decay: Annotated[
        Literal["linear", "exponential", "gaussian"], About("how much what is farther away counts")
    ] = "exponential",
    minutes: Annotated[
        Minutes, Unit("min", 0.1, 240.0), About("linear: where weight ends; gaussian: its spread")
    ] = 15.0,
    rate: Annotated[float, Unit("1/min", 0.05, 100.0), About("exponential: weight exp(-rate x minutes)")] = 0.1,
    speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3,
) -> Measured:
    """Places of `kind` around each reporting unit, each weighted by how long the walk to it is.

    A place at the door counts one. A walk goes straight to the nearest street or path, along the network and straight
    to the place. Sums are made in whole numbers, 2^24 to one place, so a place whose weight is under 2^-25 counts
    nothing. Units farther than 500 m from any street are unknown, not zero.

    Returns one number per unit. Raises InputError for a kind nobody knows.
    """
    import numpy as np

    from stadslab.build.places import of_kind, xy_of
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel, trips, within_decayed
    from stadslab.build.unknown import counted
    from stadslab.kernels import opportunities

    travel = Travel("walk", walk_speed_m_s=speed_m_s)
    weight = {
        "linear": lambda: opportunities.linear(minutes),
        "exponential": lambda: opportunities.exponential(rate),
        "gaussian": lambda: opportunities.gaussian(minutes),
    }[decay]()
    wanted = of_kind(places, kind)
    trip = trips(streetgraph, travel, to_metres(streetgraph.crs, support.points), xy_of(wanted, streetgraph.crs))
    a_minute, limit = 60 * travel.units_per_second, travel.cost(last_minute(decay, minutes, rate))
    kinds, ones = np.zeros(len(wanted), np.int32), np.ones(len(wanted), np.int64)
    found = within_decayed(trip, lambda cost: weight(cost / a_minute), limit, kinds, 1, ones)
    return counted(trip, found[:, 0])
