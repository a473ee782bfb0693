"""How central streets are: through movement, and nearness to everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from stadslab.core.indicator import Known, indicator
from stadslab.core.units import About, Count, Metres, Minutes, Unit

if TYPE_CHECKING:
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.core.support import Support
    from stadslab.core.values import Measured

ROUND_THE_GLOBE_M = 2.0e7
FASTEST_M_S = 500 / 3.6  # the highest speed a street may have
RISK = 0.05
BLOCKS = 3


@indicator(
    question="How much through movement does the street network put here?",
    unit="points",
    default_direction="benefit",
    halo_m=lambda *, radius_m, mode, drive_minutes, **_: (
        500 + min(ROUND_THE_GLOBE_M, (drive_minutes * 60 * FASTEST_M_S if mode == "drive" else radius_m) or 1e99)
    ),
    cites=(
        "Freeman (1977), A set of measures of centrality based on betweenness",
        "Brandes (2001), A faster algorithm for betweenness centrality",
        "Hillier & Hanson (1984), The social logic of space",
        "Porta, Crucitti & Latora (2006), The network analysis of urban streets: a primal approach",
        "Serfling (1974), Probability inequalities for the sum in sampling without replacement",
    ),
    blind_spots=(
        "every junction and dead end counts as one origin and one destination, whoever lives or works there",
        "a street drawn in finer pieces has more junctions and counts for more",
        "everybody takes the shortest way: no habit, slope, safety, turns, crowding or view",
        "by car: no queues, signals or turn restrictions",
        "near the edge of the loaded area the streets beyond are missing: load more than you look at",
        "through movement is busy for a shop and noisy for a home: whether more is better is for you to say",
    ),
    known=(
        Known(
            city="grid(21, block_m=130)",
            at="centre",
            value=4 * BLOCKS * (BLOCKS + 1) * (BLOCKS - 1) / 3,
            params={"radius_m": BLOCKS * 130},
        ),
        Known(
            city="grid(21, block_m=130)",
            at="centre",
            value=(2 * BLOCKS * (BLOCKS + 1)) ** 2 / (0.13 * 4 * (1 + 4 + 9)),
            params={"radius_m": BLOCKS * 130, "measure": "closeness"},
        ),
    ),
    method=1,
    title="Street {measure} ({mode})",
)
def street_centrality(
    streetgraph: StreetGraph,
    support: Support,
    *,
    measure: Annotated[
        Literal["betweenness", "closeness"],
        About("how many shortest ways lead through here, or how near everything around is"),
    ] = "betweenness",
    radius_m: Annotated[
        Metres, About("on foot and by bicycle: no way longer than this counts; 0 for the whole network")
    ] = 800.0,
    mode: Annotated[Literal["walk", "cycle", "drive"], About("on foot, by bicycle, or by car at free flow")] = "walk",
    drive_minutes: Annotated[Minutes, About("by car: no longer drive counts; 0 for the whole network")] = 5.0,
    sample_error: Annotated[
        float,
        Unit("1", 0.0, 0.5),
        About("betweenness from a sample of sources, off by at most this share of all pairs; 0 for all sources"),
    ] = 0.0,
    sample_seed: Annotated[Count, About("seed of that sample")] = 1,
) -> Measured:
    """How central the junctions in each reporting unit are, on foot, by bicycle or by car.

    *Betweenness*: somebody goes from every junction to every other no farther than the radius, there and back, by the
    shortest way (by car: the quickest). Points are the trips that pass a junction on their way between two others; of k
    equally short ways each takes 1/k. *Closeness*: how many other junctions n are within the radius, divided by
    the mean way to them in km (by car: minutes), n * n / sum. More junctions nearer by are more points.

    A unit has the mean of the junctions and dead ends in it, weighted by the length of street that meets at each.
    Without any it has the value of the nearest within 500 m of its point; beyond, it is unknown. Where a plan has
    closed all of its streets the value is 0. Lengths are whole centimetres, times milliseconds: equal means equal.

    With `sample_error` above 0 as many sources are drawn as make every junction's share of all trips between junctions
    sure to be off by no more than that, with a probability of 95 %.

    Returns points per unit.
    """
    import numpy as np

    from stadslab.build.junctions import junctions_of, mean_at
    from stadslab.kernels import UNREACHABLE, centrality

    network = streetgraph.network(mode)
    by_car = mode == "drive"
    wanted = drive_minutes * 60_000 if by_car else radius_m * 100
    limit = int(min(round(wanted, 6), UNREACHABLE - 1)) if wanted else UNREACHABLE - 1
    asked = (network.graph.indptr, network.graph.indices, network.graph.cost, limit)
    where = streetgraph.node_xy
    if measure == "closeness":
        reached = centrality.closeness(*asked, where)
        near = reached.total / (60_000 if by_car else 100_000)
        value = np.divide(reached.nodes.astype(float) ** 2, near, out=np.zeros(len(near)), where=near > 0)
    elif sample_error > 0:
        value = centrality.sampled_betweenness(*asked, sample_error, RISK, sample_seed, where).values
    else:
        value = centrality.betweenness(*asked, where)
    return mean_at(junctions_of(streetgraph, network, support), value)
