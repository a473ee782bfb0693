"""What a timetable is made of: stops, lines and how long they take. `write_gtfs` puts them into a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from shapely.geometry import LineString

METRO_M_S, BUS_M_S, FERRY_M_S = 11.5, 5.6, 4.4
DWELL_S = {"metro": 25, "bus": 12, "ferry": 120}


@dataclass(frozen=True)
class Stop:
    """A stop, a station (`location_type` 1) or a platform of one. `xy` in metres."""

    id: str
    name: str
    xy: tuple[float, float]
    location_type: int = 0
    parent: str = ""


@dataclass(frozen=True)
class Route:
    """A line: stops in order, how far along its shape each lies (metres), and seconds after departure at each."""

    id: str
    short_name: str
    long_name: str
    mode: str
    shape: LineString
    stops: tuple[str, ...]
    at_m: tuple[float, ...]
    arrive_s: tuple[int, ...]
    headway_s: tuple[int, int, int]
    """Seconds between departures: rush hours, day, evening."""
    by_frequency: bool = False


@dataclass
class Transit:
    """All stops and routes, and the ferry's course with its two quays (street junction, point on the shore)."""

    stops: list[Stop] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    ferry: LineString | None = None
    ferry_name: str = ""
    quays: list[tuple[int, tuple[float, float]]] = field(default_factory=list)


def running_times(at: list[float], speed: float, mode: str) -> tuple[int, ...]:
    """Whole seconds after the first departure; always later than the stop before."""
    seconds = [0]
    for before, here in pairwise(at):
        seconds.append(seconds[-1] + max(30, round((here - before) / speed) + DWELL_S[mode]))
    return tuple(seconds)
