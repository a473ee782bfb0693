"""Everything that runs by the clock: metro lines, buses and a ferry."""

from __future__ import annotations

import numpy as np
from shapely.geometry import LineString

from stadslab.sources.synthetic.buses import draw_buses
from stadslab.sources.synthetic.districts import Districts
from stadslab.sources.synthetic.ferry import draw_ferry
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import Streets
from stadslab.sources.synthetic.timetable import METRO_M_S, Route, Stop, Transit, running_times


def draw_transit(plan: Plan, districts: Districts, streets: Streets, giver: NameGiver) -> Transit:
    """Metro lines through the stations of the plan, buses along main streets, one ferry across the water."""
    transit = Transit()
    draw_metro(plan, transit, giver)
    draw_buses(plan, districts, streets, transit)
    draw_ferry(plan, streets, transit, giver)
    return transit


def draw_metro(plan: Plan, transit: Transit, giver: NameGiver) -> None:
    """The lines of the plan; where they meet, each has a platform of its own in one station."""
    names: dict[tuple[float, float], tuple[str, str]] = {}
    for line in plan.lines:
        for spot in line:
            if spot not in names:
                number = len(names) + 1
                name = "Centralen" if spot == (0.0, 0.0) else giver.district()
                names[spot] = (f"station-{number:02d}", name)
                transit.stops.append(Stop(f"station-{number:02d}", name, spot, 1))
    for number, line in enumerate(plan.lines, start=1):
        ids = []
        for spot in line:
            station, name = names[spot]
            platform = f"{station}-m{number}"
            # Platforms of different lines lie a few metres apart.
            transit.stops.append(Stop(platform, name, (spot[0] + 9.0 * (number - 2), spot[1] + 6.0), 0, station))
            ids.append(platform)
        shape = LineString(line)
        at = [0.0, *np.cumsum(np.hypot(*np.diff(np.array(line), axis=0).T)).tolist()]
        long_name = f"{names[line[0]][1]} - {names[line[-1]][1]}"
        transit.routes.append(
            Route(f"metro-{number}", f"M{number}", long_name, "metro", shape, tuple(ids), tuple(at),
                  running_times(at, METRO_M_S, "metro"), (300, 480, 720), by_frequency=number == 2)
        )  # fmt: skip
