"""Air sensors that read a planted field, and incidents with a planted effect of new street lighting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadslab.sources.synthetic.buildings import Buildings, whole_shares
from stadslab.sources.synthetic.motorway import Motorway, to_roads
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.people import Areas
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import Streets

Ints = NDArray[np.int64]

MAIN_ROADS = ("motorway", "motorway_link", "primary", "secondary")
START = np.datetime64("2026-03-02T00:00")
HOURS = 14 * 24


@dataclass(frozen=True)
class Field:
    """NO2 in ug/m3 at a point and hour.

    background + (road * exp(-d_road / road_m) + centre * exp(-(d_centre / centre_m)^2)) * hour_factor(hour, UTC);
    readings add normal noise with standard deviation `noise` and are cut at 0.1.
    """

    background: float = 6.0
    road: float = 18.0
    road_m: float = 90.0
    centre: float = 9.0
    centre_m: float = 1500.0
    noise: float = 0.8

    def hour_factor(self, hour: Ints) -> Floats:
        """How strong the town's own part is at an hour of day: two humps, flat at night."""
        result: Floats = 1 + 0.35 * np.cos(2 * np.pi * (hour - 8) / 12) * np.where((hour >= 5) & (hour <= 20), 1.0, 0.4)
        return result

    def local(self, to_road: Floats, to_centre: Floats) -> Floats:
        """The part above the background, before the hour of day."""
        result: Floats = self.road * np.exp(-to_road / self.road_m) + self.centre * np.exp(
            -((to_centre / self.centre_m) ** 2)
        )
        return result


@dataclass(frozen=True)
class Readings:
    """Sensors (`xy` shape (n, 2), `to_road_m`) and rows: `sensor`, `hour` since the start and `value`.

    Sensor number `stuck` repeats itself from hour `stuck_from`; `missing` readings were left out.
    """

    xy: Floats
    to_road_m: Floats
    sensor: Ints
    hour: Ints
    value: Floats
    stuck: int
    stuck_from: int
    missing: int
    field: Field


