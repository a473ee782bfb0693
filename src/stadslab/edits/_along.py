"""How far is it from stop to stop?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa

from stadslab.core.city import City
from stadslab.core.layer import InMemory
from stadslab.edits import _ground as ground

METRE_A_SECOND_KMH = 3.6


def straight_m(points: Sequence[ground.LonLat]) -> list[float]:
    """Metres as the crow flies from each point to the next."""
    return [ground.geodesic_m(np.array(pair)) for pair in pairwise(points)]


def along_streets_m(city: City, points: Sequence[ground.LonLat]) -> list[float]:
    """Metres over streets open to cars from each point to the next, with the straight line to the street at both ends.

    Infinite where no such way leads.
    """
    from stadslab.build.projection import to_metres
    from stadslab.build.streetgraph import build_streetgraph
    from stadslab.build.traveltimes import Travel, cost_table, trips
    from stadslab.kernels import UNREACHABLE

    table = city["streets"].scan()
    at = table.column_names.index("speed_kmh")
    # at one metre a second everywhere, milliseconds are millimetres, and the fastest way is the shortest
    even = table.set_column(at, "speed_kmh", pa.array([METRE_A_SECOND_KMH] * table.num_rows, pa.float64()))
    graph = build_streetgraph(replace(city["streets"], handle=InMemory(even)), city.crs)
    xy = to_metres(city.crs, np.array(points, np.float64))
    found = cost_table(trips(graph, Travel("drive", walk_speed_m_s=1.0), xy[:-1], xy[1:]), int(UNREACHABLE) - 1)
    cost = np.diagonal(found)
    return [float("inf") if c == UNREACHABLE else float(c) / 1000 for c in cost]