def read_air(
    plan: Plan, streets: Streets, motorway: Motorway, buildings: Buildings, random: np.random.Generator
) -> Readings:
    """Two weeks of hourly readings on street walls, near and far from traffic; some are missing, one sensor hangs."""
    field = Field(centre_m=round(0.3 * plan.radius_m / 50) * 50.0)
    count = int(np.clip(round(8 + plan.people**0.5 / 10), 8, 50))
    to_road = to_roads(motorway, streets, MAIN_ROADS, buildings.entrance)
    # Half the sensors along traffic, half behind it, so that the field can be told from the readings.
    near, far = np.flatnonzero(to_road < 35), np.flatnonzero(to_road >= 35)
    pick = np.concatenate([_spread(buildings.entrance, group, count // 2, random) for group in (near, far)])
    xy, d_road = buildings.entrance[pick], to_road[pick]
    hours = np.arange(HOURS)
    level = field.local(d_road, np.hypot(xy[:, 0], xy[:, 1]))
    value = field.background + level[:, None] * field.hour_factor(hours % 24)[None, :]
    value = np.maximum(value + random.normal(0, field.noise, value.shape), 0.1).round(1)
    stuck, stuck_from = len(pick) // 3, 200
    value[stuck, stuck_from:] = value[stuck, stuck_from]
    gone = random.random(value.shape) < 0.012
    hole = int(random.integers(60, 180))
    gone[len(pick) // 2, hole : hole + 31] = True
    gone[stuck, stuck_from:] = False
    sensor, hour = np.nonzero(~gone)
    return Readings(xy, d_road, sensor, hour, value[sensor, hour], stuck, stuck_from, int(gone.sum()), field)


def _spread(xy: Floats, group: Ints, count: int, random: np.random.Generator) -> Ints:
    """One of each `count` slices of the group by distance from the centre: some in the middle, some far out."""
    out = group[np.argsort(np.hypot(*xy[group].T), kind="stable")]
    slices = np.array_split(out, min(count, len(out)))
    return np.array([part[int(random.integers(len(part)))] for part in slices], dtype=np.int64)


CATEGORIES = ("vandalism", "theft", "assault", "traffic", "burglary")
LIGHTING_DATE = np.datetime64("2025-10-01")
INCIDENTS_FROM, INCIDENTS_TO = np.datetime64("2024-10-01"), np.datetime64("2026-10-01")
LIGHTING_EFFECT = -0.30
NIGHT_TREND = 0.05
NIGHT_HOURS = tuple(range(20, 24)) + tuple(range(6))


@dataclass(frozen=True)
class Incidents:
    """Dated incidents: `time` (minutes, local wall clock), `category` and `xy`, shape (n,) and (n, 2).

    `treated` areas got the lighting, `control` areas are for comparison; `night` counts incidents at night per group
    before and after the date.
    """

    time: NDArray[np.datetime64]
    category: NDArray[np.str_]
    xy: Floats
    treated: tuple[str, ...]
    control: tuple[str, ...]
    night: dict[str, tuple[int, int]]


def draw_incidents(plan: Plan, areas: Areas, buildings: Buildings, random: np.random.Generator) -> Incidents:
    """Two years of incidents; from the lighting date, nights in lit areas have fewer by the planted share."""
    people = areas.counts["total"].astype(float)
    share = people / people.sum()
    eligible = np.flatnonzero((people > 0) & ~areas.lone)
    count = max(1, round(0.22 * len(eligible)))
    drawn = random.permutation(eligible)
    treated, control = np.sort(drawn[:count]), np.sort(drawn[count : 2 * count])
    groups = {
        "control": control,
        "treated": treated,
        "other": np.setdiff1d(np.flatnonzero(people > 0), drawn[: 2 * count]),
    }
    yearly = max(3000.0, 0.022 * plan.people)
    area_of = areas.of_block[buildings.block]
    by_area = np.argsort(area_of, kind="stable")
    first = np.searchsorted(area_of[by_area], np.arange(len(people) + 1))
    rows: list[tuple[Ints, NDArray[np.datetime64], NDArray[np.str_]]] = []
    night: dict[str, tuple[int, int]] = {}
    days = int((LIGHTING_DATE - INCIDENTS_FROM).astype(int)), int((INCIDENTS_TO - LIGHTING_DATE).astype(int))
    for name, members in groups.items():
        if not len(members):
            night[name] = (0, 0)
            continue
        before = round(0.55 * yearly * float(share[members].sum()))
        after = round(before * (1 + NIGHT_TREND) * days[1] / days[0])
        if name == "treated":
            # Against what the control areas were rounded to: the effect is off by half an incident at most.
            after = round(before * (1 + LIGHTING_EFFECT) * night["control"][1] / night["control"][0])
        night[name] = (before, after)
        daytime = round(0.45 * yearly * float(share[members].sum()))
        for number, period, dark in ((before, 0, True), (after, 1, True), (daytime, 0, False), (daytime, 1, False)):
            if number == 0:
                continue
            where = np.repeat(members, whole_shares(share[members], number))
            start = INCIDENTS_FROM if period == 0 else LIGHTING_DATE
            day = random.integers(0, days[period], number)
            if dark:
                # Nights before the date end at its midnight: hours after midnight belong to the calendar day they are
                # in.
                hour = np.array(NIGHT_HOURS)[random.integers(0, len(NIGHT_HOURS), number)]
                what = np.array(CATEGORIES)[random.choice(4, number, p=(0.4, 0.3, 0.22, 0.08))]
            else:
                hour = random.integers(6, 20, number)
                what = np.array(CATEGORIES)[random.choice(5, number, p=(0.15, 0.32, 0.1, 0.23, 0.2))]
            minute = random.integers(0, 60, number)
            time = start.astype("datetime64[m]") + (day * 1440 + hour * 60 + minute).astype("timedelta64[m]")
            rows.append((where, time, what))
    where = np.concatenate([row[0] for row in rows])
    time = np.concatenate([row[1] for row in rows])
    what = np.concatenate([row[2] for row in rows])
    size = (first[1:] - first[:-1])[where]
    host = by_area[first[where] + np.floor(random.random(len(where)) * size).astype(int)]
    # Two metres out from the door, towards the street but on the same block.
    outward = buildings.entrance[host] - buildings.middle[host]
    outward = outward / np.maximum(np.hypot(outward[:, 0], outward[:, 1]), 1e-9)[:, None]
    xy = buildings.entrance[host] + 2.0 * outward
    order = np.lexsort((xy[:, 1], xy[:, 0], time))
    return Incidents(
        time[order], what[order], np.round(xy[order], 2), tuple(areas.code[index] for index in treated),
        tuple(areas.code[index] for index in control), night,
    )  # fmt: skip
